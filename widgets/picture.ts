import { render, type VegaLiteSpec } from "./render.ts";
import { CONFIG } from "./style.ts";

const VEGA_LITE = "application/vnd.vegalite.v5+json";
const PNG = "image/png";
const PLAIN = "text/plain";

/**
 * What a front end is given to show. Exactly these three types: HTML would
 * hide the chart in JupyterLab, SVG would be preferred to the PNG by nbconvert.
 */
export interface Picture {
	readonly data: {
		readonly [VEGA_LITE]: VegaLiteSpec;
		/** Base64. */
		readonly [PNG]: string;
		readonly [PLAIN]: string;
	};
	readonly metadata: {
		readonly [VEGA_LITE]: {
			readonly embed_options: {
				readonly actions: false;
				readonly renderer: "svg";
			};
		};
		/** CSS pixels; the PNG itself has twice as many. */
		readonly [PNG]: {
			readonly width: number;
			readonly height: number;
			readonly alt: string;
		};
	};
}

export interface Drawing {
	/** Without `$schema`, `background` and `config`: they are the same for all. */
	readonly spec: VegaLiteSpec;
	/** One sentence for those who cannot see the picture. */
	readonly description: string;
	/** The numbers, for a reader without pictures. */
	readonly text: string;
}

/**
 * Turns a drawing into a bundle. The background is `null`, because a front end
 * in a dark theme draws light text; the PNG stands on white.
 */
export async function picture(drawing: Drawing): Promise<Picture> {
	const spec: VegaLiteSpec = {
		$schema: "https://vega.github.io/schema/vega-lite/v5.json",
		description: drawing.description,
		background: null,
		config: CONFIG,
		...drawing.spec,
	};
	const { png, width, height } = await render(spec);
	return {
		data: {
			[VEGA_LITE]: spec,
			[PNG]: Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString(
				"base64",
			),
			[PLAIN]: drawing.text,
		},
		metadata: {
			[VEGA_LITE]: { embed_options: { actions: false, renderer: "svg" } },
			[PNG]: { width, height, alt: drawing.description },
		},
	};
}

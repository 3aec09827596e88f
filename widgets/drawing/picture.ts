import { oneLine } from "../../base/shown-text.ts";
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

/** What is drawn: a Vega-Lite spec without `$schema`, `background` and `config`, and a sentence for those who cannot see it. */
export interface DrawnPicture {
	readonly spec: VegaLiteSpec;
	readonly description: string;
}

export interface Drawing extends DrawnPicture {
	/** The numbers, for a reader without pictures. */
	readonly text: string;
}

/**
 * Turns a drawing into a bundle. The background is `null`, because a front end
 * in a dark theme draws light text; the PNG stands on white.
 */
export async function picture(drawing: Drawing): Promise<Picture> {
	const spec = wholeSpec(drawing);
	const { description } = spec;
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
			[PNG]: { width, height, alt: description },
		},
	};
}

/** The specification that stands alone. */
export const wholeSpec = ({
	description,
	spec,
}: DrawnPicture): VegaLiteSpec & { readonly description: string } => ({
	$schema: "https://vega.github.io/schema/vega-lite/v5.json",
	description: oneLine(description),
	background: null,
	config: CONFIG,
	...inOneLine(spec),
});

/** Several drawings as one, from the top. */
export const stacked = (drawings: readonly Drawing[]): Drawing => ({
	spec: { vconcat: drawings.map(({ spec }) => spec), spacing: 40 },
	description: drawings.map(({ description }) => description).join(" "),
	text: drawings.map(({ text }) => text).join("\n\n"),
});

/**
 * Every text of a picture in one line: names of classes and metrics are the
 * user's, and may hold anything. Vega keeps names as keys of objects, so what
 * every object inherits, such as "constructor", is quoted.
 */
const inOneLine = (spec: VegaLiteSpec): VegaLiteSpec =>
	Object.fromEntries(
		Object.entries(spec).map(([key, value]) => [key, cleaned(value)]),
	);

function cleaned(value: unknown): unknown {
	if (typeof value === "string")
		return value in Object.prototype ? `"${value}"` : oneLine(value);
	if (Array.isArray(value)) return value.map(cleaned);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [key, cleaned(inner)]),
	);
}

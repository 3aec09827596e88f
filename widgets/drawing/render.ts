import type { Loader } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { UsageError } from "../../base/errors.ts";
import { readFile } from "../../host/files.ts";
import { requirePackage } from "../../host/modules.ts";
import { type Measure, readMeasure } from "./font-metrics.ts";
import { FONT_FAMILY, readFonts } from "./fonts.ts";

/** A vega-lite specification as JSON. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

export interface Rendered {
	/** PNG at twice the size below, on opaque white. */
	readonly png: Uint8Array;
	/** The same on white; its texts are in the reader's sans-serif face. */
	readonly svg: string;
	/** CSS pixels. */
	readonly width: number;
	readonly height: number;
}

const PIXEL_RATIO = 2;

interface TextItem {
	readonly fontSize?: number;
	readonly fontWeight?: number | string;
}

/**
 * The function by which vega measures a text; it can be replaced, but is
 * missing in vega's types.
 */
interface TextMetrics {
	width: (item: TextItem, text: unknown) => number;
}

type Renderer = (spec: VegaLiteSpec) => Promise<Rendered>;

let loading: Promise<Renderer> | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Draws a specification without a browser. The first call loads vega and the
 * rasteriser (a few hundred milliseconds), later ones take some tens.
 */
export async function render(spec: VegaLiteSpec): Promise<Rendered> {
	loading ??= load();
	const draw = await loading;
	// One at a time: they share vega's text metrics.
	const drawn = last.then(() => draw(spec));
	last = drawn.catch(() => undefined);
	return drawn;
}

async function load(): Promise<Renderer> {
	const [vega, { compile }, resvg, { encodePng }, fonts, wasm] =
		await Promise.all([
			import("vega"),
			import("vega-lite"),
			import("@resvg/resvg-wasm"),
			import("./png.ts"),
			readFonts(),
			readFile(requirePackage.resolve("@resvg/resvg-wasm/index_bg.wasm")),
		]);
	await resvg.initWasm(wasm).catch((error: unknown) => {
		// Another module in this process may have done it before.
		if (!String(error).includes("Already initialized")) throw error;
	});
	const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
	const width = textWidth({
		regular: readMeasure(fonts.regular),
		bold: readMeasure(fonts.bold),
	});

	return async (spec) => {
		const { spec: compiled } = compile(
			// A copy, because vega marks the rows it draws.
			structuredClone({
				...spec,
				background: "white",
			}) as unknown as TopLevelSpec,
			// Vega-lite's warnings are for the author of a specification. Tests read
			// them; users must not see them.
			{ logger: vega.logger(vega.None) },
		);
		const { loader, refused } = closedLoader(vega.loader());
		const view = new vega.View(vega.parse(compiled), {
			renderer: "none",
			loader,
			logLevel: vega.Error,
		});
		// Without a canvas vega estimates the width of a text. The user's own vega
		// may be the same module, so its estimate is restored afterwards.
		const before = textMetrics.width;
		textMetrics.width = width;
		const svg = await view
			.runAsync()
			.then(() => view.toSVG())
			.finally(() => {
				textMetrics.width = before;
				view.finalize();
			});
		if (refused.length > 0)
			throw new UsageError(
				`a picture is drawn from the values in it, and asks for ${JSON.stringify(refused[0])}: read the data first, and give the rows as data.values`,
			);
		const image = new resvg.Resvg(svg, {
			fitTo: { mode: "zoom", value: PIXEL_RATIO },
			background: "white",
			font: {
				fontBuffers: [fonts.regular, fonts.bold],
				defaultFontFamily: FONT_FAMILY,
				sansSerifFamily: FONT_FAMILY,
			},
		});
		const pixels = image.render();
		try {
			return {
				svg,
				png: encodePng(pixels.pixels, pixels.width, pixels.height),
				width: Math.round(pixels.width / PIXEL_RATIO),
				height: Math.round(pixels.height / PIXEL_RATIO),
			};
		} finally {
			// Memory of the wasm module is not garbage collected.
			pixels.free();
			image.free();
		}
	};
}

/** Neither a file nor the network is read for a picture; images in it are data. */
function closedLoader(open: Loader): {
	readonly loader: Loader;
	readonly refused: readonly string[];
} {
	const refused: string[] = [];
	const refuse = async (uri: string): Promise<never> => {
		refused.push(uri);
		throw new UsageError("a picture loads nothing");
	};
	return {
		refused,
		loader: {
			...open,
			load: refuse,
			http: refuse,
			file: refuse,
			// A rejection would reach no caller: vega goes on without what it could
			// not load.
			sanitize: async (uri, options) => {
				if (/^data:image\//i.test(uri)) return open.sanitize(uri, options);
				refused.push(uri);
				return { href: "data:," };
			},
		},
	};
}

function textWidth(faces: {
	regular: Measure;
	bold: Measure;
}): TextMetrics["width"] {
	return (item, text) => {
		const heavy = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
		const measure = heavy ? faces.bold : faces.regular;
		return measure(String(text ?? "")) * (item.fontSize ?? 11);
	};
}

import type { VegaLiteSpec } from "../../drawing/render.ts";
import { PAGE_TEXT } from "../../drawing/style.ts";
import { wrapped } from "../../text/text.ts";
import { byGroup, type Looks } from "./looks.ts";

/** Pixels. A letter is taken to be as wide as most: what is wider takes of the gap. */
const WIDTH = 640;
const LETTER = 6.5;
const SIGN = 30;
const GAP = 24;
const LINE = 16;
/** A longer name goes on in the next line. */
const MOST_LETTERS = 84;

/**
 * Names of groups beside their lines, in as many columns as fit. Vega's own would cut long names off, and
 * shows no dashes of a line that also has a colour.
 */
export function legend(names: readonly string[], looks: Looks): VegaLiteSpec {
	const texts = names.map((name) => linesOf(name));
	const longest = Math.max(...texts.flat().map((line) => line.length));
	const column = SIGN + longest * LETTER + GAP;
	const columns = Math.min(
		names.length,
		Math.max(1, Math.floor(WIDTH / column)),
	);
	const height = LINE * Math.max(...texts.map((lines) => lines.length));
	const places = names.map((_, g) => ({
		g,
		x: (g % columns) * column,
		y: Math.floor(g / columns) * height + LINE / 2,
	}));
	const pixels = (field: string) => ({
		field,
		type: "quantitative",
		scale: null,
		axis: null,
	});
	return {
		width: columns * column,
		height: Math.ceil(names.length / columns) * height,
		layer: [
			{
				data: {
					values: places.map((place) => ({
						...place,
						end: place.x + SIGN - 6,
					})),
				},
				mark: { type: "rule", strokeWidth: 2.5, aria: false },
				encoding: {
					x: pixels("x"),
					x2: { field: "end" },
					y: pixels("y"),
					color: byGroup(looks.hues),
					strokeDash: byGroup(looks.dashes),
				},
			},
			{
				data: {
					values: places.flatMap(({ g, x, y }) =>
						(texts[g] ?? []).map((text, line) => ({
							...{ x: x + SIGN, y: y + line * LINE, text },
						})),
					),
				},
				mark: { type: "text", align: "left", baseline: "middle", ...PAGE_TEXT },
				encoding: {
					x: pixels("x"),
					y: pixels("y"),
					text: { field: "text", type: "nominal" },
				},
			},
		],
	};
}

/** The parts of a name, `lr=0.1, units=16`, in lines that fit. */
export const linesOf = (name: string, letters = MOST_LETTERS): string[] =>
	wrapped(name.split(", "), ", ", letters);

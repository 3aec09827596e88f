import type { VegaLiteSpec } from "../../drawing/render.ts";
import { colours } from "../../drawing/style.ts";

const DASHES = [
	[1, 0],
	[7, 3],
	[2, 2],
	[9, 3, 2, 3],
	[14, 4],
] as const;
const MOST_COLOURS = 8;

/** Groups whose line differs from every other's. */
export const DISTINCT_LOOKS = MOST_COLOURS * DASHES.length;

/** Colour and dash of each group's line: neighbours differ in both. */
export interface Looks {
	readonly hues: readonly string[];
	readonly dashes: readonly (readonly number[])[];
}

export function looksOf(count: number): Looks {
	const hues = colours(Math.min(count, MOST_COLOURS));
	const places = Array.from({ length: count }, (_, at) => at);
	return {
		hues: places.map((at) => hues[at % MOST_COLOURS] as string),
		dashes: places.map((at) => DASHES[at % DASHES.length] ?? DASHES[0]),
	};
}

/** The channel of a mark whose rows have a group's place as `g`. */
export const byGroup = (range: readonly unknown[]): VegaLiteSpec => ({
	field: "g",
	type: "nominal",
	scale: { domain: range.map((_, at) => at), range },
	legend: null,
});

import type { VegaLiteSpec } from "../../drawing/render.ts";

/** What all panels of a picture share. */
export interface Context {
	readonly xTitle: string;
	readonly names: readonly string[];
	readonly hues: readonly string[];
	/** A single panel needs no title of its own and no common legend. */
	readonly single: boolean;
}

/**
 * All layers must have the same one: if one layer leaves out the legend,
 * vega-lite leaves it out for all.
 */
export function colourEncoding({ names, hues, single }: Context): VegaLiteSpec {
	return {
		field: "group",
		type: "nominal",
		title: null,
		scale: { domain: names, range: hues },
		legend:
			!single && names.length > 1
				? {
						orient: "bottom",
						columns: Math.min(names.length, 3),
						symbolType: "stroke",
						symbolStrokeWidth: 3,
					}
				: null,
	};
}

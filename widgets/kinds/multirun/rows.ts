import { PANEL_WIDTH } from "../../drawing/panel.ts";
import type { VegaLiteSpec } from "../../drawing/render.ts";
import { labelsOf, type Scale, within } from "../../drawing/scale.ts";
import { rounded } from "../../drawing/series.ts";
import { PAGE_TEXT } from "../../drawing/style.ts";
import { linesOf } from "./legend.ts";

const LINE = 15;
const PADDING = 7;
/** Letters of a label; what is longer goes on in the next line. */
const MOST_LETTERS = 44;

/** A row of a panel: an estimate with its interval, beside a name and a sentence. */
export interface Row {
	readonly label: string;
	readonly colour: string;
	/** Absent where there is no estimate. */
	readonly value?: number;
	/** Absent where there is no interval. */
	readonly interval?: { readonly low: number; readonly high: number };
	/** The values that the estimate is of. */
	readonly dots: readonly number[];
	/** At the end of the row. */
	readonly text: string;
	/** No claim can be made of it. */
	readonly isFaint?: boolean;
}

export interface RowsOptions {
	readonly title: string;
	readonly x: Scale;
	readonly xTitle: string | null;
	/** A rule across all rows. */
	readonly zero?: number;
}

/** A panel with one row for each group or comparison, from the top. */
export function rowPanel(
	rows: readonly Row[],
	{ title, x, xTitle, zero }: RowsOptions,
): VegaLiteSpec {
	const labels = rows.map(({ label }) => linesOf(label, MOST_LETTERS));
	const heights = labels.map(({ length }) => length * LINE + PADDING);
	const places = heights.map(
		(height, at) =>
			heights.slice(0, at).reduce((sum, each) => sum + each, 0) + height / 2,
	);
	const valueAxis = (field: string) => ({
		field,
		type: "quantitative",
		title: xTitle,
		scale: { type: x.type, domain: x.domain, nice: false },
		axis: labelsOf(x),
	});
	const encoding = (field: string) => ({
		x: valueAxis(field),
		y: pixels,
		color: { field: "colour", type: "nominal", scale: null },
		opacity: { field: "opacity", type: "quantitative", scale: null },
	});
	const placed = rows.map((row, at) => ({
		...row,
		y: places[at] as number,
		look: { y: places[at] as number, colour: row.colour },
		strength: row.isFaint ? 0.45 : 1,
	}));
	return {
		title: { text: title, fontSize: 13, offset: 8, frame: "group" },
		width: PANEL_WIDTH,
		height: heights.reduce((sum, each) => sum + each, 0),
		layer: [
			...(zero === undefined
				? []
				: [
						{
							data: { values: [{ zero }] },
							mark: { type: "rule", color: "#888", strokeDash: [4, 3] },
							encoding: { x: valueAxis("zero") },
						},
					]),
			{
				data: {
					values: placed.flatMap(({ look, interval, strength }) =>
						interval === undefined
							? []
							: [
									{
										...look,
										low: rounded(within(x, interval.low)),
										high: rounded(within(x, interval.high)),
										opacity: strength,
									},
								],
					),
				},
				mark: { type: "rule", strokeWidth: 2.5 },
				encoding: { ...encoding("low"), x2: { field: "high" } },
			},
			{
				data: {
					values: placed.flatMap(({ look, dots, strength }) =>
						dots.map((value) => ({
							...{ ...look, value: rounded(value) },
							opacity: strength * 0.6,
						})),
					),
				},
				mark: { type: "point", filled: true, size: 30 },
				encoding: encoding("value"),
			},
			{
				data: {
					values: placed.flatMap(({ look, value, strength }) =>
						value === undefined
							? []
							: [
									{
										...{ ...look, value: rounded(within(x, value)) },
										opacity: strength,
									},
								],
					),
				},
				mark: {
					type: "point",
					filled: true,
					size: 80,
					stroke: "white",
					strokeWidth: 1,
				},
				encoding: encoding("value"),
			},
			textLayer(
				placed.map(({ y, text }) => ({ y, text })),
				{ align: "left", x: PANEL_WIDTH + 12 },
			),
			textLayer(
				placed.flatMap(({ y }, at) => {
					const lines = labels[at] ?? [];
					return lines.map((text, line) => ({
						y: y + (line - (lines.length - 1) / 2) * LINE,
						text,
					}));
				}),
				{ align: "right", x: -12 },
			),
		],
	};
}

const pixels = {
	field: "y",
	type: "quantitative",
	scale: null,
	axis: null,
} as const;

const textLayer = (
	values: readonly { readonly y: number; readonly text: string }[],
	{ align, x }: { readonly align: "left" | "right"; readonly x: number },
): VegaLiteSpec => ({
	data: { values },
	mark: { type: "text", align, baseline: "middle", ...PAGE_TEXT },
	encoding: {
		x: { value: x },
		y: pixels,
		text: { field: "text", type: "nominal" },
	},
});

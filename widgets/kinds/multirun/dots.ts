import { PANEL_HEIGHT, PANEL_WIDTH } from "../../drawing/panel.ts";
import type { VegaLiteSpec } from "../../drawing/render.ts";
import { type Scale, scaleOf } from "../../drawing/scale.ts";
import { rounded } from "../../drawing/series.ts";
import { PAGE_TEXT } from "../../drawing/style.ts";
import { type Context, colourEncoding } from "./colours.ts";
import { type Metric, rangeOf, rowOf, shownFinals } from "./metric.ts";
import { meanText } from "./texts.ts";

const ROW_HEIGHT = 34;
/** Pixels of a row where there are many. */
const LEAST_ROW_HEIGHT = 16;

/** A metric with a single step: dots for runs, their mean and a bar of ±1 SD, one row per group. */
export function dotPanel(metric: Metric, context: Context): VegaLiteSpec {
	const { groups } = metric;
	const means = meansOf(metric, context);
	const scale = scaleOf(
		means.flatMap(({ low, high, min, max }) => [low, high, min, max]),
	);
	const title = context.single ? metric.metric : null;
	const x = (field: string) => valueAxis(field, title, scale);
	return {
		...(context.single ? {} : titleOf(metric)),
		width: PANEL_WIDTH,
		height: Math.min(
			Math.max(PANEL_HEIGHT, groups.length * LEAST_ROW_HEIGHT),
			groups.length * ROW_HEIGHT + 10,
		),
		encoding: { y: groupAxis(context, groups.length > 1) },
		layer: [
			spreadLayer(means, x, context),
			runsLayer(metric, x, context),
			meansLayer(means, x, context),
			textLayer(means),
		],
	};
}

type Mean = ReturnType<typeof rowOf> & { readonly text: string };
type AxisOf = (field: string) => VegaLiteSpec;

function meansOf(metric: Metric, { names }: Context): Mean[] {
	const range = rangeOf(metric);
	return metric.groups.flatMap(({ steps: [only] }, index) =>
		only === undefined
			? []
			: [{ ...rowOf(only, names[index] ?? "", range), text: meanText(only) }],
	);
}

const titleOf = ({ metric }: Metric): VegaLiteSpec => ({
	title: {
		text: metric,
		fontSize: 13,
		offset: 8,
		frame: "group",
	},
});

const valueAxis = (
	field: string,
	title: string | null,
	{ type, domain, ticks, format }: Scale,
): VegaLiteSpec => ({
	field,
	type: "quantitative",
	title,
	scale: { type, domain, nice: false },
	axis: { values: ticks, format },
});

const groupAxis = ({ names }: Context, grouped: boolean): VegaLiteSpec => ({
	field: "group",
	type: "nominal",
	title: null,
	sort: names,
	scale: { domain: names },
	axis: grouped
		? { domain: false, ticks: false, labelPadding: 6, labelLimit: 200 }
		: null,
});

const spreadLayer = (
	means: readonly Mean[],
	x: AxisOf,
	context: Context,
): VegaLiteSpec => ({
	data: { values: means },
	transform: [{ filter: "datum.n > 1" }],
	mark: { type: "rule", strokeWidth: 8, opacity: 0.3 },
	encoding: {
		x: x("low"),
		x2: { field: "high" },
		color: colourEncoding(context),
	},
});

const runsLayer = (
	{ groups }: Metric,
	x: AxisOf,
	context: Context,
): VegaLiteSpec => ({
	data: {
		values: groups.flatMap((group, index) =>
			shownFinals(group).map((value) => ({
				group: context.names[index],
				value: rounded(value),
			})),
		),
	},
	mark: { type: "point", filled: true, size: 16, opacity: 0.7 },
	encoding: {
		x: x("value"),
		color: colourEncoding(context),
	},
});

const meansLayer = (
	means: readonly Mean[],
	x: AxisOf,
	context: Context,
): VegaLiteSpec => ({
	data: { values: means },
	mark: {
		type: "point",
		filled: true,
		size: 90,
		opacity: 1,
		stroke: "white",
		strokeWidth: 1,
	},
	encoding: {
		x: x("mean"),
		color: colourEncoding(context),
		tooltip: ["n", "mean", "sd", "min", "max"].map((field) => ({
			field,
			type: "quantitative",
		})),
	},
});

/** Mean ± SD at the end of each row. */
const textLayer = (means: readonly Mean[]): VegaLiteSpec => ({
	data: { values: means },
	mark: {
		type: "text",
		align: "left",
		baseline: "middle",
		...PAGE_TEXT,
	},
	encoding: {
		x: { value: PANEL_WIDTH + 10 },
		text: { field: "text", type: "nominal" },
	},
});

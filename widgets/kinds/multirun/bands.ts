import {
	type Key,
	lineEncoding,
	linePanel,
	type PanelOptions,
} from "../../drawing/panel.ts";
import type { VegaLiteSpec } from "../../drawing/render.ts";
import { scaleOf } from "../../drawing/scale.ts";
import { type Context, colourEncoding } from "./colours.ts";
import {
	type Group,
	type Metric,
	rangeOf,
	rowOf,
	shownSteps,
} from "./metric.ts";
import { MOST_WITH_EXTREMES, meanText } from "./texts.ts";

/** More steps than this are not hovered over: targets are worth their size in the page only for short series. */
const MOST_HOVER_ROWS = 300;

type Row = ReturnType<typeof rowOf>;
type Axes = Pick<PanelOptions, "xTitle" | "steps" | "y">;

/** A metric over steps: mean line, band of ±1 SD, dashed extremes. */
export function bandPanel(metric: Metric, context: Context): VegaLiteSpec {
	const extremes = metric.groups.length <= MOST_WITH_EXTREMES;
	const rows = rowsOf(metric, context);
	const axes = axesOf(rows, context, extremes);
	const colour = colourEncoding(context);
	return linePanel({
		...(context.single ? {} : { title: metric.metric }),
		...axes,
		layers: [
			{
				data: { values: rows },
				layer: [
					bandLayer(axes, colour),
					...(extremes
						? [
								dashedLayer("min", axes, colour),
								dashedLayer("max", axes, colour),
							]
						: []),
					meanLayer(rows, axes, colour),
				],
			},
		],
		keys: keysOf(metric.groups, context),
	});
}

function rowsOf(metric: Metric, { names }: Context): Row[] {
	const range = rangeOf(metric);
	return metric.groups.flatMap((group, index) =>
		shownSteps(group).flatMap((at) => {
			const step = group.steps[at];
			return step ? [rowOf(step, names[index] ?? "", range)] : [];
		}),
	);
}

function axesOf(
	rows: readonly Row[],
	{ xTitle }: Context,
	extremes: boolean,
): Axes {
	return {
		xTitle,
		steps: [...new Set(rows.map(({ step }) => step))].sort((a, b) => a - b),
		y: scaleOf(
			rows.flatMap((row) =>
				extremes ? [row.low, row.high, row.min, row.max] : [row.low, row.high],
			),
		),
	};
}

/** The spread is drawn only where there are several runs. */
const MANY_RUNS = { filter: "datum.n > 1" };

const bandLayer = (axes: Axes, colour: VegaLiteSpec): VegaLiteSpec => ({
	transform: [MANY_RUNS],
	mark: { type: "area", opacity: 0.22 },
	encoding: {
		...lineEncoding("low", axes),
		y2: { field: "high" },
		color: colour,
	},
});

const dashedLayer = (
	field: string,
	axes: Axes,
	colour: VegaLiteSpec,
): VegaLiteSpec => ({
	transform: [MANY_RUNS],
	mark: { type: "line", strokeWidth: 1, strokeDash: [4, 3], opacity: 0.8 },
	encoding: { ...lineEncoding(field, axes), color: colour },
});

function meanLayer(
	rows: readonly Row[],
	axes: Axes,
	colour: VegaLiteSpec,
): VegaLiteSpec {
	const hover =
		rows.length <= MOST_HOVER_ROWS ? { point: { opacity: 0, size: 60 } } : {};
	return {
		mark: { type: "line", strokeWidth: 2.5, ...hover },
		encoding: {
			...lineEncoding("mean", axes),
			color: colour,
			tooltip: ["group", "step", "n", "mean", "sd", "min", "max"].map(
				(field) => ({
					field,
					type: field === "group" ? "nominal" : "quantitative",
				}),
			),
		},
	};
}

/**
 * The last mean of each group. With several panels, a common legend shows the
 * groups' names.
 */
function keysOf(groups: readonly Group[], context: Context): Key[] {
	return groups.flatMap((group, index) => {
		const last = group.steps.at(-1);
		if (last === undefined) return [];
		const name =
			context.single && groups.length > 1 ? context.names[index] : "";
		const alive =
			last.n < group.runs ? ` (${last.n} of ${group.runs} runs)` : "";
		return [
			{
				text: `${name} ${meanText(last)}${alive}`.trim(),
				colour: context.hues[index] as string,
				sign: [1, 0],
				value: last.mean,
			},
		];
	});
}

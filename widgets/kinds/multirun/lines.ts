import { isShareName } from "../../../experiment/sweep/statistics/metric-names.ts";
import { meanInterval } from "../../../experiment/sweep/statistics/summary.ts";
import {
	type Key,
	lineEncoding,
	linePanel,
	type PanelOptions,
} from "../../drawing/panel.ts";
import type { VegaLiteSpec } from "../../drawing/render.ts";
import { extentOf, type Scale, scaleOf, within } from "../../drawing/scale.ts";
import { minMaxSample, type Point, rounded } from "../../drawing/series.ts";
import { byGroup, type Looks } from "./looks.ts";
import {
	type Curve,
	type Group,
	hasNoResult,
	type Metric,
	type StepSummary,
} from "./metric.ts";
import { MOST_WITH_RUNS, shownCurves, shownSteps } from "./shown.ts";
import { countText, meanText } from "./texts.ts";

/** Rows of data for the single runs of a picture: they are kept in the notebook. */
const MOST_RUN_ROWS = 3000;
/** More steps than this are not hovered over: targets are worth their size in the page only for short series. */
const MOST_HOVER_ROWS = 300;

/** The ends of curves that came to no result, and of those that ended early. */
const CROSS = "M-0.5,-0.5L0.5,0.5M-0.5,0.5L0.5,-0.5";
const RING = "circle";

/** What all panels of a picture share. */
export interface Context {
	readonly xTitle: string;
	/** Of all panels. */
	readonly steps: readonly number[];
	readonly panels: number;
	readonly looks: Looks;
	/** At the ends of lines, instead of a legend. */
	readonly names: readonly string[] | undefined;
}

type Axes = Pick<PanelOptions, "xTitle" | "steps" | "y">;

/**
 * A metric over steps: of each group a mean line, the band of its t interval, and its runs as thin lines.
 * Some of these may go on beyond the panel.
 */
export function curvePanel(
	metric: Metric,
	context: Context,
): { readonly spec: VegaLiteSpec; readonly isCut: boolean } {
	const { groups } = metric;
	const means = groups.map((group) =>
		shownSteps(group).map((step) => ({
			...step,
			...(step.n > 1 ? meanInterval(step) : {}),
		})),
	);
	const withRuns = groups.length <= MOST_WITH_RUNS;
	const { shown, all } = extents(metric, means, withRuns);
	const y = scaleOf(shown);
	const axes = { xTitle: context.xTitle, steps: context.steps, y };
	const spec = linePanel({
		...(context.panels > 1 ? { title: metric.metric } : {}),
		...axes,
		layers: [
			...(withRuns
				? [
						bandLayer(means, axes, context),
						runsLayer(metric, axes, context),
						endsLayer(groups, axes, context),
					]
				: []),
			meanLayer(means, axes, context),
		],
		keys: withRuns ? keysOf(groups, y, context) : [],
	});
	return { spec, isCut: all.some((value) => within(y, value) !== value) };
}

type Mean = StepSummary & { readonly low?: number; readonly high?: number };

/** Values of runs that count are shown whole, those of others and bands as far as there is room. */
function extents(
	{ metric, groups }: Metric,
	means: readonly (readonly Mean[])[],
	withRuns: boolean,
): { readonly shown: readonly number[]; readonly all: readonly number[] } {
	const lines = means.flat().map(({ mean }) => mean);
	if (!withRuns && lines.length > 0) return { shown: lines, all: lines };
	const valuesOf = (curves: readonly Curve[]) =>
		curves.flatMap(({ pieces }) => pieces.flat().map(({ value }) => value));
	const counted = groups.flatMap((group) => valuesOf(group.counted));
	const bands = means
		.flat()
		.flatMap(({ low, high }) =>
			low === undefined || high === undefined ? [] : [low, high],
		);
	const all = [...groups.flatMap(({ curves }) => valuesOf(curves)), ...bands];
	if (all.length === 0) return { shown: [0, 1], all };
	return {
		shown:
			counted.length === 0 ? all : extentOf(counted, all, isShareName(metric)),
		all,
	};
}

const bandLayer = (
	means: readonly (readonly Mean[])[],
	axes: Axes,
	{ looks }: Context,
): VegaLiteSpec => ({
	data: {
		values: means.flatMap((steps, g) =>
			steps.flatMap(({ step, low, high }) =>
				low === undefined || high === undefined
					? []
					: [
							{
								...{ g, step },
								low: rounded(within(axes.y, low)),
								high: rounded(within(axes.y, high)),
							},
						],
			),
		),
	},
	mark: { type: "area", opacity: 0.2 },
	encoding: {
		...unstacked(lineEncoding("low", axes)),
		y2: { field: "high" },
		color: byGroup(looks.hues),
	},
});

/** By default vega-lite 5 stacks areas: on a log scale it would add up the steps of equal values. */
const unstacked = (channels: VegaLiteSpec): VegaLiteSpec =>
	Object.fromEntries(
		Object.entries(channels).map(([name, channel]) => [
			name,
			{ ...(channel as object), stack: null },
		]),
	);

function runsLayer(
	metric: Metric,
	axes: Axes,
	{ looks, panels }: Context,
): VegaLiteSpec {
	const shown = shownCurves(metric);
	const each = Math.floor(MOST_RUN_ROWS / panels / Math.max(1, shown.length));
	let r = 0;
	return {
		data: {
			values: shown.flatMap(({ g, curve }) =>
				curve.pieces.flatMap((piece) => {
					r++;
					return minMaxSample(piece, shareOf(each, piece, curve)).map(
						({ step, value }) => ({
							...{ g, r, step },
							value: rounded(within(axes.y, value)),
						}),
					);
				}),
			),
		},
		mark: { type: "line", strokeWidth: 1, opacity: 0.45 },
		encoding: {
			...lineEncoding("value", axes),
			color: byGroup(looks.hues),
			detail: { field: "r", type: "nominal" },
		},
	};
}

/** Rows of a piece of a curve, which has `each` in all. */
function shareOf(each: number, piece: readonly Point[], { pieces }: Curve) {
	const all = pieces.reduce((sum, { length }) => sum + length, 0);
	return Math.max(4, Math.round((each * piece.length) / all));
}

/** The last value of each run that came to no result, or ended before others. */
const endsLayer = (
	groups: readonly Group[],
	axes: Axes,
	{ looks }: Context,
): VegaLiteSpec => ({
	data: {
		values: groups.flatMap(({ curves, early }, g) =>
			curves.flatMap((curve) => {
				const last = curve.pieces.at(-1)?.at(-1);
				const isEarly = early.includes(curve);
				if (!last || (!isEarly && !hasNoResult(curve))) return [];
				return [
					{
						...{ g, step: last.step },
						value: rounded(within(axes.y, last.value)),
						sign: isEarly ? RING : CROSS,
					},
				];
			}),
		),
	},
	mark: { type: "point", filled: false, size: 70, strokeWidth: 2, opacity: 1 },
	encoding: {
		...lineEncoding("value", axes),
		color: byGroup(looks.hues),
		shape: { field: "sign", type: "nominal", scale: null },
	},
});

function meanLayer(
	means: readonly (readonly Mean[])[],
	axes: Axes,
	{ looks }: Context,
): VegaLiteSpec {
	const rows = means.flatMap((steps, g) =>
		steps.map(({ step, n, mean, sd }) => ({
			...{ g, step, n, mean: rounded(mean) },
			...(sd === undefined ? {} : { sd: rounded(sd) }),
		})),
	);
	const hover =
		rows.length <= MOST_HOVER_ROWS ? { point: { opacity: 0, size: 60 } } : {};
	return {
		data: { values: rows },
		mark: { type: "line", strokeWidth: 2.5, ...hover },
		encoding: {
			...lineEncoding("mean", axes),
			color: byGroup(looks.hues),
			strokeDash: byGroup(looks.dashes),
			tooltip: ["step", "n", "mean", "sd"].map((field) => ({
				field,
				type: "quantitative",
			})),
		},
	};
}

/** The last mean of each group, with the group's name where there is no legend. */
const keysOf = (
	groups: readonly Group[],
	y: Scale,
	{ looks, names }: Context,
): Key[] =>
	groups.flatMap((group, g) => {
		const last = group.steps.at(-1);
		return last === undefined
			? []
			: [
					{
						text: [
							names?.[g] ?? "",
							meanText(last),
							names ? countText(group) : "",
						]
							.filter((part) => part !== "")
							.join(" "),
						colour: looks.hues[g] as string,
						sign: looks.dashes[g] as readonly number[],
						value: within(y, last.mean),
					},
				];
	});

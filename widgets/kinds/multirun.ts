import { oneLine } from "../../base/shown-text.ts";
import { bySteps } from "../../experiment/last-values.ts";
import { type Summary, summarise } from "../../experiment/sweep/statistics.ts";
import {
	type Key,
	lineEncoding,
	linePanel,
	PANEL_HEIGHT,
	PANEL_WIDTH,
	panels,
} from "../drawing/panel.ts";
import { type Picture, picture } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { scaleOf } from "../drawing/scale.ts";
import {
	MOST_ROWS,
	minMaxPlaces,
	type Point,
	rounded,
} from "../drawing/series.ts";
import { colours, PAGE_TEXT } from "../drawing/style.ts";
import { formatNumber, plural, shownName, table } from "../text/text.ts";

/** One run's values of a metric: numbers at steps 1, 2, … or explicit steps. */
export type RunValues = readonly number[] | readonly Point[];

export interface MultirunGroup {
	/** The parameters the runs share, e.g. "lr=0.1"; "" for the only group. */
	readonly label: string;
	readonly runs: readonly RunValues[];
}

export interface MultirunMetric {
	readonly metric: string;
	/** Which end is better; names the best group. */
	readonly goal?: "minimize" | "maximize";
	readonly groups: readonly MultirunGroup[];
}

export interface MultirunOptions {
	/** Default: the metrics' names. */
	readonly title?: string;
	/** What a step is, under the x axis. Default: "step". */
	readonly step?: string;
}

interface StepSummary extends Summary {
	readonly step: number;
}

/** A group's runs, summed up at each step over the runs that reached it. */
interface Group {
	readonly label: string;
	readonly runs: number;
	readonly steps: readonly StepSummary[];
	/** Last value of each run, where it is finite. */
	readonly finals: readonly number[];
}

interface Metric {
	readonly metric: string;
	readonly goal?: "minimize" | "maximize";
	readonly groups: readonly Group[];
	/** Values that were NaN or infinite. */
	readonly notFinite: number;
}

/** Dashed extremes of more groups than this cross each other beyond reading. */
const MOST_WITH_EXTREMES = 3;
const MOST_RUN_DOTS = 100;
const ROW_HEIGHT = 34;
const MOST_PANELS = 6;

/**
 * Runs that differ only in their seed (and, in groups, in parameters): mean line,
 * shaded ±1 sample standard deviation, dashed minimum and maximum. One panel per
 * metric; a metric with a single step is drawn as dots with their mean ± SD.
 * Throws when there is no metric or no run.
 */
export async function multirunPicture(
	metrics: MultirunMetric | readonly MultirunMetric[],
	options: MultirunOptions = {},
): Promise<Picture> {
	const list = [metrics].flat().map(parse);
	const title = options.title ?? list.map(({ metric }) => metric).join(", ");
	return picture({
		spec: multirunSpec(list, title, options.step ?? "step"),
		description: `${title}, ${runsText(list)}: ${list.map(describe).join("; ")}.`,
		text: `${title}, ${runsText(list)}\n${summaryTable(list)}`,
	});
}

/** The same as text: per group and metric n, mean, SD, min and max of the runs' last values. */
export function multirunText(
	metrics: MultirunMetric | readonly MultirunMetric[],
): string {
	return summaryTable([metrics].flat().map(parse));
}

function parse({ metric, goal, groups }: MultirunMetric): Metric {
	if (!groups.some(({ runs }) => runs.length > 0))
		throw new RangeError(
			`multirun picture: the metric "${shownName(metric)}" has no runs; give at least one group with one run`,
		);
	let notFinite = 0;
	const parsed = groups.map(({ label, runs }) => {
		const bySteps = new Map<number, number[]>();
		const finals: number[] = [];
		for (const run of runs) {
			const points = pointsOf(run);
			const finite = points.filter(({ value }) => Number.isFinite(value));
			notFinite += points.length - finite.length;
			for (const { step, value } of finite)
				bySteps.set(step, [...(bySteps.get(step) ?? []), value]);
			const last = points.at(-1);
			if (last && Number.isFinite(last.value)) finals.push(last.value);
		}
		const steps = [...bySteps]
			.sort(([a], [b]) => a - b)
			.map(([step, values]) => ({ step, ...summarise(values) }));
		return { label: oneLine(label), runs: runs.length, steps, finals };
	});
	return { metric: shownName(metric), goal, groups: parsed, notFinite };
}

function pointsOf(run: RunValues): Point[] {
	return bySteps(
		run.map((each, index) =>
			typeof each === "number" ? { step: index + 1, value: each } : each,
		),
	);
}

function runsText(metrics: readonly Metric[]): string {
	const counts = metrics.flatMap(({ groups }) =>
		groups.map(({ runs }) => runs),
	);
	const least = Math.min(...counts);
	const most = Math.max(...counts);
	const runs = least === most ? plural(most, "run") : `${least}–${most} runs`;
	const groups = metrics[0]?.groups.length ?? 0;
	return groups > 1 ? `${groups} groups of ${runs}` : runs;
}

function nameOf({ label }: Group, index: number): string {
	return label === "" ? `group ${index + 1}` : label;
}

/** A sentence for those who cannot see: the mean at the end of each group. */
function describe({ metric, groups }: Metric): string {
	const parts = groups.map((group, index) => {
		const name = groups.length > 1 ? `${nameOf(group, index)} ` : "";
		return group.finals.length === 0
			? `${name}without a finite value`
			: `${name}${meanText(summarise(group.finals))}`;
	});
	return `${metric} ends at ${parts.join(", ")}`;
}

function meanText({ mean, sd }: Pick<Summary, "mean" | "sd">): string {
	return sd === undefined
		? formatNumber(mean, 3)
		: `${formatNumber(mean, 3)} ± ${formatNumber(sd, 2)}`;
}

function summaryTable(metrics: readonly Metric[]): string {
	const right = (header: string) => ({ header, align: "right" as const });
	const grouped = metrics.some(({ groups }) => groups.length > 1);
	const rows = metrics.flatMap(({ metric, groups }) =>
		groups.map((group, index) => {
			const head = grouped ? [metric, nameOf(group, index)] : [metric];
			if (group.finals.length === 0) return [...head, "0"];
			const { n, mean, sd, min, max } = summarise(group.finals);
			const numbers = [mean, sd, min, max].map((value) =>
				value === undefined ? "–" : formatNumber(value),
			);
			return [...head, String(n), ...numbers];
		}),
	);
	const columns = [
		{ header: "metric" },
		...(grouped ? [{ header: "group" }] : []),
		...["n", "mean", "sd", "min", "max"].map(right),
	];
	return [
		table(columns, rows),
		...metrics.flatMap(bestLine),
		...metrics.flatMap(notFiniteLine),
	].join("\n");
}

function bestLine({ metric, goal, groups }: Metric): string[] {
	if (goal === undefined || groups.length < 2) return [];
	const sign = goal === "minimize" ? 1 : -1;
	const ranked = groups
		.map((group, index) => ({ group, name: nameOf(group, index) }))
		.filter(({ group }) => group.finals.length > 0)
		.map(({ group, name }) => ({ name, ...summarise(group.finals) }))
		.sort((a, b) => sign * (a.mean - b.mean));
	const best = ranked[0];
	return best === undefined
		? []
		: [`best mean ${metric} (${goal}): ${best.name}, ${meanText(best)}`];
}

function notFiniteLine({ metric, notFinite }: Metric): string[] {
	return notFinite === 0
		? []
		: [`${metric}: ${plural(notFinite, "value")} not finite, left out`];
}

function multirunSpec(
	metrics: readonly Metric[],
	title: string,
	xTitle: string,
): VegaLiteSpec {
	const shown = metrics.slice(0, MOST_PANELS);
	const names = (shown[0]?.groups ?? []).map(nameOf);
	const context: Context = {
		xTitle,
		names,
		hues: colours(names.length),
		single: shown.length === 1,
	};
	const subtitle = [
		encodingLine(shown),
		...shown.flatMap(notFiniteLine),
		...shown.flatMap(thinnedLine),
		...(shown.length < metrics.length
			? [
					`not drawn: ${metrics
						.slice(MOST_PANELS)
						.map(({ metric }) => metric)
						.join(", ")}`,
				]
			: []),
	];
	return {
		title: { text: `${title}, ${runsText(shown)}`, subtitle },
		...panels(
			shown.map((metric) =>
				isSingleStep(metric)
					? dotPanel(metric, context)
					: bandPanel(metric, context),
			),
		),
		resolve: { scale: { color: "shared" } },
	};
}

interface Context {
	readonly xTitle: string;
	readonly names: readonly string[];
	readonly hues: readonly string[];
	/** The only panel needs no title of its own and no common legend. */
	readonly single: boolean;
}

type Range = readonly [lowest: number, highest: number];

/** An accuracy is a share: no band of it reaches above 1. */
function rangeOf({ metric, groups }: Metric): Range {
	const isShare =
		/(^|_)(acc|accuracy|precision|recall|f1|iou|auc)($|_)/i.test(metric) &&
		groups.every(({ steps }) =>
			steps.every(({ min, max }) => min >= 0 && max <= 1),
		);
	return isShare
		? [0, 1]
		: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

function isSingleStep({ groups }: Metric): boolean {
	const steps = new Set(
		groups.flatMap((group) => group.steps.map(({ step }) => step)),
	);
	return steps.size <= 1;
}

function encodingLine(metrics: readonly Metric[]): string {
	const spread = metrics.some(({ groups }) =>
		groups.some(({ runs }) => runs > 1),
	);
	if (!spread) return "one run each: no spread to show";
	const courses = metrics.filter((metric) => !isSingleStep(metric));
	const [mean, sd] =
		courses.length === metrics.length
			? ["line: mean", "band"]
			: courses.length === 0
				? ["large dot: mean · small dots: runs", "bar"]
				: ["line, large dot: mean · small dots: runs", "band, bar"];
	const extremes = courses.some(
		({ groups }) => groups.length <= MOST_WITH_EXTREMES,
	);
	return [
		mean,
		`${sd}: ±1 SD (sample, n−1)`,
		...(extremes ? ["dashed: min, max"] : []),
	].join(" · ");
}

/** The same in every layer: a legend that one layer leaves out is left out for all. */
function colourEncoding({ names, hues, single }: Context): VegaLiteSpec {
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

/** Places in a group's steps that are drawn: each takes two rows of a line. */
const shownSteps = ({ steps }: Group): number[] =>
	steps.length <= MOST_ROWS / 2
		? steps.map((_, at) => at)
		: minMaxPlaces(
				[
					steps.map(({ mean }) => mean),
					steps.map(({ min }) => min),
					steps.map(({ max }) => max),
				],
				MOST_ROWS / 2,
			);

/** Values of runs that are drawn as dots, the lowest and the highest among them. */
function shownFinals({ finals }: Group): number[] {
	if (finals.length <= MOST_RUN_DOTS) return [...finals];
	const sorted = finals.toSorted((a, b) => a - b);
	const distance = (sorted.length - 1) / (MOST_RUN_DOTS - 1);
	return Array.from(
		{ length: MOST_RUN_DOTS },
		(_, at) => sorted[Math.round(at * distance)] as number,
	);
}

/** What of a metric is not drawn for want of room. */
function thinnedLine(metric: Metric): string[] {
	const single = isSingleStep(metric);
	const of = (shown: (group: Group) => number) =>
		metric.groups.reduce((sum, group) => sum + shown(group), 0);
	const [shown, all] = single
		? [
				of((group) => shownFinals(group).length),
				of(({ finals }) => finals.length),
			]
		: [
				of((group) => shownSteps(group).length),
				of(({ steps }) => steps.length),
			];
	return shown < all
		? [
				`${metric.metric}: ${shown} of ${all} ${single ? "runs" : "steps"} shown, with the highest and lowest`,
			]
		: [];
}

function bandPanel(metric: Metric, context: Context): VegaLiteSpec {
	const { groups } = metric;
	const extremes = groups.length <= MOST_WITH_EXTREMES;
	const range = rangeOf(metric);
	const rows = groups.flatMap((group, index) =>
		shownSteps(group).map((at) =>
			rowOf(group.steps[at] as StepSummary, context.names[index] ?? "", range),
		),
	);
	const axes = {
		xTitle: context.xTitle,
		steps: [...new Set(rows.map(({ step }) => step))].sort((a, b) => a - b),
		y: scaleOf(
			rows.flatMap((row) =>
				extremes ? [row.low, row.high, row.min, row.max] : [row.low, row.high],
			),
		),
	};
	const colour = colourEncoding(context);
	const manyRuns = { filter: "datum.n > 1" };
	const dashed = (field: string) => ({
		transform: [manyRuns],
		mark: { type: "line", strokeWidth: 1, strokeDash: [4, 3], opacity: 0.8 },
		encoding: { ...lineEncoding(field, axes), color: colour },
	});
	const hover = rows.length <= 300 ? { point: { opacity: 0, size: 60 } } : {};
	return linePanel({
		...(context.single ? {} : { title: metric.metric }),
		...axes,
		layers: [
			{
				data: { values: rows },
				layer: [
					{
						transform: [manyRuns],
						mark: { type: "area", opacity: 0.22 },
						encoding: {
							...lineEncoding("low", axes),
							y2: { field: "high" },
							color: colour,
						},
					},
					...(extremes ? [dashed("min"), dashed("max")] : []),
					{
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
					},
				],
			},
		],
		keys: keysOf(groups, context),
	});
}

/** A metric's row at one step; the band ends where the metric's range does. */
function rowOf(
	{ step, n, mean, sd, min, max }: StepSummary,
	group: string,
	[lowest, highest]: Range,
) {
	return {
		group,
		step,
		n,
		mean: rounded(mean),
		...(sd === undefined ? {} : { sd: rounded(sd) }),
		low: rounded(Math.max(mean - (sd ?? 0), lowest)),
		high: rounded(Math.min(mean + (sd ?? 0), highest)),
		min: rounded(min),
		max: rounded(max),
	};
}

/** Beside other panels the common legend names the groups, here only their last mean stands. */
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

function dotPanel(metric: Metric, context: Context): VegaLiteSpec {
	const { groups } = metric;
	const runs = groups.flatMap((group, index) =>
		shownFinals(group).map((value) => ({
			group: context.names[index],
			value: rounded(value),
		})),
	);
	const means = groups.flatMap(({ steps }, index) => {
		const only = steps[0];
		return only === undefined
			? []
			: [
					{
						...rowOf(only, context.names[index] ?? "", rangeOf(metric)),
						text: meanText(only),
					},
				];
	});
	const scale = scaleOf(
		means.flatMap(({ low, high, min, max }) => [low, high, min, max]),
	);
	const grouped = groups.length > 1;
	const x = (field: string) => ({
		field,
		type: "quantitative",
		title: context.single ? metric.metric : null,
		scale: { type: scale.type, domain: scale.domain, nice: false },
		axis: { values: scale.ticks, format: scale.format },
	});
	return {
		...(context.single
			? {}
			: {
					title: {
						text: metric.metric,
						fontSize: 13,
						offset: 8,
						frame: "group",
					},
				}),
		width: PANEL_WIDTH,
		height: Math.min(
			Math.max(PANEL_HEIGHT, groups.length * 16),
			groups.length * ROW_HEIGHT + 10,
		),
		encoding: {
			y: {
				field: "group",
				type: "nominal",
				title: null,
				sort: context.names,
				scale: { domain: context.names },
				axis: grouped
					? { domain: false, ticks: false, labelPadding: 6, labelLimit: 200 }
					: null,
			},
		},
		layer: [
			{
				data: { values: means },
				transform: [{ filter: "datum.n > 1" }],
				mark: { type: "rule", strokeWidth: 8, opacity: 0.3 },
				encoding: {
					x: x("low"),
					x2: { field: "high" },
					color: colourEncoding(context),
				},
			},
			{
				data: { values: runs },
				mark: { type: "point", filled: true, size: 16, opacity: 0.7 },
				encoding: {
					x: x("value"),
					color: colourEncoding(context),
				},
			},
			{
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
			},
			{
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
			},
		],
	};
}

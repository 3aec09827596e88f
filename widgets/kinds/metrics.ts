import { isLoss } from "../../experiment/divergence.ts";
import type { MetricEvent } from "../../experiment/events.ts";
import { bySteps } from "../../experiment/last-values.ts";
import {
	type Key,
	lineEncoding,
	linePanel,
	type PanelOptions,
	panels,
} from "../drawing/panel.ts";
import type { Drawing } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { scaleOf } from "../drawing/scale.ts";
import { minMaxSample, type Point, rounded } from "../drawing/series.ts";
import { colours, PAGE_TEXT, SPLIT_COLOURS } from "../drawing/style.ts";
import { formatNumber, plural, right, shownName, table } from "../text/text.ts";

export interface MetricsOptions {
	/** Default: "metrics". */
	readonly title?: string;
	/** What a step is, under the x axis. Default: "step". */
	readonly step?: string;
}

type Split = "train" | "val" | "test";

/** A metric's finite values, sorted by step. */
interface Series {
	readonly name: string;
	/** Name without the split: `val_loss` → `loss`. */
	readonly base: string;
	readonly split: Split;
	readonly points: readonly Point[];
	/** The last value, finite or not. */
	readonly last: Point;
	/** Steps at which the value was NaN or infinite. */
	readonly notFinite: readonly number[];
}

const MOST_PANELS = 6;
const DASHES: Record<Split, readonly number[]> = {
	train: [1, 0],
	val: [6, 3],
	test: [1, 0],
};
/** Longer series have no hover targets: these make a page large. */
const MOST_HOVER_POINTS = 300;

/**
 * Curves of everything a run logged: one panel for losses, one for accuracies,
 * one for each other metric. Train is solid, `val_…` dashed, `test_…` a dot.
 * A single value beside curves, e.g. the best epoch, stands in the subtitle.
 * An empty history gives a picture that says so.
 */
export function metricsDrawing(
	history: readonly MetricEvent[],
	options: MetricsOptions = {},
): Drawing {
	const title = options.title ?? "metrics";
	const series = seriesOf(history);
	return {
		spec: metricsSpec(series, title, options.step ?? "step"),
		description: `${title}: ${describe(series)}`,
		text: metricsText(history),
	};
}

/** The same history as a table: one row per metric with its last, lowest and highest value. */
export function metricsText(history: readonly MetricEvent[]): string {
	const series = seriesOf(history);
	if (series.length === 0) return "no metrics were logged";
	const at = (point: Point | undefined) =>
		point === undefined
			? ["–", ""]
			: [formatNumber(point.value), `@${point.step}`];
	const rows = series.map(({ name, points, last }) => {
		const sorted = points.toSorted((a, b) => a.value - b.value);
		return [
			name,
			String(points.length),
			...at(last),
			...at(sorted[0]),
			...at(sorted.at(-1)),
		];
	});
	const numbers = ["values", "last", "", "min", "", "max", ""];
	const columns = [{ header: "metric" }, ...numbers.map(right)];
	return [table(columns, rows), ...notFiniteLines(series)].join("\n");
}

function seriesOf(history: readonly MetricEvent[]): Series[] {
	const byName = new Map<string, Point[]>();
	for (const { step, values } of history)
		for (const [name, value] of Object.entries(values)) {
			const logged = byName.get(name) ?? [];
			logged.push({ step, value });
			byName.set(name, logged);
		}
	return [...byName].map(([given, logged]) => {
		const name = shownName(given);
		const all = bySteps(logged);
		return {
			name,
			...parseName(name),
			last: all.at(-1) as Point,
			points: all.filter(({ value }) => Number.isFinite(value)),
			notFinite: all
				.filter(({ value }) => !Number.isFinite(value))
				.map(({ step }) => step),
		};
	});
}

function parseName(name: string): { base: string; split: Split } {
	const match = /^(val|test)_(.+)$/.exec(name);
	return match === null
		? { base: name, split: "train" }
		: { base: match[2] as string, split: match[1] as Split };
}

function familyOf(base: string): string {
	if (isLoss(base)) return "loss";
	if (/(^|_)acc(uracy)?($|_)/i.test(base)) return "accuracy";
	return base;
}

/** Losses first, then accuracies, then the others in the order they were logged. */
function familiesOf(series: readonly Series[]): [string, Series[]][] {
	const drawn = series.filter(({ points }) => points.length > 0);
	const families = Map.groupBy(drawn, ({ base }) => familyOf(base));
	const rank = (family: string) => {
		const index = ["loss", "accuracy"].indexOf(family);
		return index < 0 ? 2 : index;
	};
	return [...families].sort(([a], [b]) => rank(a) - rank(b));
}

function metricsSpec(
	series: readonly Series[],
	title: string,
	xTitle: string,
): VegaLiteSpec {
	const families = familiesOf(series);
	const courses = families.filter(([, list]) => hasCourse(list));
	const drawn = courses.length > 0 ? courses : families;
	const shown = drawn.slice(0, MOST_PANELS);
	const subtitle = [
		legendLine(shown.flatMap(([, list]) => list)),
		...singleValuesLine(families.filter((family) => !drawn.includes(family))),
		...notFiniteLines(series),
		...thinnedLines(shown.flatMap(([, list]) => list)),
	];
	if (drawn.length > shown.length)
		subtitle.push(
			`not drawn: ${drawn
				.slice(MOST_PANELS)
				.map(([family]) => family)
				.join(", ")}`,
		);
	if (shown.length === 0) return emptySpec(title, subtitle);
	return {
		title: { text: title, subtitle },
		...panels(shown.map(([family, list]) => metricPanel(family, list, xTitle))),
	};
}

function hasCourse(series: readonly Series[]): boolean {
	const steps = series.flatMap(({ points }) => points.map((p) => p.step));
	return new Set(steps).size > 1;
}

function singleValuesLine(families: readonly [string, Series[]][]): string[] {
	const values = families.flatMap(([, list]) =>
		list.map(({ name, last }) => `${name} ${formatNumber(last.value, 3)}`),
	);
	return values.length === 0 ? [] : [values.join(" · ")];
}

function emptySpec(title: string, subtitle: readonly string[]): VegaLiteSpec {
	return {
		title: { text: title, subtitle },
		width: 320,
		height: 40,
		data: { values: [{}] },
		mark: {
			type: "text",
			text: "nothing to draw yet",
			...PAGE_TEXT,
		},
	};
}

function legendLine(series: readonly Series[]): string {
	const encodings: Record<Split, string> = {
		train: "solid: train",
		val: "dashed: val",
		test: "dot: test",
	};
	const splits = (["train", "val", "test"] as const).filter((split) =>
		series.some((each) => each.split === split),
	);
	return splits.length === 1 && splits[0] === "train"
		? "at the end of each line: its last value"
		: splits.map((split) => encodings[split]).join(" · ");
}

function notFiniteLines(series: readonly Series[]): string[] {
	return series
		.filter(({ notFinite }) => notFinite.length > 0)
		.map(
			({ name, notFinite }) =>
				`${name}: ${plural(notFinite.length, "value")} not finite, left out, the first at step ${notFinite[0]}`,
		);
}

function thinnedLines(series: readonly Series[]): string[] {
	return series.flatMap(({ name, points }) => {
		const shown = minMaxSample(points).length;
		return shown < points.length
			? [
					`${name}: ${shown} of ${points.length} values shown, with every highest and lowest`,
				]
			: [];
	});
}

function metricPanel(
	title: string,
	series: readonly Series[],
	xTitle: string,
): VegaLiteSpec {
	const values = series.flatMap(({ points }) => points.map((p) => p.value));
	const steps = new Set(
		series.flatMap(({ points }) => points.map((p) => p.step)),
	);
	const axes = {
		xTitle,
		steps: [...steps].sort((a, b) => a - b),
		// With a single step there is no curve to zoom in on: the axis begins at 0
		// to show how high the values are.
		y: scaleOf(steps.size === 1 ? [0, ...values] : values),
	};
	const alone = series.length === 1 && series[0]?.name === title;
	const bases = [...new Set(series.map(({ base }) => base))];
	const hues = colours(bases.length);
	const styled = series.map((each) => ({
		...each,
		colour:
			bases.length === 1
				? SPLIT_COLOURS[each.split]
				: (hues[bases.indexOf(each.base)] as string),
	}));
	return linePanel({
		title,
		...axes,
		layers: styled.map((each) => seriesLayer(each, axes)),
		keys: styled.map((each) =>
			keyOf(each, alone ? "" : bases.length > 1 ? each.name : each.split),
		),
	});
}

function seriesLayer(
	series: Series & { colour: string },
	axes: Pick<PanelOptions, "xTitle" | "steps" | "y">,
): VegaLiteSpec {
	const rows = minMaxSample(series.points).map(({ step, value }) => ({
		step,
		value: rounded(value),
	}));
	const hover = rows.length <= MOST_HOVER_POINTS;
	return {
		data: { values: rows },
		mark: isDots(series)
			? {
					type: "point",
					filled: true,
					size: 60,
					opacity: 1,
					color: series.colour,
				}
			: {
					type: "line",
					color: series.colour,
					strokeWidth: 2,
					strokeDash: DASHES[series.split],
					...(hover ? { point: { opacity: 0, size: 60 } } : {}),
				},
		encoding: {
			...lineEncoding("value", axes),
			tooltip: [
				{ field: "step", type: "quantitative", title: axes.xTitle },
				{
					field: "value",
					type: "quantitative",
					title: series.name,
				},
			],
		},
	};
}

function keyOf(series: Series & { colour: string }, name: string): Key {
	// The label is placed at the last finite value: NaN and infinity have no
	// height.
	const { value } = series.points.at(-1) as Point;
	return {
		text: `${name} ${formatNumber(series.last.value, 3)}`.trim(),
		colour: series.colour,
		sign: isDots(series) ? "dot" : DASHES[series.split],
		value,
	};
}

/** Test metrics are usually measured once, and a line needs two points. */
function isDots({ split, points }: Series): boolean {
	return split === "test" || points.length === 1;
}

function describe(series: readonly Series[]): string {
	const parts = series.map(({ name, points, last }) =>
		points.length === 0
			? `${name} has no finite value`
			: `${name} ${formatNumber(last.value)} at step ${last.step}`,
	);
	return parts.length === 0 ? "nothing logged yet" : `${parts.join(", ")}.`;
}

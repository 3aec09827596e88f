import { UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import { displayWidth, truncate } from "../../base/text-width.ts";
import type { ConfusionMatrix } from "../../experiment/events.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { rounded } from "../drawing/series.ts";
import { formatPercent, plural, right, table } from "../text/text.ts";
import { fieldsOf, isListOf, isNumber, isText } from "./fields.ts";
import { atStep, pictureKind, type Shown } from "./kind.ts";

/**
 * Beyond this number of classes, the numbers in the cells would be too small to
 * read.
 */
const MOST_NUMBERED = 25;
/** A text grid wider than this breaks in a terminal: only the confusions are listed. */
const MOST_IN_TEXT = 12;
const TOP_CONFUSIONS = 10;
const LONGEST_NAME = 22;
/** Width and height of a whole matrix without numbers, in pixels. */
const UNNUMBERED_SIZE = 480;
/** Pixels that a name needs beside its row. */
const NAME_HEIGHT = 14;

/**
 * A confusion matrix: rows are true classes, columns predictions. The shade is
 * the share of the true class, always from 0 to 1, so that pictures of several
 * epochs compare; the number is the count.
 */
export const confusion = pictureKind<ConfusionMatrix>({
	kind: "confusion",
	encode: parse,
	decode: parse,
	text: confusionText,
	draw: (shown) => {
		const title = titleOf(shown);
		const totals = totalsOf(shown.data);
		return {
			spec: confusionSpec(shown.data, title, totals),
			description: `${title}: ${accuracyLine(totals)}.`,
		};
	},
	tag: (name) => `${name}/confusion_matrix`,
});

function parse(given: unknown): ConfusionMatrix {
	const { classes, matrix } = fieldsOf(given);
	const isRow = (row: unknown): row is readonly number[] =>
		isListOf(row, isNumber);
	if (!isListOf(classes, isText) || !isListOf(matrix, isRow))
		throw new UsageError(
			"a confusion matrix is { classes, matrix }: class names, and for each true class a row of counts, one per predicted class",
		);
	const size = classes.length;
	if (matrix.length !== size || matrix.some((row) => row.length !== size))
		throw new UsageError(
			`confusion matrix: ${plural(size, "class name")} but ${plural(matrix.length, "row")} of ${matrix.map((row) => row.length).join(", ")} columns; give one row and one column per class`,
		);
	return { classes, matrix };
}

/** A grid of counts with recall per class, or the most frequent confusions of many classes. */
function confusionText(shown: Shown<ConfusionMatrix>): string {
	const { data } = shown;
	const totals = totalsOf(data);
	const body =
		data.classes.length <= MOST_IN_TEXT
			? gridText(data, totals)
			: confusionsText(data);
	return `${titleOf(shown)}: ${accuracyLine(totals)}\n${body}`;
}

interface Totals {
	readonly correct: number;
	readonly total: number;
	/** Samples of each true class. */
	readonly support: readonly number[];
}

const titleOf = (shown: Shown<ConfusionMatrix>): string =>
	atStep(`confusion matrix, ${oneLine(shown.name)}`, shown);

function totalsOf({ matrix }: ConfusionMatrix): Totals {
	const support = matrix.map((row) => row.reduce((sum, n) => sum + n, 0));
	return {
		correct: matrix.reduce((sum, row, index) => sum + (row[index] ?? 0), 0),
		total: support.reduce((sum, n) => sum + n, 0),
		support,
	};
}

function accuracyLine({ correct, total }: Totals): string {
	return `${correct} of ${total} correct (${formatPercent(correct / total)})`;
}

/** Names label the axes, so two that look alike when cut must stay distinct. */
function labelsOf(classes: readonly string[]): string[] {
	const short = classes.map((name) => truncate(name, LONGEST_NAME));
	return short.map((name, index) =>
		short.indexOf(name) === index ? name : `${name} (${index})`,
	);
}

/** Size of the matrix, and which of its names and numbers are shown. */
interface Layout {
	readonly labels: readonly string[];
	/** Names that stand at the axes. */
	readonly shown: readonly string[];
	/** Has each cell its number? */
	readonly numbered: boolean;
	/** Pixels of a cell's side. */
	readonly cell: number;
}

function layoutOf({ classes, matrix }: ConfusionMatrix): Layout {
	const labels = labelsOf(classes);
	const digits = String(Math.max(0, ...matrix.flat())).length;
	const numbered = classes.length <= MOST_NUMBERED;
	const cell = numbered
		? Math.max(cellSize(classes.length), digits * 8 + 8)
		: Math.max(4, Math.floor(UNNUMBERED_SIZE / classes.length));
	// Beyond 60 classes even the labels' own rows are thinner than letters.
	const shown = labels.filter(
		(_, index) => index % Math.ceil(NAME_HEIGHT / cell) === 0,
	);
	return { labels, shown, numbered, cell };
}

function confusionSpec(
	confusion: ConfusionMatrix,
	title: string,
	totals: Totals,
): VegaLiteSpec {
	const layout = layoutOf(confusion);
	const size = layout.cell * confusion.classes.length;
	return {
		title: { text: title, subtitle: subtitleOf(layout, totals) },
		width: size,
		height: size,
		data: { values: cellsOf(confusion, layout, totals) },
		encoding: {
			...axesOf(layout),
			tooltip: TOOLTIP,
		},
		layer: [shadeLayer(layout, size), ...(layout.numbered ? [NUMBERS] : [])],
	};
}

function subtitleOf(
	{ labels, shown, numbered }: Layout,
	totals: Totals,
): string[] {
	return [
		accuracyLine(totals),
		numbered
			? "number: count · shade: share of the true class"
			: "shade: share of the true class",
		...(shown.length < labels.length
			? [`${shown.length} of ${labels.length} names shown`]
			: []),
	];
}

const cellsOf = (
	{ matrix }: ConfusionMatrix,
	{ labels }: Layout,
	{ support }: Totals,
) =>
	matrix.flatMap((row, actual) =>
		row.map((count, predicted) => ({
			true: labels[actual],
			predicted: labels[predicted],
			count,
			share: rounded(count / Math.max(1, support[actual] ?? 0)),
		})),
	);

function axesOf({ labels, shown, cell }: Layout): VegaLiteSpec {
	const longest = Math.max(...labels.map(displayWidth));
	const axis = {
		domain: false,
		ticks: false,
		labelPadding: 6,
		labelLimit: 200,
		values: shown,
	};
	const common = {
		type: "nominal",
		sort: labels,
		scale: { domain: labels, padding: 0 },
	};
	return {
		x: {
			field: "predicted",
			...common,
			axis: {
				...axis,
				orient: "top",
				labelAngle: longest * 7 + 6 > cell ? -45 : 0,
			},
		},
		y: { field: "true", ...common, axis },
	};
}

const TOOLTIP = [
	{ field: "true", type: "nominal" },
	{ field: "predicted", type: "nominal" },
	{ field: "count", type: "quantitative" },
	{
		field: "share",
		type: "quantitative",
		title: "share of the true class",
		format: ".1%",
	},
];

const shadeLayer = ({ numbered }: Layout, size: number): VegaLiteSpec => ({
	mark: {
		type: "rect",
		stroke: "#8888",
		strokeWidth: numbered ? 0.5 : 0,
	},
	encoding: {
		color: {
			field: "share",
			type: "quantitative",
			title: "share",
			scale: { domain: [0, 1], range: ["#eff5fb", "#6aaed6", "#08458a"] },
			legend: {
				format: ".0%",
				values: [0, 0.5, 1],
				gradientLength: Math.min(120, size),
			},
		},
	},
});

const NUMBERS: VegaLiteSpec = {
	mark: {
		type: "text",
		fontSize: 13,
		baseline: "middle",
		tooltip: false,
	},
	encoding: {
		text: { field: "count", type: "quantitative" },
		// The cell under the number is painted, so the colour need not follow the
		// theme.
		color: {
			condition: { test: "datum.share > 0.5", value: "#fff" },
			value: "#222",
		},
	},
};

function cellSize(classes: number): number {
	if (classes <= 3) return 64;
	return classes <= 6 ? 48 : 32;
}

function gridText(
	{ classes, matrix }: ConfusionMatrix,
	{ support }: Totals,
): string {
	const labels = labelsOf(classes);
	return table(
		[
			{ header: "true \\ predicted" },
			...labels.map((label) => right(truncate(label, 10))),
			right("recall"),
		],
		matrix.map((row, index) => [
			labels[index] ?? "",
			...row.map(String),
			formatPercent((row[index] ?? 0) / (support[index] ?? 0)),
		]),
	);
}

function confusionsText({ classes, matrix }: ConfusionMatrix): string {
	const labels = labelsOf(classes);
	const wrong = matrix
		.flatMap((row, actual) =>
			row.map((count, predicted) => ({ actual, predicted, count })),
		)
		.filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
		.sort((a, b) => b.count - a.count);
	if (wrong.length === 0) return "no confusions";
	const rows = wrong
		.slice(0, TOP_CONFUSIONS)
		.map(({ actual, predicted, count }) => [
			labels[actual] ?? "",
			labels[predicted] ?? "",
			String(count),
		]);
	const shown =
		rows.length < wrong.length
			? `, ${rows.length} of ${wrong.length} shown`
			: "";
	return `most frequent confusions of ${classes.length} classes${shown}\n${table(
		[{ header: "true" }, { header: "predicted" }, right("count")],
		rows,
	)}`;
}

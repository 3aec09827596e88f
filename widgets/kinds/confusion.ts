import { oneLine } from "../../base/shown-text.ts";
import type {
	ConfusionEvent,
	ConfusionMatrix,
} from "../../experiment/events.ts";
import { type Picture, picture } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { rounded } from "../drawing/series.ts";
import {
	displayWidth,
	formatPercent,
	plural,
	table,
	truncate,
} from "../text/text.ts";

/** Numbers in more cells than this cannot be read. */
const MOST_NUMBERED = 25;
/** A text grid wider than this breaks in a terminal: only the confusions are listed. */
const MOST_IN_TEXT = 12;
const TOP_CONFUSIONS = 10;
const LONGEST_NAME = 22;

/**
 * A confusion matrix: rows are true classes, columns predictions. The shade is
 * the share of the true class, always from 0 to 1, so that pictures of several
 * epochs compare; the number is the count. Throws when the matrix is not square.
 */
export async function confusionPicture(
	event: ConfusionEvent,
): Promise<Picture> {
	const title = titleOf(event);
	const totals = totalsOf(event.confusion);
	return picture({
		spec: confusionSpec(event.confusion, title, totals),
		description: `${title}: ${accuracyLine(totals)}.`,
		text: confusionText(event),
	});
}

/** The same as text: a grid of counts with recall per class, or the most frequent confusions of many classes. */
export function confusionText(event: ConfusionEvent): string {
	const { confusion } = event;
	const totals = totalsOf(confusion);
	const body =
		confusion.classes.length <= MOST_IN_TEXT
			? gridText(confusion, totals)
			: confusionsText(confusion);
	return `${titleOf(event)}: ${accuracyLine(totals)}\n${body}`;
}

interface Totals {
	readonly correct: number;
	readonly total: number;
	/** Samples of each true class. */
	readonly support: readonly number[];
}

function titleOf({ name: given, step }: ConfusionEvent): string {
	const name = oneLine(given);
	return step === undefined
		? `confusion matrix, ${name}`
		: `confusion matrix, ${name}, step ${step}`;
}

function totalsOf({ classes, matrix }: ConfusionMatrix): Totals {
	const size = classes.length;
	if (matrix.length !== size || matrix.some((row) => row.length !== size))
		throw new RangeError(
			`confusion matrix: ${plural(size, "class name")} but ${plural(matrix.length, "row")} of ${matrix.map((row) => row.length).join(", ")} columns; give one row and one column per class`,
		);
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

/** Names are the axis' labels, so two that look alike must stay two. */
function labelsOf(classes: readonly string[]): string[] {
	const short = classes.map((name) => truncate(name, LONGEST_NAME));
	return short.map((name, index) =>
		short.indexOf(name) === index ? name : `${name} (${index})`,
	);
}

function confusionSpec(
	{ classes, matrix }: ConfusionMatrix,
	title: string,
	totals: Totals,
): VegaLiteSpec {
	const labels = labelsOf(classes);
	const digits = String(Math.max(0, ...matrix.flat())).length;
	const numbered = classes.length <= MOST_NUMBERED;
	const cell = numbered
		? Math.max(cellSize(classes.length), digits * 8 + 8)
		: Math.max(4, Math.floor(480 / classes.length));
	const longest = Math.max(...labels.map(displayWidth));
	const values = matrix.flatMap((row, actual) =>
		row.map((count, predicted) => ({
			true: labels[actual],
			predicted: labels[predicted],
			count,
			share: rounded(count / Math.max(1, totals.support[actual] ?? 0)),
		})),
	);
	// Beyond 60 classes even the labels' own rows are thinner than letters.
	const shown = labels.filter((_, index) => index % Math.ceil(14 / cell) === 0);
	const axis = {
		domain: false,
		ticks: false,
		labelPadding: 6,
		labelLimit: 200,
		values: shown,
	};
	const sort = labels;
	return {
		title: {
			text: title,
			subtitle: [
				accuracyLine(totals),
				numbered
					? "number: count · shade: share of the true class"
					: "shade: share of the true class",
				...(shown.length < labels.length
					? [`${shown.length} of ${labels.length} names shown`]
					: []),
			],
		},
		width: cell * classes.length,
		height: cell * classes.length,
		data: { values },
		encoding: {
			x: {
				field: "predicted",
				type: "nominal",
				sort,
				scale: { domain: labels, padding: 0 },
				axis: {
					...axis,
					orient: "top",
					labelAngle: longest * 7 + 6 > cell ? -45 : 0,
				},
			},
			y: {
				field: "true",
				type: "nominal",
				sort,
				scale: { domain: labels, padding: 0 },
				axis,
			},
			tooltip: [
				{ field: "true", type: "nominal" },
				{ field: "predicted", type: "nominal" },
				{ field: "count", type: "quantitative" },
				{
					field: "share",
					type: "quantitative",
					title: "share of the true class",
					format: ".1%",
				},
			],
		},
		layer: [
			{
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
							gradientLength: Math.min(120, cell * classes.length),
						},
					},
				},
			},
			...(numbered
				? [
						{
							mark: {
								type: "text",
								fontSize: 13,
								baseline: "middle",
								tooltip: false,
							},
							encoding: {
								text: { field: "count", type: "quantitative" },
								// The cell is painted under both, whatever the theme.
								color: {
									condition: { test: "datum.share > 0.5", value: "#fff" },
									value: "#222",
								},
							},
						},
					]
				: []),
		],
	};
}

function cellSize(classes: number): number {
	if (classes <= 3) return 64;
	return classes <= 6 ? 48 : 32;
}

function gridText(
	{ classes, matrix }: ConfusionMatrix,
	{ support }: Totals,
): string {
	const labels = labelsOf(classes);
	const right = (header: string) => ({ header, align: "right" as const });
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
		[
			{ header: "true" },
			{ header: "predicted" },
			{ header: "count", align: "right" },
		],
		rows,
	)}`;
}

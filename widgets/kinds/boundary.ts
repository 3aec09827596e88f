import { UsageError } from "../../base/errors.ts";
import type {
	BoundaryPoint,
	DecisionBoundary,
} from "../../experiment/events.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { sampleByClass } from "../drawing/sample.ts";
import { mixed, rounded } from "../drawing/series.ts";
import { colours, shapes } from "../drawing/style.ts";
import { formatPercent, plural, right, table } from "../text/text.ts";
import { fieldsOf, isListOf, isNumber, isPair, isText } from "./fields.ts";
import { atStep, pictureKind, type Shown } from "./kind.ts";

const SIZE = 320;
const MOST_POINTS = 2000;
/** More points than this are drawn smaller. */
const MOST_LARGE_POINTS = 600;
/** Opacity of the class' colour over white, from no confidence to full. */
const WEAKEST = 0.12;
const STRONGEST = 0.67;

/**
 * Where in the plane a model decides for which class: the hue is the most
 * probable class, its strength the confidence (p − 1/K) / (1 − 1/K). Training
 * points are filled, others hollow, misclassified ones ringed. Any number of
 * classes.
 */
export const boundary = pictureKind<DecisionBoundary>({
	kind: "boundary",
	encode: parse,
	decode: parse,
	text: boundaryText,
	draw: async (shown) => {
		const { data } = shown;
		const title = titleOf(shown);
		return {
			spec: boundarySpec(data, title, await rasterUrl(data)),
			description: `${title}: regions of ${plural(data.classes.length, "class")} over ${plural(data.points.length, "point")}.`,
		};
	},
	tag: (name) => `decision_boundary/${name}`,
});

const SPLITS: readonly unknown[] = ["train", "val", "test"];

function isPoint(given: unknown): given is BoundaryPoint {
	const { x, y, label, predicted, split } = fieldsOf(given);
	return (
		[x, y, label].every(isNumber) &&
		(predicted === undefined || isNumber(predicted)) &&
		(split === undefined || SPLITS.includes(split))
	);
}

function parse(given: unknown): DecisionBoundary {
	const { classes, xDomain, yDomain, columns, rows, probabilities, points } =
		fieldsOf(given);
	if (
		!isListOf(classes, isText) ||
		!isPair(xDomain) ||
		!isPair(yDomain) ||
		!isNumber(columns) ||
		!isNumber(rows) ||
		!(probabilities instanceof Float32Array) ||
		!isListOf(points, isPoint)
	)
		throw new UsageError(
			"a decision boundary is { classes, xDomain, yDomain, columns, rows, probabilities, points }: class names, the rectangle, a Float32Array [rows, columns, classes], and points { x, y, label }",
		);
	const expected = rows * columns * classes.length;
	if (expected === 0 || probabilities.length !== expected)
		throw new UsageError(
			`decision boundary: ${probabilities.length} probabilities for ${rows} rows × ${columns} columns × ${classes.length} classes; expected ${expected}, at least one`,
		);
	return { classes, xDomain, yDomain, columns, rows, probabilities, points };
}

/** The share of the plane each class is given, and its points. */
function boundaryText(shown: Shown<DecisionBoundary>): string {
	const { classes, points } = shown.data;
	const areas = areasOf(shown.data);
	const judged = points.filter(({ predicted }) => predicted !== undefined);
	const rows = classes.map((name, index) => {
		const own = points.filter(({ label }) => label === index);
		const ownJudged = judged.filter(({ label }) => label === index);
		return [
			name,
			formatPercent(areas[index] ?? 0),
			String(own.length),
			ownJudged.length === 0 ? "–" : String(countCorrect(ownJudged)),
		];
	});
	const correct = countCorrect(judged);
	const head =
		judged.length === 0
			? titleOf(shown)
			: `${titleOf(shown)}: ${correct} of ${plural(judged.length, "point")} correct (${formatPercent(correct / judged.length)})`;
	return `${head}\n${table(
		[{ header: "class" }, right("area"), right("points"), right("correct")],
		rows,
	)}`;
}

/** The share of the plane that each class is given. */
function areasOf(boundary: DecisionBoundary): number[] {
	const areas = boundary.classes.map(() => 0);
	const cells = boundary.columns * boundary.rows;
	for (let cell = 0; cell < cells; cell++) {
		const { winner } = decide(boundary, cell);
		areas[winner] = (areas[winner] ?? 0) + 1;
	}
	return areas.map((count) => count / cells);
}

const countCorrect = (points: readonly BoundaryPoint[]): number =>
	points.filter(({ label, predicted }) => label === predicted).length;

function titleOf(shown: Shown<DecisionBoundary>): string {
	const { name } = shown;
	const title = "decision boundary";
	return atStep(name === "boundary" ? title : `${title}, ${name}`, shown);
}

/** The most probable class of a grid cell and how far it is above chance, in [0, 1]. */
function decide(
	{ classes, probabilities }: DecisionBoundary,
	cell: number,
): { winner: number; confidence: number } {
	const count = classes.length;
	let winner = 0;
	let best = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < count; index++) {
		const probability = probabilities[cell * count + index] as number;
		if (probability > best) [winner, best] = [index, probability];
	}
	const confidence = count === 1 ? 1 : (best - 1 / count) / (1 - 1 / count);
	// A diverged model answers NaN: no confidence.
	return { winner, confidence: Math.max(0, Math.min(1, confidence || 0)) };
}

/** The regions as a `data:` URL of a PNG, one pixel per grid cell, the largest y on top. */
async function rasterUrl(boundary: DecisionBoundary): Promise<string> {
	const { classes, columns, rows } = boundary;
	const tones = colours(classes.length).map(channels);
	const data = new Uint8Array(columns * rows * 3);
	for (let cell = 0; cell < columns * rows; cell++) {
		const { winner, confidence } = decide(boundary, cell);
		const alpha = WEAKEST + (STRONGEST - WEAKEST) * confidence;
		const row = rows - 1 - Math.floor(cell / columns);
		const offset = (row * columns + (cell % columns)) * 3;
		for (let channel = 0; channel < 3; channel++) {
			const tone = tones[winner]?.[channel] ?? 0;
			data[offset + channel] = Math.round(255 + (tone - 255) * alpha);
		}
	}
	const { encode } = await import("fast-png");
	const png = encode({ width: columns, height: rows, data, channels: 3 });
	return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** `#0072B2` → red, green, blue in [0, 255]. */
function channels(colour: string): [number, number, number] {
	const value = Number.parseInt(colour.slice(1), 16);
	return [value >> 16, (value >> 8) & 255, value & 255];
}

const isWrong = ({ label, predicted }: BoundaryPoint): boolean =>
	predicted !== undefined && predicted !== label;

const isTrained = ({ split = "train" }: BoundaryPoint): boolean =>
	split === "train";

/** The points that are drawn, by the way they are drawn. */
interface DrawnPoints {
	readonly count: number;
	readonly filled: readonly BoundaryPoint[];
	readonly hollow: readonly BoundaryPoint[];
	readonly ringed: readonly BoundaryPoint[];
}

function drawnPoints(points: readonly BoundaryPoint[]): DrawnPoints {
	// The sample treats each way of drawing a point as a class, so that none of
	// them disappears.
	const keys = points.map((point) =>
		[point.label, point.split ?? "train", isWrong(point)].join(),
	);
	const kept = mixed(sampleByClass(keys, MOST_POINTS)).map(
		(index) => points[index] as BoundaryPoint,
	);
	return {
		count: kept.length,
		filled: kept.filter(isTrained),
		hollow: kept.filter((point) => !isTrained(point)),
		ringed: kept.filter(isWrong),
	};
}

function boundarySpec(
	boundary: DecisionBoundary,
	title: string,
	image: string,
): VegaLiteSpec {
	const { xDomain, yDomain, points } = boundary;
	const drawn = drawnPoints(points);
	const size = drawn.count > MOST_LARGE_POINTS ? 32 : 65;
	return {
		title: { text: title, subtitle: legendOf(points, drawn) },
		width: SIZE,
		height: SIZE,
		encoding: {
			x: axisOf("x", "x₁", xDomain),
			y: axisOf("y", "x₂", yDomain),
		},
		layer: [
			regionsLayer(boundary, image),
			pointsLayer(boundary, drawn.filled, {
				filled: true,
				size,
				stroke: "white",
				strokeWidth: 1,
			}),
			pointsLayer(boundary, drawn.hollow, {
				size,
				fill: "white",
				strokeWidth: 1.75,
			}),
			ringsLayer(boundary, drawn.ringed, size * 4),
		],
	};
}

function legendOf(
	points: readonly BoundaryPoint[],
	{ count, filled, hollow }: DrawnPoints,
): string[] {
	const wrong = points.filter(isWrong).length;
	const signs = [
		// Without hollow points it is not known which points were used for
		// training.
		filled.length > 0 && hollow.length > 0 ? "filled: train" : "",
		hollow.length > 0 ? `hollow: ${splitsOf(hollow)}` : "",
		wrong > 0 ? `ringed: misclassified (${wrong})` : "",
	].filter((part) => part !== "");
	return [
		"hue: predicted class · strength: confidence",
		...(signs.length > 0 ? [signs.join(" · ")] : []),
		...(count < points.length
			? [`${count} of ${points.length} points shown, sampled by class`]
			: []),
	];
}

const regionsLayer = (
	{ xDomain, yDomain }: DecisionBoundary,
	image: string,
): VegaLiteSpec => ({
	data: {
		values: [{ x: middle(xDomain), y: middle(yDomain), image }],
	},
	mark: {
		type: "image",
		width: SIZE,
		height: SIZE,
		aspect: false,
		tooltip: false,
	},
	encoding: { url: { field: "image", type: "nominal" } },
});

function pointsLayer(
	{ classes }: DecisionBoundary,
	points: readonly BoundaryPoint[],
	mark: VegaLiteSpec,
): VegaLiteSpec {
	const domain = [...classes];
	const byClass = { field: "class", type: "nominal" };
	return {
		data: { values: rowsOf(classes, points) },
		mark: { type: "point", ...mark, opacity: 1, clip: true },
		encoding: {
			color: {
				...byClass,
				scale: { domain, range: colours(classes.length) },
				title: null,
			},
			shape: {
				...byClass,
				scale: { domain, range: shapes(classes.length) },
				title: null,
			},
			tooltip: [
				byClass,
				{ field: "x", type: "quantitative", title: "x₁" },
				{ field: "y", type: "quantitative", title: "x₂" },
			],
		},
	};
}

const ringsLayer = (
	{ classes }: DecisionBoundary,
	points: readonly BoundaryPoint[],
	size: number,
): VegaLiteSpec => ({
	data: { values: rowsOf(classes, points) },
	mark: {
		type: "point",
		shape: "circle",
		size,
		// Their ground is painted, so the colour need not follow the theme.
		stroke: "#222",
		strokeWidth: 1.25,
		opacity: 1,
		clip: true,
		tooltip: false,
	},
});

const rowsOf = (classes: readonly string[], points: readonly BoundaryPoint[]) =>
	points.map(({ x, y, label }) => ({
		x: rounded(x),
		y: rounded(y),
		class: classes[label] ?? `unknown ${label}`,
	}));

function splitsOf(points: readonly BoundaryPoint[]): string {
	return [...new Set(points.map(({ split }) => split))].sort().join(", ");
}

function axisOf(
	field: string,
	title: string,
	domain: readonly [number, number],
): VegaLiteSpec {
	return {
		field,
		type: "quantitative",
		title,
		scale: { domain, nice: false, zero: false },
		axis: { grid: false, tickCount: 6, titleFontStyle: "italic" },
	};
}

function middle([low, high]: readonly [number, number]): number {
	return (low + high) / 2;
}

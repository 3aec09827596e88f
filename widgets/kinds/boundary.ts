import type {
	BoundaryEvent,
	BoundaryPoint,
	DecisionBoundary,
} from "../../experiment/events.ts";
import { type Picture, picture } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { sampleByClass } from "../drawing/sample.ts";
import { mixed, rounded } from "../drawing/series.ts";
import { colours, shapes } from "../drawing/style.ts";
import { formatPercent, plural, table } from "../text/text.ts";

const SIZE = 320;
const MOST_POINTS = 2000;
/** How much of the class' colour stands over white, from no confidence to full. */
const WEAKEST = 0.12;
const STRONGEST = 0.67;

/**
 * Where in the plane a model decides for which class: the hue is the most
 * probable class, its strength the confidence (p − 1/K) / (1 − 1/K). Training
 * points are filled, others hollow, misclassified ones ringed. Any number of
 * classes. Throws when the probabilities do not fit the grid.
 */
export async function boundaryPicture(event: BoundaryEvent): Promise<Picture> {
	const title = titleOf(event);
	const image = await rasterUrl(event.boundary);
	return picture({
		spec: boundarySpec(event.boundary, title, image),
		description: `${title}: regions of ${plural(event.boundary.classes.length, "class")} over ${plural(event.boundary.points.length, "point")}.`,
		text: boundaryText(event),
	});
}

/** The same as text: the share of the plane each class is given, and its points. */
export function boundaryText(event: BoundaryEvent): string {
	const { boundary } = event;
	const { classes, points } = boundary;
	const areas = classes.map(() => 0);
	const cells = boundary.columns * boundary.rows;
	for (let cell = 0; cell < cells; cell++) {
		const { winner } = decide(boundary, cell);
		areas[winner] = (areas[winner] ?? 0) + 1;
	}
	const judged = points.filter(({ predicted }) => predicted !== undefined);
	const correct = (list: readonly BoundaryPoint[]) =>
		list.filter(({ label, predicted }) => label === predicted).length;
	const rows = classes.map((name, index) => {
		const own = points.filter(({ label }) => label === index);
		const ownJudged = judged.filter(({ label }) => label === index);
		return [
			name,
			formatPercent((areas[index] ?? 0) / cells),
			String(own.length),
			ownJudged.length === 0 ? "–" : String(correct(ownJudged)),
		];
	});
	const right = (header: string) => ({ header, align: "right" as const });
	const head =
		judged.length === 0
			? titleOf(event)
			: `${titleOf(event)}: ${correct(judged)} of ${plural(judged.length, "point")} correct (${formatPercent(correct(judged) / judged.length)})`;
	return `${head}\n${table(
		[{ header: "class" }, right("area"), right("points"), right("correct")],
		rows,
	)}`;
}

function titleOf({ name, step }: BoundaryEvent): string {
	return [
		"decision boundary",
		...(name === "boundary" ? [] : [name]),
		...(step === undefined ? [] : [`step ${step}`]),
	].join(", ");
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
	const { classes, columns, rows, probabilities } = boundary;
	const expected = rows * columns * classes.length;
	if (expected === 0 || probabilities.length !== expected)
		throw new RangeError(
			`decision boundary: ${probabilities.length} probabilities for ${rows} rows × ${columns} columns × ${classes.length} classes; expected ${expected}, at least one`,
		);
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

function boundarySpec(
	{ classes, xDomain, yDomain, points }: DecisionBoundary,
	title: string,
	image: string,
): VegaLiteSpec {
	const isWrong = ({ label, predicted }: BoundaryPoint) =>
		predicted !== undefined && predicted !== label;
	// Whatever is drawn in a way of its own is to be seen.
	const keys = points.map((point) =>
		[point.label, point.split ?? "train", isWrong(point)].join(),
	);
	const kept = mixed(sampleByClass(keys, MOST_POINTS)).map(
		(index) => points[index] as BoundaryPoint,
	);
	const filled = kept.filter(({ split }) => (split ?? "train") === "train");
	const hollow = kept.filter(({ split }) => (split ?? "train") !== "train");
	const ringed = kept.filter(isWrong);
	const wrong = points.filter(isWrong).length;
	const row = ({ x, y, label }: BoundaryPoint) => ({
		x: rounded(x),
		y: rounded(y),
		class: classes[label] ?? `unknown ${label}`,
	});
	const legend = [
		"hue: predicted class · strength: confidence",
		[
			// Without hollow points nobody said which ones were trained on.
			filled.length > 0 && hollow.length > 0 ? "filled: train" : "",
			hollow.length > 0 ? `hollow: ${splitsOf(hollow)}` : "",
			wrong > 0 ? `ringed: misclassified (${wrong})` : "",
		]
			.filter((part) => part !== "")
			.join(" · "),
	].filter((line) => line !== "");
	if (kept.length < points.length)
		legend.push(
			`${kept.length} of ${points.length} points shown, sampled by class`,
		);
	const domain = [...classes];
	const colour = { domain, range: colours(classes.length) };
	const shape = { domain, range: shapes(classes.length) };
	const tooltip = [
		{ field: "class", type: "nominal" },
		{ field: "x", type: "quantitative", title: "x₁" },
		{ field: "y", type: "quantitative", title: "x₂" },
	];
	const size = kept.length > 600 ? 32 : 65;
	return {
		title: { text: title, subtitle: legend },
		width: SIZE,
		height: SIZE,
		encoding: {
			x: axisOf("x", "x₁", xDomain),
			y: axisOf("y", "x₂", yDomain),
		},
		layer: [
			{
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
			},
			{
				data: { values: filled.map(row) },
				mark: {
					type: "point",
					filled: true,
					size,
					stroke: "white",
					strokeWidth: 1,
					opacity: 1,
					clip: true,
				},
				encoding: {
					color: {
						field: "class",
						type: "nominal",
						scale: colour,
						title: null,
					},
					shape: { field: "class", type: "nominal", scale: shape, title: null },
					tooltip,
				},
			},
			{
				data: { values: hollow.map(row) },
				mark: {
					type: "point",
					size,
					fill: "white",
					strokeWidth: 1.75,
					opacity: 1,
					clip: true,
				},
				encoding: {
					color: {
						field: "class",
						type: "nominal",
						scale: colour,
						title: null,
					},
					shape: { field: "class", type: "nominal", scale: shape, title: null },
					tooltip,
				},
			},
			{
				data: { values: ringed.map(row) },
				mark: {
					type: "point",
					shape: "circle",
					size: size * 4,
					// On the painted regions, so the theme does not matter.
					stroke: "#222",
					strokeWidth: 1.25,
					opacity: 1,
					clip: true,
					tooltip: false,
				},
			},
		],
	};
}

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

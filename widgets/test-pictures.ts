import type { MetricEvent } from "../experiment/events.ts";
import { type Picture, picture } from "./drawing/picture.ts";
import { drawPicture } from "./kinds/index.ts";
import { metricsDrawing } from "./kinds/metrics.ts";
import { multirunDrawing } from "./kinds/multirun.ts";

/** Whole numbers in [0, below), always the same ones. */
function sequence(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
}

export function history(steps: number): MetricEvent[] {
	const draw = sequence(3);
	return Array.from({ length: steps }, (_, index) => {
		const done = (index + 1) / steps;
		const noise = draw(100) / 2000;
		return {
			type: "metric",
			step: index + 1,
			values: {
				loss: 2 / (1 + 9 * done) + noise,
				val_loss: 2 / (1 + 6 * done) + noise,
				accuracy: done / (0.1 + done) - noise,
				val_accuracy: done / (0.2 + done) - noise,
			},
		};
	});
}

function confusion(classes: readonly string[]) {
	const draw = sequence(5);
	const matrix = classes.map((_, actual) =>
		classes.map((_, predicted) =>
			actual === predicted ? 60 + draw(40) : draw(9),
		),
	);
	return { classes, matrix };
}

/** Vertical stripes, one class each, surest in their middle. */
function stripes(count: number) {
	const size = 40;
	const draw = sequence(7);
	const probabilities = new Float32Array(size * size * count);
	for (let cell = 0; cell < size * size; cell++) {
		const place = ((cell % size) / size) * count;
		const closeness = Array.from(
			{ length: count },
			(_, index) => 1 / (0.05 + (place - index - 0.5) ** 2),
		);
		const sum = closeness.reduce((a, b) => a + b, 0);
		probabilities.set(
			closeness.map((each) => each / sum),
			cell * count,
		);
	}
	const points = Array.from({ length: 20 * count }, (_, index) => {
		const x = draw(1000) / 1000;
		const predicted = Math.floor(x * count);
		return {
			x,
			y: draw(1000) / 1000,
			predicted,
			label: index % 12 === 0 ? (predicted + 1) % count : predicted,
			split: index % 4 === 0 ? ("test" as const) : ("train" as const),
		};
	});
	return {
		classes: Array.from({ length: count }, (_, index) => `stripe ${index}`),
		xDomain: [0, 1] as const,
		yDomain: [0, 1] as const,
		columns: size,
		rows: size,
		probabilities,
		points,
	};
}

function embedding(classes: number) {
	const draw = sequence(11);
	const count = classes * 20;
	return {
		method: "pca" as const,
		positions: Float32Array.from(
			{ length: count * 2 },
			(_, index) => (Math.floor(index / 40) % 5) + draw(1000) / 500,
		),
		labels: Array.from({ length: count }, (_, index) =>
			String(Math.floor(index / 20)),
		),
		explained: [0.31, 0.17] as const,
	};
}

function runs(count: number, steps: number, top: number): number[][] {
	const draw = sequence(13);
	return Array.from({ length: count }, () =>
		Array.from(
			{ length: steps },
			(_, index) => (top * (index + 1)) / (index + 3) + draw(100) / 2000,
		),
	);
}

const rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

/** A case for each look of a picture, by name. */
export const pictures: readonly (readonly [
	name: string,
	draw: () => Promise<Picture>,
])[] = [
	[
		"metrics-200-steps",
		() =>
			picture(
				metricsDrawing(
					[
						...history(200),
						{
							type: "metric",
							step: 200,
							values: { test_loss: 0.31, test_accuracy: 0.91 },
						},
					],
					{ title: "digits", step: "epoch" },
				),
			),
	],
	["metrics-1-step", () => picture(metricsDrawing(history(1)))],
	["metrics-nothing", () => picture(metricsDrawing([]))],
	[
		"metrics-not-finite",
		() =>
			picture(
				metricsDrawing([
					...history(5),
					{ type: "metric", step: 6, values: { loss: Number.NaN, lr: 0.1 } },
					{
						type: "metric",
						step: 7,
						values: { loss: Number.POSITIVE_INFINITY, lr: 0.00001 },
					},
				]),
			),
	],
	[
		"confusion-digits",
		() =>
			drawPicture({
				type: "picture",
				kind: "confusion",
				name: "test",
				step: 12,
				data: confusion([..."0123456789"]),
			}),
	],
	[
		"confusion-long-names",
		() =>
			drawPicture({
				type: "picture",
				kind: "confusion",
				name: "val",
				data: confusion([
					"illuminated manuscript, first hand",
					"illuminated manuscript, later hand",
					"background",
				]),
			}),
	],
	[
		"confusion-26-classes",
		() =>
			drawPicture({
				type: "picture",
				kind: "confusion",
				name: "val",
				data: confusion(
					Array.from({ length: 26 }, (_, index) => `class ${index}`),
				),
			}),
	],
	[
		"boundary-5-stripes",
		() =>
			drawPicture({
				type: "picture",
				kind: "boundary",
				name: "stripes",
				step: 12,
				data: stripes(5),
			}),
	],
	[
		"boundary-12-stripes",
		() =>
			drawPicture({
				type: "picture",
				kind: "boundary",
				name: "stripes",
				data: stripes(12),
			}),
	],
	[
		"embedding-3-classes",
		() =>
			drawPicture({
				type: "picture",
				kind: "embedding",
				name: "features",
				data: embedding(3),
			}),
	],
	[
		"embedding-10-classes",
		() =>
			drawPicture({
				type: "picture",
				kind: "embedding",
				name: "features",
				step: 3,
				data: embedding(10),
			}),
	],
	[
		"multirun-2-groups",
		() =>
			picture(
				multirunDrawing({
					metric: "val_accuracy",
					goal: "maximize",
					groups: [
						{ label: "optimizer=sgd", runs: runs(5, 20, 0.8) },
						{ label: "optimizer=adam", runs: runs(5, 20, 0.95) },
					],
				}),
			),
	],
	[
		"multirun-6-groups",
		() =>
			picture(
				multirunDrawing(
					["val_accuracy", "test_accuracy"].map((metric, index) => ({
						metric,
						groups: rates.map((rate, place) => ({
							label: `lr=${rate}`,
							runs: runs(5, index === 0 ? 20 : 1, 0.6 + place / 20),
						})),
					})),
					{ title: "spiral" },
				),
			),
	],
	[
		"multirun-1-run",
		() =>
			picture(
				multirunDrawing({
					metric: "loss",
					groups: [{ label: "", runs: runs(1, 20, 1) }],
				}),
			),
	],
];

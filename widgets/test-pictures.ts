import type { MetricEvent } from "../experiment/events.ts";
import { reportOf } from "../experiment/sweep/statistics/report/report.ts";
import type { ReportMember } from "../experiment/sweep/statistics/report/types.ts";
import { type Picture, picture } from "./drawing/picture.ts";
import { drawPicture } from "./kinds/index.ts";
import { metricsDrawing } from "./kinds/metrics.ts";
import type { MemberCurve } from "./kinds/multirun/curves.ts";
import { effectsDrawing } from "./kinds/multirun/effects.ts";
import { intervalsDrawing } from "./kinds/multirun/intervals.ts";
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

/** A member that logged these values at the steps 1, 2, … */
export const member = (
	values: readonly number[],
	status = "finished",
): MemberCurve => ({
	points: values.map((value, at) => ({ step: at + 1, value })),
	status,
	came: values.length,
});

const finished = (values: readonly number[][]) =>
	values.map((each) => member(each));

/** Members of each group with these last values, in the order of the grid. */
export const reported = (
	metrics: Readonly<
		Record<string, Readonly<Record<string, readonly number[]>>>
	>,
	parameter = "lr",
): ReportMember[] => {
	const names = Object.keys(metrics);
	const groups = Object.keys(metrics[names[0] ?? ""] ?? {});
	return groups.flatMap((group) =>
		(metrics[names[0] ?? ""]?.[group] ?? []).map((_, repeat) => ({
			params: { [parameter]: group },
			...{ repeat, seed: repeat, status: "finished" },
			metrics: Object.fromEntries(
				names.map((name) => [
					name,
					metrics[name]?.[group]?.[repeat] ?? Number.NaN,
				]),
			),
		})),
	);
};

const LONG =
	"optimizer.learning_rate.schedule=cosine-with-warm-restarts, model.encoder.layers=[32,64,128,256], data.augmentation=random-crop-and-horizontal-flip, seed=";

const around = (centre: number, width: number, count: number, seed: number) => {
	const draw = sequence(seed);
	return Array.from(
		{ length: count },
		() => centre + (width * (draw(1000) - 500)) / 1000,
	);
};

const intervals = (members: readonly ReportMember[], title = "spiral") =>
	picture(intervalsDrawing(reportOf(members), title));

const effects = (members: readonly ReportMember[], baseline: string) =>
	picture(effectsDrawing(reportOf(members, { baseline }), "spiral"));

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
				multirunDrawing([
					{
						metric: "val_accuracy",
						groups: [
							{ label: "optimizer=sgd", runs: finished(runs(5, 20, 0.8)) },
							{ label: "optimizer=adam", runs: finished(runs(5, 20, 0.95)) },
						],
					},
				]),
			),
	],
	[
		"multirun-6-groups",
		() =>
			picture(
				multirunDrawing(
					["val_accuracy", "val_loss"].map((metric, index) => ({
						metric,
						groups: rates.map((rate, place) => ({
							label: `lr=${rate}`,
							runs: finished(
								runs(5, 20, 0.6 + place / 20).map((values) =>
									values.map((value) => (index === 0 ? value : 1 - value)),
								),
							),
						})),
					})),
					{ title: "spiral" },
				),
			),
	],
	[
		"multirun-40-groups",
		() =>
			picture(
				multirunDrawing(
					["val_accuracy", "loss"].map((metric) => ({
						metric,
						groups: Array.from({ length: 40 }, (_, place) => ({
							label: `lr=${rates[place % 6]}, units=${2 ** Math.floor(place / 6)}`,
							runs: finished(runs(3, 20, 0.5 + place / 90)),
						})),
					})),
					{ title: "grid" },
				),
			),
	],
	[
		"multirun-1-run",
		() =>
			picture(
				multirunDrawing([
					{
						metric: "loss",
						groups: [{ label: "", runs: finished(runs(1, 20, 1)) }],
					},
				]),
			),
	],
	[
		"multirun-2-runs",
		() =>
			picture(
				multirunDrawing([
					{
						metric: "loss",
						groups: [
							{
								label: "",
								runs: finished([
									[-3e-9, -1e-9, 2e-9],
									[-2e-9, 1e-9, 3e-9],
								]),
							},
						],
					},
				]),
			),
	],
	[
		"multirun-diverged-and-early",
		() =>
			picture(
				multirunDrawing(
					["loss", "accuracy"].map((metric, index) => {
						const values = (top: number) => {
							const all = runs(6, 30, top);
							return index === 0
								? all.map((each) => each.map((value) => 1.2 - value))
								: all;
						};
						const [a, b, c, d, e, f] = values(0.9) as [
							...[number[], number[], number[]],
							...[number[], number[], number[]],
						];
						const lost = (values: number[], at: number) =>
							index === 0
								? [...values.slice(0, at - 3), 3, 40, 1e12, Number.NaN]
								: [...values.slice(0, at - 3), 0.5, 0.5, 0.5, 0.5];
						return {
							metric,
							groups: [
								{
									label: "lr=0.3",
									runs: [
										...[member(a), member(b), member(c)],
										member(lost(d, 12), "diverged"),
										member(lost(e, 21), "diverged"),
										member(f.slice(0, 7), "failed"),
									],
								},
								{
									label: "lr=0.1",
									runs: values(0.8).map((each, at) =>
										member(at < 2 ? each.slice(0, 18 + 6 * at) : each),
									),
								},
							],
						};
					}),
					{ title: "spiral", step: "epoch" },
				),
			),
	],
	[
		"multirun-long-names",
		() =>
			picture(
				multirunDrawing([
					{
						metric: "val_loss",
						groups: [1, 2, 3].map((seed) => ({
							label: LONG + seed,
							runs: finished(runs(4, 12, seed)),
						})),
					},
				]),
			),
	],
	[
		"intervals-2-metrics",
		() =>
			intervals([
				...reported({
					val_accuracy: {
						0.3: around(0.9, 0.03, 6, 3),
						0.1: around(0.955, 0.02, 6, 5),
						0.03: around(0.91, 0.05, 6, 7),
					},
					test_loss: {
						0.3: around(0.5, 0.3, 6, 11),
						0.1: around(0.4, 0.3, 6, 13),
						0.03: [...around(0.6, 0.3, 4, 17), Number.NaN, Number.NaN],
					},
				}),
				...["diverged", "failed"].map((status, at) => ({
					params: { lr: "0.03" },
					...{ repeat: 6 + at, seed: 6 + at, status, metrics: {} },
				})),
			]),
	],
	[
		"intervals-2-runs",
		() => intervals(reported({ loss: { a: [-1e-9, 2e-9] } })),
	],
	[
		"intervals-40-groups",
		() =>
			intervals(
				reported({
					loss: Object.fromEntries(
						Array.from({ length: 40 }, (_, at) => [
							`g${at}`,
							around(Math.sin(at), 1, 4, at + 1),
						]),
					),
				}),
				"grid",
			),
	],
	[
		"intervals-long-names",
		() =>
			intervals(
				reported(
					{
						loss: { [`${LONG}1`]: [1, 2, 4], [`${LONG}2`]: [3, 3, 3] },
					},
					"schedule",
				),
			),
	],
	[
		"effects-6-runs",
		() =>
			effects(
				reported({
					val_accuracy: {
						0.3: around(0.9, 0.03, 6, 3),
						0.1: around(0.95, 0.02, 6, 5),
						0.03: around(0.94, 0.05, 6, 7),
					},
				}),
				"lr=0.3",
			),
	],
	[
		"effects-refused",
		() =>
			effects(
				reported({
					loss: {
						a: [1, 2, 3],
						b: [2, 4, 3.5],
						c: [5, 5, 5],
						d: [9, 9.5, 9.2],
					},
				}),
				"lr=a",
			),
	],
];

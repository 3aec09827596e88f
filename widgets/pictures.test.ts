import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { decode } from "fast-png";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { MetricEvent } from "../experiment/events.ts";
import type { Picture } from "./drawing/picture.ts";
import { drawPicture } from "./kinds/index.ts";
import { metricsPicture } from "./kinds/metrics.ts";
import { multirunPicture } from "./kinds/multirun.ts";

/** Whole numbers in [0, below), always the same ones. */
function sequence(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
}

function history(steps: number): MetricEvent[] {
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

const pictures: readonly [name: string, draw: () => Promise<Picture>][] = [
	[
		"metrics-200-steps",
		() =>
			metricsPicture(
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
	],
	["metrics-1-step", () => metricsPicture(history(1))],
	["metrics-nothing", () => metricsPicture([])],
	[
		"metrics-not-finite",
		() =>
			metricsPicture([
				...history(5),
				{ type: "metric", step: 6, values: { loss: Number.NaN, lr: 0.1 } },
				{
					type: "metric",
					step: 7,
					values: { loss: Number.POSITIVE_INFINITY, lr: 0.00001 },
				},
			]),
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
			multirunPicture({
				metric: "val_accuracy",
				goal: "maximize",
				groups: [
					{ label: "optimizer=sgd", runs: runs(5, 20, 0.8) },
					{ label: "optimizer=adam", runs: runs(5, 20, 0.95) },
				],
			}),
	],
	[
		"multirun-6-groups",
		() =>
			multirunPicture(
				["val_accuracy", "test_accuracy"].map((metric, index) => ({
					metric,
					groups: rates.map((rate, place) => ({
						label: `lr=${rate}`,
						runs: runs(5, index === 0 ? 20 : 1, 0.6 + place / 20),
					})),
				})),
				{ title: "spiral" },
			),
	],
	[
		"multirun-1-run",
		() =>
			multirunPicture({
				metric: "loss",
				groups: [{ label: "", runs: runs(1, 20, 1) }],
			}),
	],
];

for (const [name, draw] of pictures) {
	test(`the picture ${name} is a vega-lite 5 chart, a sharp PNG and a text, and stays as it was`, async () => {
		const { data, metadata } = await draw();
		assert.deepEqual(Object.keys(data), [
			"application/vnd.vegalite.v5+json",
			"image/png",
			"text/plain",
		]);
		const spec = data["application/vnd.vegalite.v5+json"];
		assertChart(spec);
		assertPng(Buffer.from(data["image/png"], "base64"), metadata["image/png"]);
		assert.equal(metadata["image/png"].alt, spec.description);
		assert.doesNotMatch(data["text/plain"], /undefined|\[object/);
		await assertSnapshot(name, spec);
	});
}

test("the same value gives the same picture, byte for byte, also when several are drawn at once", async () => {
	const draw = () => metricsPicture(history(20));
	const [first, second] = await Promise.all([draw(), draw()]);
	assert.deepEqual(first, second);
});

test("loading the widgets loads no renderer before the first picture", async () => {
	const modules = (
		await readdir(new URL(".", import.meta.url), { recursive: true })
	)
		.filter(
			(file) => /^[^.]+\.(ts|js)$/.test(file) && !file.endsWith("/png.ts"),
		)
		.map((file) => new URL(file, import.meta.url).href);
	assert.ok(modules.length > 20);
	const program = `
		import { registerHooks } from "node:module";
		const seen = [];
		registerHooks({ resolve(name, context, next) { seen.push(name); return next(name, context); } });
		for (const url of ${JSON.stringify(modules)}) await import(url);
		console.log(JSON.stringify(seen));`;
	const { stdout } = await promisify(execFile)(process.execPath, [
		"--input-type=module",
		"--eval",
		program,
	]);
	const seen: string[] = JSON.parse(stdout);
	assert.ok(seen.some((name) => /style\.[jt]s$/.test(name)));
	assert.deepEqual(
		seen.filter((name) => /^(vega|@resvg)/.test(name)),
		[],
	);
});

/** Draws without a warning, and only with what vega-lite 5.6 knows. */
function assertChart(spec: Readonly<Record<string, unknown>>): void {
	assert.equal(spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
	assert.equal(spec.background, null);
	const warnings: unknown[] = [];
	const logger = vega.logger(vega.Warn);
	logger.warn = (...args) => {
		warnings.push(args);
		return logger;
	};
	compile(spec as unknown as TopLevelSpec, { logger });
	assert.deepEqual(warnings, []);
	const marks = new Set<unknown>();
	JSON.stringify(spec, (key, value: unknown) => {
		if (key === "mark") marks.add((value as { type: string }).type);
		return value;
	});
	for (const mark of marks)
		assert.match(String(mark), /^(line|area|point|rect|text|image|rule)$/);
}

function assertPng(
	bytes: Uint8Array,
	{ width, height }: { width: number; height: number },
): void {
	const image = decode(bytes);
	assert.equal(image.width, width * 2);
	assert.equal(image.height, height * 2);
	const white = image.palette?.findIndex(
		(colour) => colour.join() === "255,255,255",
	);
	assert.equal(image.data[0], white, "the ground is white");
	const inked = image.data.filter((index) => index !== white).length;
	assert.ok(inked > image.data.length / 200, "something is drawn");
}

async function assertSnapshot(name: string, spec: unknown): Promise<void> {
	const file = new URL(`snapshots/${name}.json`, import.meta.url);
	if (process.env.UPDATE_SNAPSHOTS === "1")
		await writeFile(file, `${JSON.stringify(spec, undefined, "\t")}\n`);
	const kept: unknown = JSON.parse(await readFile(file, "utf8"));
	assert.deepEqual(
		JSON.parse(JSON.stringify(spec)),
		kept,
		`the picture changed: look at it, then keep snapshots/${name}.json by running this test with UPDATE_SNAPSHOTS=1`,
	);
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encode } from "fast-png";
import type {
	ParamValue,
	PictureEvent,
	Pictures,
	RunEvent,
} from "../../experiment/events.ts";
import { defaultsOf, parse } from "../../experiment/parameters/schema.ts";
import { openStream, StreamSet } from "../../experiment/random/stream.ts";
import * as tf from "../backend/tf.ts";
import { pointSet } from "../data/points/sets.ts";
import { stratifiedSplit } from "../data/points/split.ts";
import { tasks } from "./index.ts";
import { collect } from "./test-collect.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-tasks-"));
after(() => rmSync(folder, { recursive: true }));

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function only<T extends RunEvent["type"]>(
	events: readonly RunEvent[],
	type: T,
): EventOf<T>[] {
	return events.filter((event): event is EventOf<T> => event.type === type);
}

function pictures<K extends keyof Pictures>(
	events: readonly RunEvent[],
	kind: K,
): (PictureEvent & { readonly data: Pictures[K] })[] {
	return only(events, "picture").filter(
		(event): event is PictureEvent & { readonly data: Pictures[K] } =>
			event.kind === kind,
	);
}

/** The last value logged under that name. */
function metric(events: readonly RunEvent[], name: string): number {
	const logged = only(events, "metric").findLast(
		({ values }) => name in values,
	);
	return logged?.values[name] ?? Number.NaN;
}

/** Gray 28×28 images with a bright bar, upright or lying, somewhere, under noise. */
function writeBars(root: string, perClass: number): string {
	const stream = openStream("bars", root);
	for (const split of ["train", "val", "test"])
		for (const name of ["lying", "upright"]) {
			const place = join(folder, root, split, name);
			mkdirSync(place, { recursive: true });
			for (let image = 0; image < perClass; image++) {
				const at = 4 + Math.floor(stream.next() * 20);
				const data = Uint8Array.from({ length: 784 }, (_, pixel) => {
					const place = name === "lying" ? Math.floor(pixel / 28) : pixel % 28;
					const bar = place === at || place === at + 1 ? 180 : 0;
					return bar + 60 * stream.next();
				});
				writeFileSync(
					join(place, `${image}.png`),
					encode({ width: 28, height: 28, channels: 1, depth: 8, data }),
				);
			}
		}
	return join(folder, root);
}

test("every task declares defaults that its own choices allow", () => {
	assert.deepEqual([...tasks.keys()], ["points", "image-classification"]);
	for (const task of tasks.values())
		assert.deepEqual(
			parse(task.params, defaultsOf(task.params), task.name),
			defaultsOf(task.params),
		);
});

test("points learns the spiral to 0.9 and more with its defaults, and leaks no tensor", async () => {
	const before = tf.memory().numTensors;
	const { events } = await collect("points", "1", {});
	assert.equal(tf.memory().numTensors, before);
	assert.ok(metric(events, "test_accuracy") >= 0.9);
	const metrics = only(events, "metric");
	assert.deepEqual(Object.keys(metrics[0]?.values ?? {}), [
		"loss",
		"accuracy",
		"val_loss",
		"val_accuracy",
	]);
	assert.deepEqual(
		metrics.map(({ step }) => step),
		[...Array.from({ length: 60 }, (_, index) => index + 1), 60],
	);
	const boundaries = pictures(events, "boundary");
	assert.equal(boundaries.length, 10);
	assert.ok(
		boundaries.at(-1)?.data.points.every((p) => p.predicted !== undefined),
	);
	const [confusion] = pictures(events, "confusion");
	assert.equal(
		confusion?.data.matrix.flat().reduce((a, b) => a + b),
		200,
	);
	assert.deepEqual(
		only(events, "artifact").map(({ name }) => name),
		["model", "predictions"],
	);
});

const learned: [Record<string, ParamValue>, number][] = [
	[
		{
			set: "xor",
			model: "FC_simple",
			optimizer: "momentum",
			lr: 0.1,
			epochs: 30,
		},
		0.9,
	],
	[
		{
			set: "flag",
			model: "FC_medium",
			optimizer: "adam",
			lr: 0.02,
			epochs: 30,
		},
		0.9,
	],
	[{ set: "blobs", optimizer: "sgd", lr: 0.1, epochs: 10 }, 0.9],
	[{ set: "moons", epochs: 10 }, 0.9],
];
for (const [params, atLeast] of learned)
	test(`points learns ${Object.values(params).join(" ")}`, async () => {
		const { events } = await collect("points", "2", params);
		assert.ok(metric(events, "test_accuracy") >= atLeast);
	});

test("two processes with one seed train the same bits, another seed others", async () => {
	const helper = new URL(
		`./test-collect${/\.\w+$/.exec(import.meta.url)?.[0]}`,
		import.meta.url,
	).href;
	const data = writeBars("twice", 12);
	const runs: [string, Record<string, ParamValue>][] = [
		["points", { epochs: 2, set: "moons", size: 100 }],
		["image-classification", { epochs: 2, data, batch: 10 }],
	];
	const printed = execFileSync(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"-e",
			`const { collect } = await import(${JSON.stringify(helper)});
			for (const [task, params] of ${JSON.stringify(runs)}) {
				const { weights, events } = await collect(task, "7", params);
				console.log(JSON.stringify([weights, events.filter(({ type }) => type === "metric")]));
			}`,
		],
		{ encoding: "utf8" },
	);
	const elsewhere = printed.trim().split("\n");
	for (const [k, [task, params]] of runs.entries()) {
		const here = async (seed: string) => {
			const { weights, events } = await collect(task, seed, params);
			return JSON.stringify([weights, only(events, "metric")]);
		};
		const first = await here("7");
		assert.match(first, /^\[\["[0-9a-f]{64}",.*test_accuracy/);
		assert.equal(elsewhere[k], first, task);
		assert.notEqual(await here("8"), first, task);
	}
});

test("a second run in the same process gives the same bits as the first", async () => {
	const params = { epochs: 2, set: "moons", size: 100 };
	const first = await collect("points", "7", params);
	const second = await collect("points", "7", params);
	assert.deepEqual(second.weights, first.weights);
});

test("image-classification learns upright from lying bars, and leaks no tensor", async () => {
	const data = writeBars("bars", 60);
	const before = tf.memory().numTensors;
	const { events, artifacts } = await collect("image-classification", "1", {
		data,
		epochs: 8,
		batch: 10,
	});
	assert.equal(tf.memory().numTensors, before);
	assert.ok(metric(events, "test_accuracy") >= 0.9);
	const selection = artifacts.get("selection") as { epoch: number };
	const validations = only(events, "metric")
		.slice(0, 8)
		.map(({ values }) => values.val_accuracy as number);
	assert.equal(
		selection.epoch - 1,
		validations.indexOf(Math.max(...validations)),
	);
	assert.deepEqual(
		pictures(events, "confusion").map(({ name }) => name),
		[...Array(8).fill("val"), "test"],
	);
	assert.deepEqual(pictures(events, "confusion")[0]?.data.classes, [
		"lying",
		"upright",
	]);
	const [embedding] = pictures(events, "embedding");
	assert.equal(embedding?.data.positions.length, 240);
	assert.deepEqual(
		only(events, "artifact").map(({ name }) => name),
		["selection", "model", "normalisation", "predictions"],
	);
});

for (const model of ["ResNet20", "VGG11", "DenseNet"])
	test(`image-classification trains ${model} to a lower loss, and leaks no tensor`, async () => {
		const data = writeBars(model, 6);
		const before = tf.memory().numTensors;
		const params = { data, model, epochs: 2, batch: 6, lr: 0.002 };
		const { events } = await collect("image-classification", "1", params);
		assert.equal(tf.memory().numTensors, before);
		const losses = only(events, "metric").flatMap(
			({ values }) => values.loss ?? [],
		);
		assert.ok((losses[1] as number) < (losses[0] as number), `${losses}`);
		const [embedding] = pictures(events, "embedding");
		assert.equal(embedding?.data.positions.length, 24);
	});

test("images are normalised by the training images alone, and each part is measured on its own", async () => {
	const root = join(folder, "parts");
	const one = (path: string, value: number) => {
		mkdirSync(join(root, path, ".."), { recursive: true });
		const data = new Uint8Array(16).fill(value);
		const image = { width: 4, height: 4, channels: 1, depth: 8, data } as const;
		writeFileSync(join(root, path), encode(image));
	};
	for (const [name, value] of [
		["a/1", 51],
		["b/1", 102],
		["b/2", 153],
	] as const)
		one(`train/${name}.png`, value);
	for (const name of ["a/1", "a/2", "b/1", "b/2"]) one(`val/${name}.png`, 255);
	for (const name of ["a/1", "b/1", "b/2", "b/3", "b/4"])
		one(`test/${name}.png`, 0);
	const { events, artifacts } = await collect("image-classification", "1", {
		data: root,
		epochs: 2,
		batch: 2,
	});
	const { mean, std } = artifacts.get("normalisation") as Record<
		"mean" | "std",
		number[]
	>;
	for (const channel of [0, 1, 2]) {
		assert.ok(Math.abs((mean[channel] as number) - 0.4) < 1e-6);
		assert.ok(Math.abs((std[channel] as number) - Math.sqrt(0.08 / 3)) < 1e-6);
	}
	const counts = pictures(events, "confusion").map(({ name, data }) => [
		name,
		data.matrix.map((row) => row.reduce((a, b) => a + b)),
	]);
	assert.deepEqual(counts, [
		["val", [2, 2]],
		["val", [2, 2]],
		["test", [1, 4]],
	]);
	const right = pictures(events, "confusion").map(({ data: { matrix } }) =>
		matrix.reduce((sum, row, label) => sum + (row[label] as number), 0),
	);
	const logged = only(events, "metric").map(({ values }) => values);
	assert.deepEqual(
		[
			...logged.slice(0, 2).map((values) => values.val_accuracy),
			logged.at(-1)?.test_accuracy,
		],
		[
			(right[0] as number) / 4,
			(right[1] as number) / 4,
			(right[2] as number) / 5,
		],
	);
	// Of three images in batches of two, a third each.
	for (const { accuracy } of logged.slice(0, 2))
		assert.ok(Number.isInteger(Math.round((accuracy as number) * 3e9) / 1e9));
});

test("points are standardised by the training points alone", async () => {
	const { events } = await collect("points", "1", {
		set: "moons",
		size: 50,
		epochs: 1,
	});
	const streams = new StreamSet("1");
	const draw = (name: string) => () => streams.stream(name).next();
	const { points } = pointSet("moons", 50, draw("data"));
	const split = stratifiedSplit(
		points.map(({ label }) => label),
		draw("split"),
	);
	const axes = (["x", "y"] as const).map((axis) => {
		const values = split.train.map((index) => points[index]?.[axis] as number);
		const mean = values.reduce((a, b) => a + b) / values.length;
		const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
		const deviation = Math.sqrt(squares / values.length);
		return split.test.map(
			(index) => ((points[index]?.[axis] as number) - mean) / deviation,
		);
	});
	const shown = pictures(events, "boundary").at(-1)?.data.points ?? [];
	assert.equal(shown.length, 10);
	for (const [k, point] of shown.entries()) {
		assert.ok(Math.abs(point.x - (axes[0]?.[k] as number)) < 1e-6);
		assert.ok(Math.abs(point.y - (axes[1]?.[k] as number)) < 1e-6);
		assert.equal(point.label, points[split.test[k] as number]?.label);
	}
});

test("an abort ends a task at the next batch, with the signal's reason and no leak", async () => {
	const before = tf.memory().numTensors;
	const controller = new AbortController();
	const reason = new Error("interrupted");
	let batches = 0;
	await assert.rejects(
		collect("points", "1", {}, controller.signal, ({ type }) => {
			if (type === "progress" && ++batches === 5) controller.abort(reason);
		}),
		reason,
	);
	assert.equal(batches, 5);
	assert.equal(tf.memory().numTensors, before);
});

test("a timer fires while a task trains", async () => {
	let fired = false;
	const timer = setTimeout(() => {
		fired = true;
	}, 0);
	await collect("points", "1", { epochs: 20 });
	clearTimeout(timer);
	assert.ok(fired);
});

test("a learning rate that makes the loss infinite is named", async () => {
	await assert.rejects(collect("points", "1", { optimizer: "sgd", lr: 1e30 }), {
		name: "DivergedError",
		message: /^loss became .* smaller learning rate than 1e\+30/,
	});
});

test("wrong parameters are refused before anything is computed", async () => {
	const table: [Record<string, ParamValue>, RegExp][] = [
		[{ set: "spirals" }, /set=spirals is not available; did you mean "spiral"/],
		[{ model: "CNN_basic" }, /model=CNN_basic is not available; .*MLP/],
		[{ lr: 0 }, /lr=0 is not available; .*above 0/],
		[{ epochs: 1.5 }, /epochs=1\.5 is not available; .*whole number/],
		[{ batch: 0 }, /batch=0 is not available/],
		[{ size: 10 }, /at least 50/],
	];
	for (const [params, message] of table) {
		let events = 0;
		const signal = new AbortController().signal;
		await assert.rejects(
			collect("points", "1", params, signal, () => events++),
			message,
		);
		assert.equal(events, 0);
	}
});

test("a data folder that is not there is named", async () => {
	await assert.rejects(
		collect("image-classification", "1", { data: join(folder, "nothing") }),
		/nothing has no folder "train"/,
	);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { pointSet } from "../../training/data/points/sets.ts";
import { drawPicture } from "../kinds/index.ts";
import { scatter } from "../point-set.ts";
import { sampleByClass } from "./sample.ts";

const VEGA_LITE = "application/vnd.vegalite.v5+json";

const counts = (keys: readonly string[], kept: readonly number[]) =>
	Object.fromEntries(
		[...Map.groupBy(kept, (at) => keys[at] as string)].map(([key, list]) => [
			key,
			list.length,
		]),
	);

for (const classes of [2, 3, 7, 10, 100])
	test(`of ${classes} classes that take turns, all are shown evenly`, () => {
		const keys = Array.from({ length: 6000 }, (_, at) => String(at % classes));
		const kept = sampleByClass(keys, 2000);
		assert.equal(kept.length, 2000);
		assert.equal(new Set(kept).size, 2000);
		const shown = Object.values(counts(keys, kept));
		assert.equal(shown.length, classes);
		assert.ok(Math.max(...shown) - Math.min(...shown) <= 1);
	});

test("a rare class is shown with all its points, a common one with the rest", () => {
	const keys = [
		...Array(100_000).fill("common"),
		"once",
		...Array(50).fill("rare"),
	];
	assert.deepEqual(counts(keys, sampleByClass(keys, 2000)), {
		common: 2000 - 51,
		once: 1,
		rare: 50,
	});
});

test("of more classes than there is room for, each has a point", () => {
	const keys = Array.from({ length: 9000 }, (_, at) => String(at % 3000));
	assert.equal(
		new Set(sampleByClass(keys, 2000).map((at) => keys[at])).size,
		3000,
	);
});

test("a sample is the same each time, takes nothing from Math.random, and is no regular grid", (context) => {
	const random = context.mock.method(Math, "random");
	const keys = Array(5000).fill("one");
	const kept = sampleByClass(keys, 1000);
	assert.deepEqual(sampleByClass(keys, 1000), kept);
	assert.equal(random.mock.callCount(), 0);
	assert.ok(new Set(kept.map((at, i) => at - (kept[i - 1] ?? 0))).size > 5);
});

test("fewer points than there is room for are all shown", () => {
	assert.deepEqual(sampleByClass(["a", "b", "a"], 3), [0, 1, 2]);
});

interface Layer {
	readonly data: { readonly values: readonly { readonly class?: string }[] };
}

test("a scatter plot of 6,000 blobs shows each of their classes, and says how many points", async () => {
	let state = 1;
	const set = pointSet("blobs", 6000, () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	});
	const spec = (await scatter(set)).data[VEGA_LITE] as unknown as {
		title: { subtitle: string };
		layer: Layer[];
	};
	const shown = new Set(spec.layer[0]?.data.values.map((row) => row.class));
	assert.deepEqual([...shown].sort(), [...set.classes].sort());
	assert.match(
		spec.title.subtitle,
		/^2000 of 6000 points shown, sampled by class/,
	);
});

test("a decision boundary shows the few points of a split, and those that were misclassified", async () => {
	const points = Array.from({ length: 5001 }, (_, at) => ({
		x: 0,
		y: 0,
		label: at % 2,
		predicted: at === 2500 ? 1 - (at % 2) : at % 2,
		split: at === 3333 ? ("test" as const) : ("train" as const),
	}));
	const { data } = await drawPicture({
		type: "picture",
		kind: "boundary",
		name: "boundary",
		data: {
			classes: ["a", "b"],
			xDomain: [0, 1],
			yDomain: [0, 1],
			columns: 2,
			rows: 2,
			probabilities: new Float32Array(8).fill(0.5),
			points,
		},
	});
	const spec = data[VEGA_LITE] as unknown as {
		title: { subtitle: string[] };
		layer: Layer[];
	};
	const [, filled, hollow, ringed] = spec.layer.map(
		(layer) => layer.data.values.length,
	);
	assert.deepEqual([filled, hollow, ringed], [1999, 1, 1]);
	assert.equal(
		spec.title.subtitle.at(-1),
		"2000 of 5001 points shown, sampled by class",
	);
});

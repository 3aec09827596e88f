import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../../experiment/random/stream.ts";
import { pointSet, pointSetNames } from "./sets.ts";
import { meanAndDeviation, stratifiedSplit } from "./split.ts";

function rng(seed: string): () => number {
	const stream = openStream(seed, "points");
	return () => stream.next();
}

/** Share of each class in percent, as measured on DeepDIVA's own formulas. */
const shares: [string, number, number[]][] = [
	["diagonal", 100, [45, 55]],
	["circle", 100, [37, 63]],
	["donut", 100, [12, 88]],
	["stripes", 100, [20, 20, 20, 20, 20]],
	["xor", 100, [50, 50]],
	["flag", 100, [25, 25, 25, 25]],
	["spiral", 200, [50, 50]],
	["spiral_multi", 400, [25, 25, 25, 25]],
	["moons", 100, [50, 50]],
	["blobs", 100, [34, 33, 33]],
];

for (const [name, count, expected] of shares)
	test(`${name} of size 100 has ${count} points, by class ${expected.join("/")} %`, () => {
		const { points, classes } = pointSet(name, 100, rng("1"));
		assert.equal(points.length, count);
		const counts = classes.map(
			(_, label) => points.filter((point) => point.label === label).length,
		);
		assert.deepEqual(
			counts.map((of) => (100 * of) / count),
			expected,
		);
	});

test("every set is the same for the same stream", () => {
	assert.equal(pointSetNames.length, 10);
	for (const name of pointSetNames)
		assert.deepEqual(
			pointSet(name, 60, rng("1")),
			pointSet(name, 60, rng("1")),
		);
});

test("the noise of spiral_multi, moons and blobs comes from the stream, the other sets have none", () => {
	for (const name of pointSetNames) {
		const same =
			JSON.stringify(pointSet(name, 60, rng("1"))) ===
			JSON.stringify(pointSet(name, 60, rng("2")));
		assert.equal(
			same,
			!["spiral_multi", "moons", "blobs"].includes(name),
			name,
		);
	}
});

test("the spiral follows DeepDIVA's formula", () => {
	const { points } = pointSet("spiral", 100, rng("1"));
	const r = 0.05 + (0.4 * 30) / 100;
	assert.deepEqual(points[130], {
		x: 0.5 + r * Math.cos(12 * Math.PI * r + Math.PI),
		y: 0.5 + r * Math.sin(12 * Math.PI * r + Math.PI),
		label: 1,
	});
});

test("a set that does not exist or is too small is refused with what to give", () => {
	assert.throws(
		() => pointSet("spirals", 100, rng("1")),
		/"spirals".*spiral_multi/,
	);
	assert.throws(() => pointSet("xor", 10, rng("1")), /at least 50, not 10/);
});

test("a split is 60/20/20 of every class, without overlap", () => {
	const labels = [
		...Array(50).fill(0),
		...Array(10).fill(1),
		...Array(5).fill(2),
	];
	const { train, val, test: held } = stratifiedSplit(labels, rng("1"));
	const count = (part: readonly number[], label: number) =>
		part.filter((index) => labels[index] === label).length;
	assert.deepEqual(
		[0, 1, 2].map((label) =>
			[train, val, held].map((part) => count(part, label)),
		),
		[
			[30, 10, 10],
			[6, 2, 2],
			[3, 1, 1],
		],
	);
	assert.deepEqual(
		[...train, ...val, ...held].sort((a, b) => a - b),
		labels.map((_, index) => index),
	);
});

test("another stream splits otherwise", () => {
	const labels = Array(50).fill(0);
	assert.notDeepEqual(
		stratifiedSplit(labels, rng("1")),
		stratifiedSplit(labels, rng("2")),
	);
});

test("mean and deviation are the population's, and a constant has deviation 1", () => {
	assert.deepEqual(meanAndDeviation([1, 3]), { mean: 2, deviation: 1 });
	assert.deepEqual(meanAndDeviation([4, 4]), { mean: 4, deviation: 1 });
});

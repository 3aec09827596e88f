import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../../../experiment/random/stream.ts";
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

/** Labels over the grid of 7×7: one word per x, from left to right, upwards in each. */
const grids: [string, string][] = [
	["diagonal", "1111111 0111111 0011111 0001111 0000111 0000011 0000001"],
	["circle", "1111111 1100011 1000001 1000001 1000001 1100011 1111111"],
	["donut", "1111111 1100011 1011101 1011101 1011101 1100011 1111111"],
	["stripes", "0000000 0000000 1111111 2222222 3333333 4444444 4444444"],
	["xor", "1110000 1110000 1110000 0001111 0001111 0001111 0001111"],
	["flag", "0002222 0002222 0002222 1113333 1113333 1113333 1113333"],
];
for (const [name, expected] of grids)
	test(`${name} labels a grid of 7×7 point by point as its formula does`, () => {
		const { points } = pointSet(name, 60, rng("1"));
		assert.deepEqual(
			points,
			expected.split(" ").flatMap((column, x) =>
				[...column].map((label, y) => ({
					x: x / 6,
					y: y / 6,
					label: Number(label),
				})),
			),
		);
	});

/** The first three points and the last of size 60, computed in Python from the same stream's numbers. */
const drawn: [string, [x: number, y: number, label: number][]][] = [
	[
		"spiral",
		[
			[0.4845491502812526, 0.5475528258147577, 0],
			[0.4696364816178568, 0.5478452491117809, 0],
			[0.4538319869299773, 0.5433546500421502, 0],
			[0.7375498791073549, 0.8743187136392269, 1],
		],
	],
	[
		"spiral_multi",
		[
			[0.608384549494804, 0.47254487813514534, 0],
			[0.5745534193758786, 0.5244684259589331, 0],
			[0.5971386232406874, 0.5007754358733534, 0],
			[0.8184464511940216, 0.19802562505077012, 3],
		],
	],
	[
		"moons",
		[
			[1.2614430557409329, 0.07927506925679505, 0],
			[0.902105247267438, 0.13734704063948505, 0],
			[0.8421725499140083, 0.16639088486472722, 0],
			[2.009444532788908, 0.6429644799109477, 1],
		],
	],
	[
		"blobs",
		[
			[0.9150506950932648, 1.2774627423987825, 0],
			[-1.188139888388664, -0.3977019222455985, 1],
			[0.39545738349816434, -0.670028443712039, 2],
			[0.8990812685456162, 0.00037567968831719867, 2],
		],
	],
];
for (const [name, expected] of drawn)
	test(`${name} has the points that its formula gives for the stream`, () => {
		const { points } = pointSet(name, 60, rng("1"));
		for (const [k, [x, y, label]] of expected.entries()) {
			const point = points.at(k === 3 ? -1 : k);
			assert.ok(Math.abs((point?.x as number) - x) < 1e-12, `x of ${k}`);
			assert.ok(Math.abs((point?.y as number) - y) < 1e-12, `y of ${k}`);
			assert.equal(point?.label, label);
		}
	});

test("a set that does not exist or is too small is refused with what to give", () => {
	assert.throws(
		() => pointSet("spirals", 100, rng("1")),
		/^UsageError: pointSet: there is no set "spirals"; did you mean.*spiral.*spiral_multi/,
	);
	assert.throws(
		() => Reflect.apply(pointSet, undefined, ["constructor", 100, rng("1")]),
		/^UsageError: pointSet: there is no set "constructor"/,
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

test("a split gives these very indices for this stream", () => {
	// 9, 8 and 6 of a class: a fifth of them is 1.8, 1.6 and 1.2.
	const labels = [...`${"010212".repeat(3)}01010`].map(Number);
	const stream = openStream("1", "split");
	assert.deepEqual(
		stratifiedSplit(labels, () => stream.next()),
		{
			train: [0, 2, 3, 4, 5, 8, 9, 10, 11, 16, 18, 21, 22],
			val: [6, 7, 13, 15, 20],
			test: [1, 12, 14, 17, 19],
		},
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
	const { mean, deviation } = meanAndDeviation([-1, 0, 2, 7]);
	assert.equal(mean, 2);
	assert.equal(deviation, Math.sqrt(38 / 4));
	assert.deepEqual(meanAndDeviation([4, 4]), { mean: 4, deviation: 1 });
});

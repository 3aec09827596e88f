import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../random/stream.ts";
import { SPLITS, stratifiedSplit } from "./split.ts";

const FRACTIONS = { train: 0.7, val: 0.1, test: 0.2 };

function classes(sizes: readonly number[]) {
	return new Map(
		sizes.map((size, k) => [
			`class ${k}`,
			Array.from({ length: size }, (_, item) => `${k}/${item}`),
		]),
	);
}

test("a split gives every item to exactly one part, and every class its share", () => {
	const random = openStream("42", "sizes");
	for (let round = 0; round < 50; round++) {
		const sizes = Array.from(
			{ length: 10 },
			() =>
				// Classes of one item are another test's.
				Math.floor(random.next() ** 3 * 500) * 2,
		);
		const members = classes(sizes);
		const parts = stratifiedSplit(members, FRACTIONS, "1");
		const all = SPLITS.flatMap((split) => parts[split]);
		assert.deepEqual([...all].sort(), [...members.values()].flat().sort());
		for (const split of SPLITS) {
			const total = sizes.reduce((sum, size) => sum + size, 0);
			assert.ok(Math.abs(parts[split].length - FRACTIONS[split] * total) < 1);
			for (const [k, size] of sizes.entries()) {
				const count = parts[split].filter((item) =>
					item.startsWith(`${k}/`),
				).length;
				assert.ok(Math.abs(count - FRACTIONS[split] * size) < 1);
			}
		}
	}
});

test("a split is the same for the same seed, another for another, and its items are not the first ones", () => {
	const members = classes([100, 100]);
	const once = stratifiedSplit(members, FRACTIONS, "1");
	assert.deepEqual(stratifiedSplit(members, FRACTIONS, "1"), once);
	const other = stratifiedSplit(members, FRACTIONS, "2");
	assert.notDeepEqual(other.test, once.test);
	assert.notDeepEqual(
		once.train.slice(0, 70),
		members.get("class 0")?.slice(0, 70),
	);
});

test("a class too small for every part is in train, and few others are short for it", () => {
	const sizes = [1, 1, 1, 2, 3, 40];
	for (const fractions of [FRACTIONS, { train: 0.3, val: 0.3, test: 0.4 }]) {
		const parts = stratifiedSplit(classes(sizes), fractions, "1");
		for (const k of sizes.keys())
			assert.ok(parts.train.some((item) => item.startsWith(`${k}/`)));
		const counted = SPLITS.map(
			(split) => parts[split].filter((item) => item.startsWith("5/")).length,
		);
		for (const [k, split] of SPLITS.entries())
			assert.ok(Math.abs((counted[k] ?? 0) - fractions[split] * 40) < 1);
	}
});

test("a split gives these very items for this seed", () => {
	const counted = (from: number, count: number) =>
		Array.from({ length: count }, (_, k) => from + k);
	const members = new Map([
		["a", counted(0, 13)],
		["b", counted(100, 8)],
		["c", counted(200, 3)],
	]);
	assert.deepEqual(stratifiedSplit(members, FRACTIONS, "1"), {
		train: [
			3, 4, 5, 7, 8, 9, 10, 11, 12, 100, 102, 103, 104, 106, 107, 201, 202,
		],
		val: [1, 101],
		test: [0, 2, 6, 105, 200],
	});
});

test("a part of zero stays empty", () => {
	const parts = stratifiedSplit(
		classes([7, 5]),
		{ train: 0.8, val: 0.2, test: 0 },
		"1",
	);
	assert.equal(parts.test.length, 0);
	assert.equal(parts.train.length + parts.val.length, 12);
});

test("shares that do not add up to 1 are refused", () => {
	for (const wrong of [
		{ train: 0.7, val: 0.1, test: 0.1 },
		{ train: 1.2, val: -0.2, test: 0 },
		{ train: Number.NaN, val: 0.5, test: 0.5 },
	])
		assert.throws(() => stratifiedSplit(classes([5]), wrong, "1"), {
			code: "BAD_ARGUMENT",
			message: /add up to 1/,
		});
});

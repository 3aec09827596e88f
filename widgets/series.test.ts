import assert from "node:assert/strict";
import { test } from "node:test";
import { minMaxSample, mixed, strided } from "./series.ts";

test("thinning a long curve keeps its spikes, its first and its last point", () => {
	const points = Array.from({ length: 100_000 }, (_, step) => ({
		step,
		value: step === 54_321 ? 1000 : step === 700 ? -1000 : step % 7,
	}));
	const kept = minMaxSample(points, 520);
	assert.ok(kept.length <= 520);
	assert.deepEqual(kept[0], points[0]);
	assert.deepEqual(kept.at(-1), points.at(-1));
	assert.ok(kept.some(({ value }) => value === 1000));
	assert.ok(kept.some(({ value }) => value === -1000));
	assert.deepEqual(
		kept.map(({ step }) => step),
		kept.map(({ step }) => step).toSorted((a, b) => a - b),
	);
});

test("thinning points takes them evenly and never twice", () => {
	assert.deepEqual(strided(3, 10), [0, 1, 2]);
	assert.deepEqual(strided(10, 5), [0, 2, 4, 6, 8]);
});

test("no class is drawn wholly on top of another", () => {
	const sorted = [...Array(50).fill("a"), ...Array(50).fill("b")];
	const order = mixed(sorted);
	assert.equal(order.filter((each) => each === "a").length, 50);
	const late = order.slice(50).filter((each) => each === "a").length;
	assert.ok(late > 15 && late < 35, `${late} of the upper half are "a"`);
});

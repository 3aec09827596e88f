import assert from "node:assert/strict";
import { test } from "node:test";
import { minMaxPlaces, minMaxSample, mixed } from "./series.ts";

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

test("thinning a mean with its band keeps the spikes of each of them, and never takes a place twice", () => {
	const flat = Array(10_000).fill(0);
	const [mean, highest] = [flat.with(777, -5), flat.with(4321, 9)];
	const kept = minMaxPlaces([mean, highest], 260);
	assert.ok(kept.length <= 260);
	assert.deepEqual(
		kept,
		[...new Set(kept)].sort((a, b) => a - b),
	);
	for (const place of [0, 777, 4321, 9999]) assert.ok(kept.includes(place));
	assert.deepEqual(minMaxPlaces([[1, 2, 3]], 10), [0, 1, 2]);
});

test("no class is drawn wholly on top of another", () => {
	const sorted = [...Array(50).fill("a"), ...Array(50).fill("b")];
	const order = mixed(sorted);
	assert.equal(order.filter((each) => each === "a").length, 50);
	const late = order.slice(50).filter((each) => each === "a").length;
	assert.ok(late > 15 && late < 35, `${late} of the upper half are "a"`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../random/stream.ts";
import { detectionProbability, drawSample } from "./sample.ts";

test("a sample is as many different files as its share says, rounded up, in order", () => {
	for (const [files, fraction, count] of [
		[200, 0.05, 10],
		[10, 0.01, 1],
		[10, 0.11, 2],
		[7, 1, 7],
		[0, 0.5, 0],
	] as const) {
		const { indices, report } = drawSample(files, fraction, "7");
		assert.equal(report.files, count);
		assert.equal(new Set(indices).size, count);
		assert.deepEqual(
			indices,
			[...indices].sort((a, b) => a - b),
		);
		assert.ok(indices.every((index) => index >= 0 && index < files));
	}
});

test("a sample is drawn by its seed's numbers, one after the other from those that are left", () => {
	const { next } = openStream("7", "verify-data");
	const left = Array.from({ length: 50 }, (_, k) => k);
	const expected = Array.from({ length: 20 }, (_, k) => {
		const at = k + Math.floor(next() * (50 - k));
		const taken = left[at] as number;
		left[at] = left[k] as number;
		return taken;
	}).sort((a, b) => a - b);
	assert.deepEqual(drawSample(50, 0.4, "7").indices, expected);
	assert.notDeepEqual(drawSample(50, 0.4, "8").indices, expected);
});

test("every file is sampled about equally often", () => {
	const often = new Array<number>(10).fill(0);
	for (let seed = 0; seed < 1000; seed++)
		for (const index of drawSample(10, 0.3, String(seed)).indices)
			often[index] = (often[index] as number) + 1;
	// 300 each on average, with a standard deviation of 14.5.
	for (const count of often) assert.ok(Math.abs(count - 300) < 75, `${often}`);
});

test("the chance to notice altered files is that of drawing without replacement", () => {
	// 1 - C(n - k, m) / C(n, m), by hand.
	for (const [files, sampled, changed, expected] of [
		[4, 1, 1, 1 / 4],
		[4, 2, 2, 1 - 1 / 6],
		[5, 2, 2, 1 - 3 / 10],
		[5, 5, 1, 1],
		[5, 4, 2, 1],
		[5, 0, 3, 0],
	] as const)
		assert.ok(
			Math.abs(detectionProbability(files, sampled, changed) - expected) <
				1e-12,
			`${files} ${sampled} ${changed}`,
		);
	const counts = (files: number) =>
		drawSample(files, 0.5, "1").report.detection.map(({ changed }) => changed);
	assert.deepEqual([9, 10, 99, 100].map(counts), [
		[1],
		[1, 10],
		[1, 10],
		[1, 10, 100],
	]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "./render.ts";
import { extentOf, labelsOf, position, scaleOf, spread } from "./scale.ts";

test("an axis ends at round numbers around the values", () => {
	assert.deepEqual(scaleOf([0.13, 0.98]).domain, [0, 1]);
	// It begins at 0 where that is no further away than the values from each other.
	assert.deepEqual(scaleOf([0.3, 0.98]).domain, [0, 1]);
	assert.deepEqual(scaleOf([0.55, 0.98]).domain, [0.5, 1]);
	assert.deepEqual(scaleOf([0.91, 0.96]).domain, [0.91, 0.96]);
	assert.deepEqual(scaleOf([-3, 41]).domain, [-10, 50]);
	assert.deepEqual(scaleOf([1]).domain, [0.9, 1]);
	const equal = scaleOf([0.5, 0.5]).domain;
	assert.ok(equal[0] < 0.5 && equal[1] > 0.5);
});

test("what lies far beyond the values takes a third of an axis at most, and no loss goes below 0", () => {
	assert.deepEqual(extentOf([0, 8], [3]), [0, 8]);
	assert.deepEqual(extentOf([-4, 4], [-100, 5]), [-6, 5]);
	assert.deepEqual(extentOf([1, 9], [-50, 1e30]), [0, 11]);
	assert.deepEqual(extentOf([0.5, 0.9], [0.2, 1.2], true), [0.4, 1]);
	assert.deepEqual(extentOf([1e-4, 1], [-1, 2]), [1e-4, 1]);
	assert.deepEqual(extentOf([2, 2], []), [2, 2]);
});

test("an axis has a label at both of its ends, with the decimals that tell labels apart", () => {
	const cases: [number[], number[], string][] = [
		[[0.61, 0.74], [0.6, 0.65, 0.7, 0.75], ",.2f"],
		[[0, 3], [0, 1, 2, 3], ",.0f"],
		[[0.13, 0.98], [0, 0.2, 0.4, 0.6, 0.8, 1], ",.1f"],
		[[0, 1e7], [0, 2e6, 4e6, 6e6, 8e6, 1e7], "~e"],
	];
	for (const [values, ticks, format] of cases) {
		assert.deepEqual(scaleOf(values).ticks, ticks);
		assert.equal(scaleOf(values).format, format);
	}
});

test("zero is labelled 0, also where the other labels have exponents", async () => {
	for (const [values, labels] of [
		[
			[-3e-9, 3e-9],
			["−4e-9", "−2e-9", "0", "2e-9", "4e-9"],
		],
		[
			[0, 3e7],
			["0", "1e+7", "2e+7", "3e+7"],
		],
	] as const) {
		const scale = scaleOf(values);
		const { svg } = await render({
			data: { values: values.map((value) => ({ value })) },
			mark: { type: "point" },
			encoding: {
				x: {
					...{ field: "value", type: "quantitative" },
					scale: { domain: scale.domain, nice: false },
					axis: labelsOf(scale),
				},
			},
		});
		const texts = Array.from(
			svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g),
			([, text = ""]) => text,
		);
		assert.deepEqual(texts.slice(0, scale.ticks.length), labels);
	}
});

test("positive values over more than three decades get a logarithmic axis", () => {
	const scale = scaleOf([2e-5, 0.5]);
	assert.equal(scale.type, "log");
	assert.deepEqual(scale.domain, [1e-5, 1]);
	assert.equal(scale.ticks.length, 6);
	assert.ok(Math.abs(position(scale, 1e-3) - 0.4) < 1e-9);
	assert.equal(scaleOf([0, 5000]).type, "linear");
	assert.equal(scaleOf([1, 1000]).type, "linear");
	assert.equal(scaleOf([1, 1001]).type, "log");
});

test("labels at the ends of lines never overlap", () => {
	assert.deepEqual(spread([50, 52, 51], 16, 200), [50, 82, 66]);
	assert.deepEqual(spread([198, 199], 16, 200), [184, 200]);
	assert.deepEqual(spread([10, 100], 16, 200), [10, 100]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "../drawing/picture.ts";
import { multirunDrawing } from "./multirun.ts";

test("runs are summed up by the sample statistics of their last values, the best group is named", async () => {
	const { data } = await picture(
		multirunDrawing({
			metric: "val_accuracy",
			goal: "maximize",
			groups: [
				{
					label: "lr=0.1",
					runs: [
						[0.1, 0.5],
						[0.1, 0.75],
						[0.1, 1],
					],
				},
				{ label: "lr=0.3", runs: [[{ step: 9, value: 0.5 }], [Number.NaN]] },
			],
		}),
	);
	const [, , , first, second, best, left] = String(data["text/plain"]).split(
		"\n",
	);
	assert.deepEqual(first?.split(/ {2,}/), [
		"val_accuracy",
		"lr=0.1",
		"3",
		"0.7500",
		"0.2500",
		"0.5000",
		"1",
	]);
	assert.match(second ?? "", /lr=0\.3 +1 +0\.5000 +– +0\.5000 +0\.5000$/);
	assert.equal(best, "best mean val_accuracy (maximize): lr=0.1, 0.750 ± 0.25");
	assert.equal(left, "val_accuracy: 1 value not finite, left out");
});

test("runs that end early count up to their end, and the label says how many are left", async () => {
	const { data } = await picture(
		multirunDrawing({
			metric: "loss",
			groups: [{ label: "", runs: [[1, 0.5, 0.25], [3], [5, 1.5]] }],
		}),
	);
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(spec.includes('"step":1,"n":3,"mean":3,"sd":2,"low":1,"high":5'));
	assert.ok(spec.includes('"step":2,"n":2,"mean":1,'));
	assert.ok(spec.includes("0.250 (1 of 3 runs)"));
});

test("a multirun without runs is refused by the name of its metric", () => {
	assert.throws(
		() => multirunDrawing({ metric: "loss", groups: [] }),
		/the metric "loss" has no runs/,
	);
});

test("the band of an accuracy ends at 1, that of a loss where it is", async () => {
	const high = async (metric: string) => {
		const { data } = await picture(
			multirunDrawing({
				metric,
				groups: [
					{
						label: "",
						runs: [
							[0.5, 1],
							[0.5, 0.9],
						],
					},
				],
			}),
		);
		const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
		return Number(/"step":2,.*?"high":([\d.]+)/.exec(spec)?.[1]);
	};
	assert.equal(await high("val_accuracy"), 1);
	assert.ok((await high("val_loss")) > 1);
});

test("of many runs those with the highest and lowest value are shown, and how many there are is said", async () => {
	const runs = Array.from({ length: 250 }, (_, at) => [
		at === 101 ? -7 : at === 202 ? 7 : (at % 10) / 10,
	]);
	const { data } = await picture(
		multirunDrawing({
			metric: "gain",
			groups: [{ label: "", runs }],
		}),
	);
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(
		spec.includes("gain: 100 of 250 runs shown, with the highest and lowest"),
	);
	assert.ok(spec.includes('"value":-7}') && spec.includes('"value":7}'));
});

test("of many steps those with a spike of a single run are shown", async () => {
	const steps = (spike: number) =>
		Array.from({ length: 5000 }, (_, at) => (at === spike ? 1000 : 1));
	const { data } = await picture(
		multirunDrawing({
			metric: "loss",
			groups: [{ label: "", runs: [steps(123), steps(4567)] }],
		}),
	);
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	for (const step of [124, 4568]) assert.ok(spec.includes(`"step":${step},`));
	assert.match(
		spec,
		/loss: \d+ of 5000 steps shown, with the highest and lowest/,
	);
});

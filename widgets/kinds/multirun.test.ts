import assert from "node:assert/strict";
import { test } from "node:test";
import { studentQuantile } from "../../experiment/sweep/statistics/distributions.ts";
import { reportOf } from "../../experiment/sweep/statistics/report/report.ts";
import { member, reported } from "../test-pictures.ts";
import type { MultirunMetric } from "./multirun/curves.ts";
import { effectsDrawing } from "./multirun/effects.ts";
import { intervalsDrawing } from "./multirun/intervals.ts";
import { valueDrawings } from "./multirun/values.ts";
import { multirunDrawing } from "./multirun.ts";

/** Layers of the first panel, with the rows of each. */
function layersOf(metrics: readonly MultirunMetric[]) {
	const { spec } = multirunDrawing(metrics);
	const inner =
		(spec.vconcat as [{ hconcat: unknown }] | undefined)?.[0] ?? spec;
	const [panel] = (inner as { hconcat: [{ layer: Layer[] }] }).hconcat;
	const withRows = panel.layer.filter(({ data: { values } }) =>
		values.some((row) => "g" in row),
	);
	return withRows.map(({ mark, data }) => ({ mark: mark.type, ...data }));
}

interface Layer {
	readonly mark: { readonly type: string };
	readonly data: { readonly values: readonly Record<string, number>[] };
}

const one = (
	runs: MultirunMetric["groups"][number]["runs"],
	metric = "loss",
) => [{ metric, groups: [{ label: "", runs }] }];

test("of a group the mean is drawn, its 95 % t interval as a band, and each run", () => {
	const [band, runs, mean] = layersOf(
		one([member([1, 0.4]), member([2, 0.5]), member([3, 0.9])]),
	);
	assert.deepEqual(
		mean?.values.map(({ step, n, mean, sd }) => [step, n, mean, sd]),
		[
			[1, 3, 2, 1],
			[2, 3, 0.6, 0.26458],
		],
	);
	const reach = (studentQuantile(0.975, 2) * 0.264575) / Math.sqrt(3);
	assert.equal(band?.mark, "area");
	assert.ok(Math.abs((band?.values[1]?.high ?? 0) - (0.6 + reach)) < 1e-4);
	assert.equal(new Set(runs?.values.map(({ r }) => r)).size, 3);
});

test("runs of different lengths have a mean only where all of them are, and which end early is said", () => {
	const metrics = one([member([1, 0.5, 0.25]), member([3]), member([5, 1.5])]);
	const mean = layersOf(metrics).at(-1);
	assert.deepEqual(
		mean?.values.map(({ step, n, mean }) => [step, n, mean]),
		[[1, 3, 3]],
	);
	assert.match(
		multirunDrawing(metrics).text,
		/^2 of 3 ended early, at step 1, 2; mean to step 1, the last that all 3 have$/m,
	);
});

test("runs that diverged or failed are in no mean, and are drawn to where they came", () => {
	const metrics = one([
		member([1, 0.5, 0.25]),
		member([1, 0.7, 0.35]),
		member([1, 900, Number.NaN], "diverged"),
		member([1, Number.POSITIVE_INFINITY], "finished"),
		member([2], "failed"),
	]);
	const [, runs, ends, mean] = layersOf(metrics);
	assert.deepEqual(
		mean?.values.map(({ n, mean }) => [n, mean]),
		[
			[2, 1],
			[2, 0.6],
			[2, 0.3],
		],
	);
	assert.equal(runs?.values.length, 3 + 3 + 2 + 1 + 1);
	assert.deepEqual(
		ends?.values.map(({ step }) => step),
		[2, 1, 1],
	);
	const { text, description, spec } = multirunDrawing(metrics);
	const told = "2 of 5 diverged at step 2, 3; 1 of 5 failed at step 1";
	for (const words of [text, description, JSON.stringify(spec)])
		assert.ok(words.includes(told), words);
	// 900 lies beyond the panel, which the other runs fill.
	assert.ok((runs?.values ?? []).every(({ value }) => (value ?? 0) <= 2.5));
	assert.match(JSON.stringify(spec), /reach an edge go on beyond it/);
});

test("before a run has finished, the mean is of those that run", () => {
	const mean = layersOf(
		one([member([1, 2, 3], "running"), member([3], "running")]),
	).at(-1);
	assert.deepEqual(
		mean?.values.map(({ step, mean }) => [step, mean]),
		[[1, 2]],
	);
	const later = layersOf(one([member([1, 2, 3]), member([3], "running")])).at(
		-1,
	);
	assert.deepEqual(
		later?.values.map(({ n, mean }) => [n, mean]),
		[
			[1, 1],
			[1, 2],
			[1, 3],
		],
	);
});

test("a value that is not finite is a gap in its run's line, and its step has no mean", () => {
	const metrics = one([member([1, Number.NaN, 3, 4]), member([1, 2, 3, 4])]);
	const [, runs, mean] = layersOf(metrics);
	assert.deepEqual(
		runs?.values.map(({ r, step }) => [r, step]),
		[[1, 1], [2, 3], [2, 4], ...[1, 2, 3, 4].map((step) => [3, step])],
	);
	assert.deepEqual(
		mean?.values.map(({ step }) => step),
		[1, 3, 4],
	);
	assert.match(multirunDrawing(metrics).text, /loss: 1 value not finite/);
});

test("panels have one x axis, and a group the same look in each, also where it has no values", () => {
	const { spec } = multirunDrawing([
		{
			metric: "loss",
			groups: [
				{ label: "lr=1", runs: [member([1, 2, 3, 4])] },
				{ label: "lr=2", runs: [member([1, 2, 3])] },
			],
		},
		{
			metric: "gain",
			groups: [
				{ label: "lr=1", runs: [] },
				{ label: "lr=2", runs: [member([1, 2])] },
			],
		},
	]);
	const text = JSON.stringify(spec);
	const domains =
		text.match(/"scale":\{"domain":\[1,\d\],"nice":false\}/g) ?? [];
	assert.deepEqual(
		[...new Set(domains)],
		['"scale":{"domain":[1,4],"nice":false}'],
	);
	const hues = text.match(/"range":\["#[^\]]*\]/g) ?? [];
	assert.equal(new Set(hues).size, 1);
	assert.ok(text.includes("lr=1") && text.includes("lr=2"));
});

test("groups of whom no two runs share a step have no mean, and it is said", () => {
	const metrics = one([
		{ points: [{ step: 1, value: 1 }], status: "finished", came: 2 },
		{ points: [{ step: 2, value: 1 }], status: "finished", came: 2 },
	]);
	assert.match(
		multirunDrawing(metrics).text,
		/no step that all 2 have, so no mean/,
	);
});

test("a multirun without runs is refused by the name of its metric", () => {
	assert.throws(
		() => multirunDrawing([{ metric: "loss", groups: [] }]),
		/the metric "loss" has no runs/,
	);
});

test("the band of an accuracy ends at 1, that of a loss where it is, but not below 0", () => {
	const bandOf = (metric: string, values: number[][]) =>
		layersOf(
			one(
				values.map((each) => member(each)),
				metric,
			),
		)[0]?.values ?? [];
	const values = [
		[0.5, 1],
		[0.5, 0.9],
	];
	assert.equal(bandOf("val_accuracy", values)[1]?.high, 1);
	assert.ok((bandOf("val_loss", values)[1]?.high ?? 0) > 1);
	assert.equal(
		bandOf("val_loss", [
			[1, 0.01],
			[1, 0.02],
		])[1]?.low,
		0,
	);
});

test("of many runs some are drawn, of many steps those with a spike, and it is said", () => {
	const steps = (spike: number) =>
		member(Array.from({ length: 5000 }, (_, at) => (at === spike ? 1000 : 1)));
	const { spec } = multirunDrawing(one([steps(123), steps(4567)]));
	const text = JSON.stringify(spec);
	for (const step of [124, 4568]) assert.ok(text.includes(`"step":${step},`));
	assert.match(text, /loss: \d+ of 5000 steps shown, with the highest/);
	const many = multirunDrawing(
		one(Array.from({ length: 250 }, (_, at) => member([at, at + 1]))),
	);
	assert.match(JSON.stringify(many.spec), /loss: 50 of 250 single runs are/);
	const large = JSON.stringify(
		multirunDrawing(one(Array.from({ length: 60 }, () => steps(7)))).spec,
	);
	assert.ok(large.length < 300_000, String(large.length));
});

const values = {
	accuracy: {
		1: [0.5, 0.52, 0.51, 0.53, 0.5, 0.49],
		2: [0.7, 0.73, 0.71, 0.74, 0.7, 0.7],
		3: [0.9, 0.92, 0.91, 0.95, 0.9, 0.89],
	},
};

test("the best group is called so only where every other is shown to be different", () => {
	const best = ({ text }: { readonly text: string }) =>
		text.split("\n").filter((line) => line.endsWith(", best"));
	const shown = best(intervalsDrawing(reportOf(reported(values)), "m"));
	assert.equal(shown.length, 1);
	assert.match(shown[0] ?? "", /^lr=3 /);
	const few = reported({
		accuracy: { 1: [0.5, 0.52, 0.51], 2: [0.9, 0.92, 0.91] },
	});
	const close = reported({
		accuracy: { ...values.accuracy, 2: [0.9, 0.91, 0.92, 0.94, 0.91, 0.89] },
	});
	const unknown = reported({ speed: values.accuracy });
	for (const members of [few, close, unknown])
		assert.deepEqual(best(intervalsDrawing(reportOf(members), "m")), []);
});

test("intervals are those of the report, with how many runs they are of and what became of the others", () => {
	const members = [
		...reported({ loss: { 1: [1, 2, 4, Number.NaN], 2: [Number.NaN] } }),
		{
			...{ params: { lr: "1" }, repeat: 9, seed: 9, status: "failed" },
			metrics: {},
		},
	];
	const { text, description } = intervalsDrawing(reportOf(members), "m");
	assert.match(
		text,
		/^lr=1 .*●.* 2\.333 \(-1\.461 to 6\.128\), n = 3 of 5, 1 diverged, 1 failed$/m,
	);
	assert.match(text, /^lr=2 +no value, 1 diverged$/m);
	assert.match(description, /^m, last values: loss lr=1 2\.333 /);
});

test("sizes of differences say what may be claimed, or that nothing may and why", () => {
	const drawn = (members: ReturnType<typeof reported>, baseline: string) =>
		effectsDrawing(reportOf(members, { baseline }), "m").text;
	const text = drawn(reported(values), "lr=1");
	const [comparison] =
		reportOf(reported(values), { baseline: "lr=1" }).metrics[0]?.comparisons ??
		[];
	const g = comparison?.effect?.g?.toPrecision(3) ?? "?";
	assert.match(text, /^accuracy, against lr=1$/m);
	assert.ok(text.includes(`g = ${g} (`), text);
	assert.match(text, /^lr=3 .* p Holm < 0\.0001: different$/m);
	assert.match(
		drawn(reported({ loss: { 1: [1, 2, 3], 2: [2, 4, 3.5] } }), "lr=1"),
		/^lr=2 .* no claim possible: n = 3 pairs$/m,
	);
	assert.match(
		drawn(
			reported({ loss: { 1: [1, 1], 2: [2, 2], 3: [1, 3] }, gain: {} }),
			"lr=1",
		),
		/^lr=2 +┊ +no claim possible: .*$/m,
	);
	const drawings = (groups: Record<string, number[]>, baseline?: string) =>
		valueDrawings(reportOf(reported({ loss: groups })), "m", baseline).length;
	assert.equal(drawings({ 1: [1, 2], 2: [2, 3] }, "lr=1"), 2);
	assert.equal(drawings({ 1: [1, 2], 2: [2, 3] }), 1);
	assert.equal(drawings({ 1: [1, 2] }, "first"), 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricEvent } from "../../experiment/events.ts";
import { picture } from "../drawing/picture.ts";
import { metricsDrawing, metricsText } from "./metrics.ts";

function metric(step: number, values: Record<string, number>): MetricEvent {
	return { type: "metric", step, values };
}

test("metrics as text: last, lowest and highest value of each, with their steps", () => {
	const text = metricsText([
		metric(1, { loss: 2, accuracy: 0.5 }),
		metric(2, { loss: 0.25, accuracy: 0.875 }),
		metric(3, { loss: 0.5 }),
	]);
	const [, , loss, accuracy] = text.split("\n").map((line) => line.split(/ +/));
	assert.deepEqual(loss, [
		"loss",
		"3",
		"0.5000",
		"@3",
		"0.2500",
		"@2",
		"2",
		"@1",
	]);
	assert.deepEqual(accuracy, [
		"accuracy",
		"2",
		"0.8750",
		"@2",
		"0.5000",
		"@1",
		"0.8750",
		"@2",
	]);
});

test("values that are not finite are left out of the curve and counted", async () => {
	const history = [
		metric(1, { loss: 1 }),
		metric(2, { loss: Number.NaN }),
		metric(3, { loss: Number.NEGATIVE_INFINITY }),
	];
	const { data } = await picture(metricsDrawing(history));
	const told = "loss: 2 values not finite, left out, the first at step 2";
	assert.ok(data["text/plain"].includes(told));
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(spec.includes(told));
	assert.ok(spec.includes('"values":[{"step":1,"value":1}]'));
});

test("five thousand steps make a chart no larger than 520 rows a line", async () => {
	const history = Array.from({ length: 5000 }, (_, index) =>
		metric(index + 1, { loss: (index * 7919) % 1000 }),
	);
	const { data } = await picture(metricsDrawing(history));
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(spec.split('"step":').length - 1 <= 521);
});

test("a single value beside curves is told in words, and gets no axes of its own", async () => {
	const { data } = await picture(
		metricsDrawing([
			metric(1, { loss: 2 }),
			metric(2, { loss: 1, threshold: 0.5 }),
		]),
	);
	const { title, description, ...panel } = data[
		"application/vnd.vegalite.v5+json"
	] as { title: { subtitle: string[] }; description: string };
	assert.ok(title.subtitle.includes("threshold 0.500"));
	assert.match(description, /threshold/);
	assert.doesNotMatch(JSON.stringify(panel), /threshold/);
});

test("a long line keeps its spike, and says how many of its values are shown", async () => {
	const history = Array.from({ length: 5000 }, (_, at) => ({
		type: "metric" as const,
		step: at + 1,
		values: { loss: at === 1234 ? 99 : 1 },
	}));
	const { data } = await picture(metricsDrawing(history));
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.match(
		spec,
		/loss: \d+ of 5000 values shown, with every highest and lowest/,
	);
	assert.ok(spec.includes('"step":1235,"value":99'));
});

test("metrics of any name have a row and a curve of their own", async () => {
	const names = [
		"a\nb",
		"constructor",
		"val_toString",
		"__proto__\u202e",
		"🎉",
		"דיוק",
		"x".repeat(400),
	];
	const { data } = await picture(
		metricsDrawing(
			[1, 2].map((step) =>
				metric(step, Object.fromEntries(names.map((name) => [name, step]))),
			),
		),
	);
	const lines = data["text/plain"].split("\n");
	assert.equal(lines.length, 2 + names.length, data["text/plain"]);
	assert.match(lines[2] ?? "", /^a\\nb +2 +2 +@2/);
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(spec.includes('"a\\\\nb"') && !spec.includes("xxx".repeat(25)));
	// biome-ignore lint/suspicious/noControlCharactersInRegex: there is to be none
	assert.doesNotMatch(spec, /\\n(?!b)|\u202e|[\u0000-\u001f]/);
});

test("the last value is that of the highest step, NaN too, in picture, sentence and table", async () => {
	const { data, metadata } = await picture(
		metricsDrawing([
			metric(3, { loss: Number.NaN, accuracy: 0.5 }),
			metric(1, { loss: 1, accuracy: 0.25 }),
			metric(3, { accuracy: 0.75 }),
		]),
	);
	assert.match(
		metadata["image/png"].alt,
		/loss NaN at step 3, accuracy 0\.7500 at step 3/,
	);
	assert.match(data["text/plain"], /^loss +1 +NaN +@3 +1 +@1/m);
	assert.match(data["text/plain"], /^accuracy +2 +0\.7500 +@3/m);
});

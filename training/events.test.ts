import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../experiment/events.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { session } from "../experiment/session.ts";
import * as tf from "./backend/tf.ts";
import * as dd from "./recording.ts";
import { run } from "./run.ts";

function collected(): RunEvent[] {
	openTestSession();
	const events: RunEvent[] = [];
	session().observers.add({ event: (_, event) => void events.push(event) });
	return events;
}

const typesOf = (events: readonly RunEvent[]) =>
	[
		...new Set(
			events.map((event) =>
				event.type === "picture" ? event.kind : event.type,
			),
		),
	].sort();

test("every event of a task can be cloned to another process", async () => {
	const events = collected();
	await run({
		task: "points",
		git: "ignore",
		params: { set: "moons", size: 50, epochs: 2 },
	});
	assert.deepEqual(typesOf(events), [
		"artifact",
		"boundary",
		"confusion",
		"metric",
		"progress",
	]);
	for (const event of events) assert.deepEqual(structuredClone(event), event);
});

test("every event of a body that shows and keeps what cannot be cloned can be cloned", async () => {
	const events = collected();
	const model = tf.sequential({
		layers: [tf.layers.dense({ units: 2, inputShape: [2] })],
	});
	const points = tf.tensor2d([
		[0, 0],
		[1, 1],
		[0, 1],
	]);
	await run({ name: "body", git: "ignore" }, async (_, active) => {
		active.progress({ done: 1, unit: "epoch", values: { loss: 1 } });
		dd.log({ loss: Number.NaN });
		dd.log({ loss: 1 });
		dd.confusion(tf.tensor1d([0, 1], "int32"), [1, 1]);
		dd.boundary(model, { points, labels: [0, 1, 1] });
		dd.embedding(points, ["a", "b", "b"]);
		active.show("mine", "m", {
			map: new Map([["a", new Set([1])]]),
			point: new (class {
				readonly x = 1;
				draw() {}
			})(),
		});
		await dd.artifact("model", model);
		await dd.artifact("tensor", points);
		await dd.artifact("map", new Map([["a", 1]]));
		assert.throws(() => active.show("mine", "m", { draw: () => 1 }), {
			name: "TypeError",
			message: /^a function cannot be recorded \(at draw\)/,
		});
	});
	assert.deepEqual(typesOf(events), [
		"artifact",
		"boundary",
		"confusion",
		"embedding",
		"metric",
		"mine",
		"notice",
		"progress",
	]);
	for (const event of events) assert.deepEqual(structuredClone(event), event);
	const kept = events.find(
		(event) => event.type === "artifact" && event.name === "model",
	);
	assert.ok(kept?.type === "artifact");
	assert.deepEqual(kept.files, [
		"artifacts/model/model.json",
		"artifacts/model/weights.bin",
	]);
	assert.match(kept.digest, /^sha256:/);
});

test("a kind of picture has a name that files and fields can have, and a step is a number", async () => {
	openTestSession();
	await run({ name: "body", git: "ignore" }, (_, active) => {
		for (const kind of ["type", "name", "step", "", "a/b", "../a", "1a", "ä"])
			assert.throws(() => active.show(kind, "m", 1), {
				name: "UsageError",
				message: /cannot name a kind of picture/,
			});
		for (const step of ["x", Number.NaN, null])
			assert.throws(
				() => Reflect.apply(active.show, active, ["mine", "m", 1, step]),
				{
					name: "UsageError",
					message: `the step of a picture must be a number, not ${step}`,
				},
			);
	});
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, sha256 } from "../../base/canonical.ts";
import { jsonNumber, MetricLog } from "./metric-log.ts";

const events: { step: number; values: Record<string, number> }[] = [
	{ step: 1, values: { loss: 0.1, 'a"b\n': 1e21 } },
	{ step: -0, values: { loss: -0 } },
	{ step: 2.5, values: { loss: Number.NaN, größe: 5e-324 } },
	{ step: 3, values: { up: Number.POSITIVE_INFINITY } },
	{ step: 3, values: { down: Number.NEGATIVE_INFINITY, zero: 0 } },
	{ step: 4, values: {} },
	{ step: 5, values: { "@NaN": 1, constructor: 2, "": 3 } },
];

test("the digest of metrics is that of their list as canonical JSON", () => {
	const log = new MetricLog();
	for (const event of events) log.line({ type: "metric", ...event }, 0);
	assert.equal(log.count, 11);
	assert.equal(log.lines, events.length);
	assert.equal(
		log.digest(),
		sha256(
			canonicalJson(
				events.flatMap(({ step, values }) =>
					Object.entries(values).map(([name, value]) => [
						step + 0,
						name,
						jsonNumber(value),
					]),
				),
			),
		),
	);
});

test("the digest of many metrics is that of their list, too", () => {
	const log = new MetricLog();
	const list: [number, string, number][] = [];
	for (let step = 1; step <= 20_000; step++) {
		log.line({ type: "metric", step, values: { x: 1 / step } }, 0);
		list.push([step, "x", 1 / step]);
	}
	assert.equal(log.digest(), sha256(canonicalJson(list)));
});

test("a line is JSON with step, metrics and time", () => {
	const log = new MetricLog();
	for (const event of events) {
		const line = log.line({ type: "metric", ...event }, 1e12 + event.step);
		assert.ok(line.endsWith("\n"));
		const { step, metrics, time } = JSON.parse(line) as Record<string, unknown>;
		assert.equal(step, event.step + 0);
		assert.deepEqual(
			metrics,
			Object.fromEntries(
				Object.entries(event.values).map(([name, value]) => [
					name,
					jsonNumber(value),
				]),
			),
		);
		assert.equal(time, new Date(1e12 + event.step).toISOString());
	}
});

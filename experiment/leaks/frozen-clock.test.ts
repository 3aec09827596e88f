import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession } from "../record/test-record.ts";
import { installLeakWatch } from "./install.ts";
import { runUserCode } from "./test-user.ts";

installLeakWatch();
openTestSession();

const START = "2026-01-01T00:00:00Z";
const frozen = { conditions: { freezeTime: START } };

test("a run's own clock starts at the given instant and goes on by a millisecond a read", async () => {
	const { value, record } = await runUserCode(
		`return [
			Date.now(),
			new Date().toISOString(),
			performance.now(),
			performance.timeOrigin,
			process.hrtime(),
			process.hrtime([0, 0]),
			process.hrtime.bigint(),
			process.uptime(),
			Date(),
		]`,
		frozen,
	);
	const start = Date.parse(START);
	assert.deepEqual(value, [
		start,
		"2026-01-01T00:00:00.001Z",
		2,
		start,
		[0, 3_000_000],
		[0, 4_000_000],
		5_000_000n,
		0.006,
		new Date(start + 7).toString(),
	]);
	assert.deepEqual(record.leaks?.leaks, []);
	assert.equal(record.conditions?.freezeTime, START);
});

test("marks and measures are of the frozen clock too", async () => {
	const { value } = await runUserCode(
		`const mark = performance.mark("a");
		performance.now();
		const from = performance.measure("b", "a");
		const all = performance.measure("c", { start: 1 });
		return [mark.startTime, from.duration, all.duration];`,
		frozen,
	);
	assert.deepEqual(value, [0, 2, 2]);
});

test("timers wait in real time, also while the run's clock stands still", async () => {
	const before = performance.now();
	const { value } = await runUserCode(
		`const before = Date.now();
		await new Promise((resolve) => setTimeout(resolve, 30));
		return Date.now() - before;`,
		frozen,
	);
	assert.equal(value, 1);
	assert.ok(performance.now() - before >= 29);
});

test("code outside of the run, and the record itself, have the real time", async () => {
	const year = new Date().getFullYear();
	const { record } = await runUserCode("run.log({ a: 1 })", {
		conditions: { freezeTime: "1999-12-31T23:59:59Z" },
	});
	assert.equal(new Date(record.started).getFullYear(), year);
	assert.ok((record.milliseconds ?? -1) >= 0);
	assert.equal(new Date().getFullYear(), year);
});

test("a frozen clock changes neither which run it is nor its numbers", async () => {
	const real = await runUserCode("run.log({ a: Math.random() })");
	const still = await runUserCode("run.log({ a: Math.random() })", frozen);
	assert.equal(real.record.identity, still.record.identity);
	assert.equal(real.record.digest, still.record.digest);
});

for (const text of [
	"tomorrow",
	"2026",
	"2026-02-31",
	"2026-01-01T00:00:00",
	"2026-13-01T00:00:00Z",
	"01/02/2026",
	"",
])
	test(`"${text}" is no instant to freeze at`, async () => {
		await assert.rejects(
			runUserCode("1", { conditions: { freezeTime: text } }),
			{
				name: "UsageError",
				message: `"${text}" is not a time to freeze at; give it in ISO 8601 with its zone, for example 2026-01-01T00:00:00Z`,
			},
		);
	});

for (const [text, milliseconds] of [
	["2026-01-01", 1767225600000],
	["2026-01-01T02:00+02:00", 1767225600000],
	["2026-01-01T00:00:00.5Z", 1767225600500],
] as const)
	test(`a clock can be frozen at ${text}`, async () => {
		const { value } = await runUserCode("return Date.now()", {
			conditions: { freezeTime: text },
		});
		assert.equal(value, milliseconds);
	});

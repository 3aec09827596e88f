import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../test/until.ts";
import { createThrottle } from "./throttle.ts";

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("of values that come too fast the first and the last are shown", async () => {
	const shown: number[] = [];
	const throttle = createThrottle<number>(60_000, async (value) => {
		shown.push(value);
	});
	for (let value = 0; value < 1000; value++) throttle.push(value);
	await throttle.flush();
	assert.deepEqual(shown, [0, 999]);
	await throttle.flush();
	assert.deepEqual(shown, [0, 999]);
});

test("one value is shown at a time, and none overtakes another", async () => {
	const steps: string[] = [];
	const throttle = createThrottle<number>(0, async (value) => {
		steps.push(`begin ${value}`);
		await soon();
		steps.push(`end ${value}`);
	});
	for (let value = 0; value < 5; value++) {
		throttle.push(value);
		await soon();
		await soon();
	}
	await throttle.flush();
	assert.equal(steps.at(-1), "end 4");
	steps.forEach((step, i) => {
		if (i % 2 === 1)
			assert.equal(step, (steps[i - 1] as string).replace("begin", "end"));
	});
});

test("without a value nothing is shown", async () => {
	let shown = 0;
	await createThrottle<number>(0, async () => {
		shown++;
	}).flush();
	assert.equal(shown, 0);
});

test("a value whose time has come is shown in a busy loop too", async () => {
	const shown: number[] = [];
	const throttle = createThrottle<number>(20, async (value) => {
		shown.push(value);
	});
	throttle.push(0);
	await soon();
	// No timer has a turn before the loop ends.
	const end = performance.now() + 20_000;
	let value = 0;
	while (shown.length < 2 && performance.now() < end) throttle.push(++value);
	assert.deepEqual(shown, [0, value]);
});

test("a value that came while another was shown is shown by itself, when that one is done", async () => {
	const steps: string[] = [];
	const throttle = createThrottle<number>(1, async (value) => {
		steps.push(`begin ${value}`);
		for (let turn = 0; turn < 5; turn++) await soon();
		steps.push(`end ${value}`);
	});
	throttle.push(0);
	throttle.push(1);
	await until(() => steps.includes("end 1"), "the second value is shown");
	throttle.push(2);
	throttle.push(3);
	// What is being shown, and what waits for it.
	await throttle.flush();
	assert.deepEqual(steps.slice(-2), ["begin 3", "end 3"]);
	steps.forEach((step, i) => {
		if (i % 2 === 1)
			assert.equal(step, (steps[i - 1] as string).replace("begin", "end"));
	});
});

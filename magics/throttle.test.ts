import assert from "node:assert/strict";
import { test } from "node:test";
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
	const throttle = createThrottle<number>(1, async (value) => {
		shown.push(value);
	});
	throttle.push(0);
	await soon();
	for (let value = 1; shown.length < 2; value++) throttle.push(value);
	assert.equal(shown[0], 0);
});

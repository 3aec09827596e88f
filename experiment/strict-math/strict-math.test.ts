import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { configureSession, seed } from "../session.ts";
import { strictFunctions } from "./functions.ts";
import { installPower, POWER } from "./power.ts";
import { isStrict, setStrictMath, withStrictMath } from "./strict-math.ts";

installPower();
openTestSession();

/** Where the engine's functions and the strict ones differ; the results tell which was called. */
const ANGLE = Array.from({ length: 5000 }, (_, i) => i / 7).find(
	(x) => Math.tanh(x) !== strictFunctions().tanh(x),
) as number;
const native = Math.tanh(ANGLE);
const strict = strictFunctions().tanh(ANGLE);
const pause = (milliseconds = 1) =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a body has strict functions, across what it awaits, and nobody after it", async () => {
	const functions = () =>
		Object.entries(Object.getOwnPropertyDescriptors(Math)).map(
			([name, { value, enumerable }]) => [name, value as unknown, enumerable],
		);
	const before = functions();
	const seen = await withStrictMath(async () => {
		const first = Math.tanh(ANGLE);
		await pause();
		return [first, Math.tanh(ANGLE)];
	});
	assert.deepEqual(seen, [strict, strict]);
	assert.equal(Math.tanh(ANGLE), native);
	assert.deepEqual(functions(), before);
});

test("code beside a strict body keeps the engine's functions", async () => {
	const [inside, outside] = await Promise.all([
		withStrictMath(async () => {
			await pause(5);
			return Math.tanh(ANGLE);
		}),
		(async () => {
			await pause(1);
			return Math.tanh(ANGLE);
		})(),
	]);
	assert.deepEqual([inside, outside], [strict, native]);
});

test("a strict body that fails leaves the engine's functions", async () => {
	await assert.rejects(
		withStrictMath(async () => {
			throw new Error("no");
		}),
	);
	assert.equal(Math.tanh(ANGLE), native);
});

test("replaced functions look like those they replace", async () => {
	const looks = () =>
		Object.keys(strictFunctions()).map((name) => {
			const { length, name: own } = Reflect.get(Math, name) as () => number;
			return [own, length];
		});
	const expected = looks();
	assert.deepEqual(await withStrictMath(async () => looks()), expected);
	assert.equal(await withStrictMath(async () => Math.hypot(3, 4)), 5);
});

test("the switch holds everywhere until it is turned off", () => {
	setStrictMath(true);
	assert.equal(Math.tanh(ANGLE), strict);
	assert.ok(isStrict());
	setStrictMath(false);
	assert.equal(Math.tanh(ANGLE), native);
});

test("a seed says whether math is strict from then on", () => {
	seed(1, { strictMath: true });
	assert.equal(Math.tanh(ANGLE), strict);
	seed(1);
	assert.equal(Math.tanh(ANGLE), native);
	configureSession({ conditions: { strictMath: true } });
	assert.equal(Math.tanh(ANGLE), strict);
	seed(2);
	assert.equal(Math.tanh(ANGLE), strict);
	configureSession({});
	assert.equal(Math.tanh(ANGLE), native);
});

test("a run under strict math says so on record, whoever asked for it", async () => {
	const body = () => Math.tanh(ANGLE);
	const asked = await recordRun(body, { conditions: { strictMath: true } });
	assert.equal(asked.value, strict);
	assert.equal(asked.record.conditions?.strictMath, true);
	seed(42, { strictMath: true });
	const seeded = await recordRun(body);
	seed(42);
	assert.equal(seeded.value, strict);
	assert.equal(seeded.record.conditions?.strictMath, true);
	const plain = await recordRun(body);
	assert.equal(plain.value, native);
	assert.equal(plain.record.conditions?.strictMath, undefined);
	assert.equal(asked.record.identity, plain.record.identity);
});

const power = (a: unknown, b: unknown): unknown =>
	(Reflect.get(globalThis, POWER) as (a: unknown, b: unknown) => unknown)(a, b);
const box = (value: unknown) => ({ valueOf: () => value });

for (const isOn of [false, true])
	test(`the operator's call does what ** does, ${isOn ? "strict" : "plain"}`, () => {
		setStrictMath(isOn);
		try {
			for (const [a, b, expected] of [
				[2, 3, 8],
				[2n, 64n, 18446744073709551616n],
				["3", box(2), 9],
				[box(3n), 2n, 9n],
				[null, 0, 1],
				[2, -1, 0.5],
				[-0, -3, Number.NEGATIVE_INFINITY],
			])
				assert.ok(Object.is(power(a, b), expected), `${a} ** ${b}`);
			for (const [a, b] of [
				[undefined, 1],
				[1, Number.POSITIVE_INFINITY],
				[1, Number.NaN],
			])
				assert.ok(Number.isNaN(power(a, b)));
			for (const [a, b] of [
				[1n, 1],
				[2, 3n],
				[Symbol.iterator, 1],
			])
				assert.throws(() => power(a, b), TypeError);
			assert.throws(() => power(2n, -1n), RangeError);
		} finally {
			setStrictMath(false);
		}
	});

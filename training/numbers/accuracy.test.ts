import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { openDraw } from "./draw.ts";
import { overflowing, unaryFunctions } from "./elementwise/unary.ts";

/** How far apart 32-bit floats are at this size, and at the smallest that have all their digits. */
const unitAt = (value: number): number =>
	2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

const SMALLEST = 2 ** -126;
const MOST_UNITS = 6;

/** Of every size and sign, so that no digit hides behind a larger number. */
function everySize(name: string): Float32Array {
	const draw = openDraw(`accuracy ${name}`);
	return Float32Array.from({ length: 2000 }, (_, k) => {
		const size = 10 ** (k % 2 ? draw.number(-30, 30) : draw.number(-4, 3));
		return draw.chance() ? size : -size;
	});
}

for (const { name, of, gives = "float32" } of unaryFunctions) {
	if (gives !== "float32") continue;
	test(`${name} is right to the last digits for numbers of every size and sign`, () => {
		const x = everySize(name);
		const compute = (
			tf as unknown as Record<string, (x: tf.Tensor) => tf.Tensor>
		)[name] as (x: tf.Tensor) => tf.Tensor;
		const actual = tf.tidy(() => compute(tf.tensor1d(x)).dataSync());
		for (const [at, value] of x.entries()) {
			const expected = overflowing(of(value));
			const found = actual[at] as number;
			if (Object.is(found, expected) || found === expected) continue;
			// Numbers with fewer digits than others may be taken for 0.
			if (Math.abs(expected) < SMALLEST && Math.abs(found) < SMALLEST) continue;
			const units = Math.abs(found - expected) / unitAt(expected);
			assert.ok(
				units <= MOST_UNITS,
				`${name}(${value}) is ${expected}, not ${found}: ${units} units in the last place`,
			);
		}
	});
}

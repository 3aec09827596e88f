import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { openDraw } from "./draw.ts";
import type { Family } from "./family.ts";
import { forwardOf } from "./op-check.ts";

/** Declares a test that nothing of what an operation made is left in the backend. */
export function testLeaks({ ops, name }: Family): void {
	test(`${name} leave nothing behind in the memory of the backend`, () => {
		const leaking = ops.flatMap((op) =>
			(op.dtypes ?? ["float32"]).flatMap((dtype) => {
				const before = tf.backend().numDataIds();
				for (let k = 0; k < 5; k++) {
					const draw = openDraw(`${op.name} ${dtype} ${k}`);
					forwardOf(op, op.draw(draw, dtype));
				}
				const left = tf.backend().numDataIds() - before;
				return left === 0 ? [] : [`${op.name} of ${dtype}: ${left}`];
			}),
		);
		assert.deepEqual(leaking, []);
	});
}

import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { useBackend } from "../backend/backend.ts";
import * as tf from "../backend/tf.ts";
import { type Recording, record, type Unrecorded } from "./recording.ts";

before(() => useBackend("wasm"));

function recorded(step: () => unknown): Recording | Unrecorded {
	let found: Recording | Unrecorded | undefined;
	tf.tidy(() => {
		({ recorded: found } = record(tf.backend() as BackendWasm, () => {
			step();
		}));
	});
	return found as Recording | Unrecorded;
}

const x = tf.tensor2d([1, -2, 3, -4], [2, 2]);
const indices = tf.tensor1d([1, 0], "int32");

const refused: readonly [what: string, step: () => unknown, why: RegExp][] = [
	["reads values", () => x.add(1).dataSync(), /read in the midst/],
	["computes in JavaScript", () => tf.topk(x), /in JavaScript/],
	["reads indices", () => tf.gather(x, indices), /read in the midst/],
	[
		"goes on with what a kernel of TensorFlow.js computed",
		() => tf.erf(x).add(1),
		/the kernel Erf of TensorFlow.js/,
	],
	["makes variables", () => tf.variable(x), /makes variables/],
];

for (const [what, step, why] of refused)
	test(`a step that ${what} is not recorded, and computed`, () => {
		const found = recorded(step);
		assert.ok("problem" in found);
		assert.match(found.problem, why);
		// The backend is as it was.
		assert.deepEqual([...x.add(1).dataSync()], [2, -1, 4, -3]);
	});

test("a step that fails leaves the backend as it was", () => {
	assert.throws(
		() =>
			recorded(() => {
				throw new RangeError("of the step");
			}),
		RangeError,
	);
	assert.ok(!("problem" in recorded(() => x.add(1))));
	assert.deepEqual([...x.add(1).dataSync()], [2, -1, 4, -3]);
});

test("a recording has the kernels that were called, on values that tensors share", () => {
	const found = recorded(() => x.reshape([4]).clone().add(1).relu());
	assert.ok(!("problem" in found));
	assert.deepEqual(
		found.calls.map(({ name }) => name),
		["add", "clip"],
	);
	assert.deepEqual(found.calls[0]?.args[0], {
		values: found.valuesOf(x),
		offset: 0,
	});
});

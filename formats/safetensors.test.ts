import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../base/errors.ts";
import {
	decodeSafetensors,
	encodeSafetensors,
	type NamedTensors,
} from "./safetensors.ts";

const tensors: NamedTensors = {
	bytes: { values: Uint8Array.of(1, 2, 255), shape: [3] },
	weights: { values: Float32Array.of(0.1, -0, Number.NaN, 3), shape: [2, 2] },
	powers: { values: Float64Array.of(0.9 ** 7), shape: [1] },
	order: { values: Uint32Array.of(4_000_000_000, 0), shape: [2] },
	empty: { values: new Int32Array(), shape: [0, 3] },
};

test("tensors come back bit for bit, with their shapes and texts", () => {
	const file = encodeSafetensors(tensors, { note: "naïve" });
	const read = decodeSafetensors(file, "x");
	assert.deepEqual(read.metadata, { note: "naïve" });
	assert.deepEqual(
		Object.keys(read.tensors).sort(),
		Object.keys(tensors).sort(),
	);
	for (const [name, { values, shape }] of Object.entries(tensors)) {
		const back = read.tensors[name];
		assert.deepEqual(back?.shape, shape);
		assert.equal(back?.values.constructor, values.constructor);
		assert.deepEqual(
			Buffer.from(back?.values.slice().buffer ?? []),
			Buffer.from(values.slice().buffer),
		);
	}
});

test("the file is as safetensors says: a length, JSON, and values without gaps", () => {
	const file = encodeSafetensors(tensors, {});
	const view = new DataView(file.buffer);
	const length = Number(view.getBigUint64(0, true));
	const header = JSON.parse(Buffer.from(file.buffer, 8, length).toString());
	assert.equal(file[8], "{".charCodeAt(0));
	assert.deepEqual(header.weights.dtype, "F32");
	const offsets = Object.entries(header)
		.filter(([name]) => name !== "__metadata__")
		.map(
			([, entry]) => (entry as { data_offsets: [number, number] }).data_offsets,
		)
		.sort(([a], [b]) => a - b);
	let at = 0;
	for (const [from, to] of offsets) {
		assert.equal(from, at);
		at = to;
	}
	assert.equal(8 + length + at, file.length);
});

test("a damaged file is said to be damaged", () => {
	const file = encodeSafetensors(tensors, {});
	for (const bytes of [
		file.subarray(0, 5),
		file.subarray(0, 60),
		file.subarray(0, -1),
		Uint8Array.from(file).fill(0x7b, 8, 40),
	])
		assert.throws(() => decodeSafetensors(bytes, "x"), UsageError);
});

test("of a part of a larger buffer the part is kept, and a file may lie anywhere in one", () => {
	const whole = Float64Array.of(1, 2, 3, 4);
	const file = encodeSafetensors(
		{ part: { values: whole.subarray(1, 3), shape: [2] } },
		{},
	);
	const shifted = new Uint8Array(file.length + 3);
	shifted.set(file, 3);
	const { tensors: read } = decodeSafetensors(shifted.subarray(3), "x");
	assert.deepEqual([...(read.part?.values ?? [])], [2, 3]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, sha256 } from "../../base/canonical.ts";
import type { PictureEvent } from "../events.ts";
import { parsePicture, recordable, serializePicture } from "./picture-data.ts";

const confusion: PictureEvent = {
	type: "picture",
	kind: "confusion",
	name: "val",
	step: 2,
	data: {
		classes: ["a", "b"],
		matrix: [
			[1, 0],
			[2, 3],
		],
	},
};

function boundary(probability: number): PictureEvent {
	return {
		type: "picture",
		kind: "boundary",
		name: "b",
		data: {
			classes: ["a"],
			xDomain: [0, 1],
			yDomain: [0, 1],
			columns: 1,
			rows: 2,
			probabilities: Float32Array.of(probability, 1),
			points: [{ x: 0, y: 1, label: 0 }],
		},
	};
}

test("a picture's data is JSON, its floats exact", () => {
	const { text, digest } = serializePicture(boundary(0.1));
	const { boundary: read } = JSON.parse(text);
	const bytes = Buffer.from(read.probabilities.base64, "base64");
	assert.equal(read.probabilities.dtype, "float32");
	assert.equal(bytes.readFloatLE(0), Math.fround(0.1));
	assert.deepEqual(read.points, [{ label: 0, x: 0, y: 1 }]);
	assert.equal(digest, sha256(text.trimEnd()));
	const { kind, name, step, data } = confusion;
	assert.deepEqual(JSON.parse(serializePicture(confusion).text), {
		type: kind,
		name,
		step,
		confusion: data,
	});
});

test("the smallest change of a picture changes its digest", () => {
	const next = Math.fround(0.1) + 2 ** -27;
	assert.notEqual(
		serializePicture(boundary(0.1)).digest,
		serializePicture(boundary(next)).digest,
	);
	assert.equal(
		serializePicture(boundary(0.1)).digest,
		serializePicture(boundary(0.1)).digest,
	);
});

test("an embedding's positions are kept exactly", () => {
	const { text } = serializePicture({
		type: "picture",
		kind: "embedding",
		name: "e",
		data: {
			method: "pca",
			positions: Float32Array.of(1, Number.NaN),
			labels: ["x"],
			explained: [0.7, 0.2],
		},
	});
	const { positions } = JSON.parse(text).embedding;
	assert.equal(
		Buffer.from(positions.base64, "base64").toString("hex"),
		"0000803f0000c07f",
	);
});

test("a picture is read back from its record as it was shown", () => {
	const data = {
		floats: Float32Array.of(0.1, Number.NaN, -0),
		numbers: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 1e300, 5n],
		texts: ["@NaN", "@@-0", "@5n", "@", "a"],
		nested: { list: [{ floats: new Float32Array(0) }], none: null },
	};
	for (const event of [
		confusion,
		boundary(0.1),
		{ type: "picture", kind: "mine", name: "m", data } as const,
		{ type: "picture", kind: "mine", name: "m", step: -0, data } as const,
	])
		assert.deepEqual(parsePicture(serializePicture(event).text), event);
});

test("what is no picture is not read as one", () => {
	for (const text of ["null", "[]", "{}", '{"type":"a"}', '{"name":"a"}'])
		assert.throws(() => parsePicture(text), /no picture/);
});

test("whatever may be recorded of a picture can be cloned, and says the same", () => {
	class Point {
		readonly x = 1;
		draw() {}
	}
	const data = {
		map: new Map([["a", Float32Array.of(1)]]),
		set: new Set([1, 2]),
		bytes: Uint8Array.of(1, 2),
		date: new Date(0),
		point: new Point(),
		gone: undefined,
	};
	const clean = recordable(data);
	assert.deepEqual(structuredClone(clean), clean);
	assert.equal(canonicalJson(clean), canonicalJson(data));
	const cyclic: unknown[] = [];
	cyclic.push(cyclic);
	for (const refused of [() => 1, [Symbol("a")], cyclic, Promise.resolve()])
		assert.throws(() => recordable(refused), TypeError);
});

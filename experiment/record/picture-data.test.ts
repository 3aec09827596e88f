import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../base/canonical.ts";
import type { PictureEvent } from "./picture-data.ts";
import { serializePicture } from "./picture-data.ts";

const confusion: PictureEvent = {
	type: "confusion",
	name: "val",
	step: 2,
	confusion: {
		classes: ["a", "b"],
		matrix: [
			[1, 0],
			[2, 3],
		],
	},
};

function boundary(probability: number): PictureEvent {
	return {
		type: "boundary",
		name: "b",
		boundary: {
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
	assert.deepEqual(JSON.parse(serializePicture(confusion).text), confusion);
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
		type: "embedding",
		name: "e",
		embedding: {
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../experiment/random/stream.ts";
import { pca } from "./embedding.ts";

/** `count` vectors whose variance along fixed orthogonal directions falls from axis to axis. */
function cloud(count: number, spreads: number[]): Float32Array {
	const stream = openStream("embedding", "cloud");
	return Float32Array.from({ length: count * spreads.length }, (_, index) => {
		const spread = spreads[index % spreads.length] as number;
		return 5 + spread * (stream.next() + stream.next() - 1);
	});
}

const names = (count: number) => Array.from({ length: count }, () => "a");

test("the axes of an embedding are those of largest variance, largest first", () => {
	const vectors = cloud(2000, [1, 30, 2, 10]);
	const { positions, explained, method } = pca(vectors, 4, names(2000));
	assert.equal(method, "pca");
	const total = 1 + 900 + 4 + 100;
	assert.ok(Math.abs(explained[0] - 900 / total) < 0.01);
	assert.ok(Math.abs(explained[1] - 100 / total) < 0.01);
	// Nearly the second and the fourth coordinate, less the mean of 5.
	for (const i of [0, 700, 1999]) {
		assert.ok(
			Math.abs(
				(positions[2 * i] as number) - (vectors[4 * i + 1] as number) + 5,
			) < 1.5,
		);
		assert.ok(
			Math.abs(
				(positions[2 * i + 1] as number) - (vectors[4 * i + 3] as number) + 5,
			) < 1.5,
		);
	}
});

test("an embedding keeps the variance that the exact solution keeps", () => {
	// Variances of a rank-3 set: 4 points on each of three axes.
	const rows = [6, -6].map((v) => [v, 0, 0, 0, 0]);
	rows.push(...[4, -4].map((v) => [0, 0, v, 0, 0]));
	rows.push(...[2, -2].map((v) => [0, 0, 0, 0, v]));
	const { explained, positions } = pca(rows.flat(), 5, names(6));
	assert.ok(Math.abs(explained[0] - 36 / 56) < 1e-9);
	assert.ok(Math.abs(explained[1] - 16 / 56) < 1e-9);
	assert.ok(Math.abs((positions[0] as number) - 6) < 1e-4);
	assert.ok(Math.abs((positions[5] as number) - 4) < 1e-4);
});

test("equal vectors give equal bits, whatever Math.random does", () => {
	const vectors = cloud(
		300,
		Array.from({ length: 50 }, (_, i) => 1 + 1 / (i + 1)),
	);
	const first = pca(vectors, 50, names(300));
	const second = pca(vectors, 50, names(300));
	assert.deepEqual(first, second);
});

test("the sign is fixed: the largest weight of each axis is positive", () => {
	const vectors = [-3, 0.1, -1, 0, 4, -0.1];
	const { positions } = pca(vectors, 2, names(3));
	assert.ok((positions[0] as number) < 0 && (positions[4] as number) > 0);
});

test("vectors without a second direction lie on a line, equal ones on a point", () => {
	const line = pca([1, 2, 3], 1, names(3));
	assert.deepEqual([...line.positions], [-1, 0, 0, 0, 1, 0]);
	assert.deepEqual(line.explained, [1, 0]);
	const point = pca([7, 7, 7, 7], 2, names(2));
	assert.deepEqual([...point.positions], [0, 0, 0, 0]);
	assert.deepEqual(point.explained, [0, 0]);
});

test("lengths that do not fit and values that are not finite are refused", () => {
	assert.throws(() => pca([1, 2, 3], 2, names(2)), /needs 4 values, not 3/);
	assert.throws(() => pca([], 2, []), /at least one vector/);
	assert.throws(() => pca([1, Number.NaN], 2, names(1)), /finite/);
});

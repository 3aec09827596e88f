import { UsageError } from "../base/errors.ts";
import type { Embedding } from "../experiment/events.ts";

/** Directions followed at once: more than 2, so that the first two part quickly from the rest. */
const width = 8;
const maxIterations = 300;
const tolerance = 1e-10;

/** Numbers in [-1, 1) that only have to be the same everywhere and favour no axis. */
function fixedDirections(count: number, length: number): Float64Array[] {
	let state = 1;
	return Array.from({ length: count }, () =>
		Float64Array.from({ length }, () => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return state / 0x80000000 - 1;
		}),
	);
}

function dot(a: Float64Array, b: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
	return sum;
}

function scale(vector: Float64Array, factor: number): void {
	for (let i = 0; i < vector.length; i++)
		vector[i] = (vector[i] as number) * factor;
}

function subtract(a: Float64Array, b: Float64Array, factor: number): void {
	for (let i = 0; i < a.length; i++)
		a[i] = (a[i] as number) - (b[i] as number) * factor;
}

/** Makes the vectors orthonormal, in place; one that depends on those before it becomes zero. */
function orthonormalise(vectors: Float64Array[]): void {
	for (const [index, vector] of vectors.entries()) {
		const before = Math.sqrt(dot(vector, vector));
		// Twice is enough: the second pass removes what rounding left of the first.
		for (let pass = 0; pass < 2; pass++)
			for (const earlier of vectors.slice(0, index))
				subtract(vector, earlier, dot(vector, earlier));
		const norm = Math.sqrt(dot(vector, vector));
		if (norm > before * 1e-12) scale(vector, 1 / norm);
		else vector.fill(0);
	}
}

/** `rows · vector`, each row of `rows` one example. */
function project(
	rows: Float64Array,
	dimensions: number,
	vector: Float64Array,
): Float64Array {
	const out = new Float64Array(rows.length / dimensions);
	for (let i = 0, at = 0; i < out.length; i++) {
		let sum = 0;
		for (let j = 0; j < dimensions; j++)
			sum += (rows[at++] as number) * (vector[j] as number);
		out[i] = sum;
	}
	return out;
}

/** `rowsᵀ · weights`. */
function combine(
	rows: Float64Array,
	dimensions: number,
	weights: Float64Array,
): Float64Array {
	const out = new Float64Array(dimensions);
	for (let i = 0, at = 0; i < weights.length; i++) {
		const weight = weights[i] as number;
		for (let j = 0; j < dimensions; j++)
			out[j] = (out[j] as number) + (rows[at++] as number) * weight;
	}
	return out;
}

/** Rows with the mean row taken off, and the sum of all squares. */
function centre(values: ArrayLike<number>, count: number, dimensions: number) {
	const rows = Float64Array.from(values);
	const mean = combine(rows, dimensions, new Float64Array(count).fill(1));
	scale(mean, 1 / count);
	let total = 0;
	for (let at = 0; at < rows.length; at++) {
		const value = (rows[at] as number) - (mean[at % dimensions] as number);
		rows[at] = value;
		total += value * value;
	}
	return { rows, total };
}

/**
 * Rotates orthonormal directions among themselves so that the data's variance
 * along them is uncorrelated (Rayleigh–Ritz, by cyclic Jacobi rotations).
 * Returns them by falling variance.
 */
function principalAmong(
	directions: Float64Array[],
	images: Float64Array[],
): { direction: Float64Array; variance: number }[] {
	const vectors = [...directions];
	const shadows = [...images];
	for (let sweep = 0; sweep < 30; sweep++) {
		let rotated = false;
		for (let p = 0; p < vectors.length; p++)
			for (let q = p + 1; q < vectors.length; q++) {
				const a = shadows[p] as Float64Array;
				const b = shadows[q] as Float64Array;
				const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
				if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue;
				rotated = true;
				const ratio = (bb - aa) / (2 * ab);
				const tangent =
					(ratio < 0 ? -1 : 1) /
					(Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
				const cosine = 1 / Math.sqrt(1 + tangent * tangent);
				const sine = cosine * tangent;
				const turn = (x: Float64Array, y: Float64Array) => [
					x.map((value, i) => cosine * value - sine * (y[i] as number)),
					x.map((value, i) => sine * value + cosine * (y[i] as number)),
				];
				[shadows[p], shadows[q]] = turn(a, b) as [Float64Array, Float64Array];
				[vectors[p], vectors[q]] = turn(
					vectors[p] as Float64Array,
					vectors[q] as Float64Array,
				) as [Float64Array, Float64Array];
			}
		if (!rotated) break;
	}
	return vectors
		.map((direction, index) => {
			const shadow = shadows[index] as Float64Array;
			return { direction, variance: dot(shadow, shadow) };
		})
		.sort((a, b) => b.variance - a.variance);
}

/** Turns the axis so that its largest component is positive: PCA leaves the sign open. */
function fixSign(direction: Float64Array): void {
	let largest = 0;
	for (const value of direction)
		if (Math.abs(value) > Math.abs(largest)) largest = value;
	if (largest < 0) scale(direction, -1);
}

/**
 * Principal component analysis to the plane, by subspace iteration. It uses
 * no random numbers and only operations that IEEE 754 fixes, so equal vectors
 * give equal bits on every machine.
 *
 * @param vectors `[n, dimensions]`, row by row
 * @param labels class name per row
 * @throws UsageError if the lengths do not fit together, or a value is not finite
 */
export function pca(
	vectors: ArrayLike<number>,
	dimensions: number,
	labels: readonly string[],
): Embedding {
	const count = labels.length;
	if (count === 0 || vectors.length !== count * dimensions)
		throw new UsageError(
			`an embedding of ${count} labelled vectors of ${dimensions} dimensions needs ${count * dimensions} values${count === 0 ? " and at least one vector" : ""}, not ${vectors.length}`,
		);
	const { rows, total } = centre(vectors, count, dimensions);
	if (!Number.isFinite(total))
		throw new UsageError(
			"an embedding needs finite values, but some vector holds NaN or infinity; leave it out, or look where the training lost its numbers",
		);
	let directions = fixedDirections(
		Math.min(width, dimensions, count),
		dimensions,
	);
	orthonormalise(directions);
	let axes: { direction: Float64Array; variance: number }[] = [];
	let last = [0, 0];
	for (let iteration = 0; iteration < maxIterations; iteration++) {
		const images = directions.map((d) => project(rows, dimensions, d));
		axes = principalAmong(directions, images);
		const now = [axes[0]?.variance ?? 0, axes[1]?.variance ?? 0];
		const moved = now.some(
			(variance, axis) =>
				Math.abs(variance - (last[axis] as number)) > tolerance * total,
		);
		if (!moved) break;
		last = now;
		directions = axes.map(({ direction }) =>
			combine(rows, dimensions, project(rows, dimensions, direction)),
		);
		orthonormalise(directions);
	}
	const positions = new Float32Array(count * 2);
	const explained: [number, number] = [0, 0];
	for (const axis of [0, 1] as const) {
		const found = axes[axis];
		if (!found || total === 0) continue;
		fixSign(found.direction);
		explained[axis] = found.variance / total;
		const along = project(rows, dimensions, found.direction);
		for (let i = 0; i < count; i++)
			positions[2 * i + axis] = along[i] as number;
	}
	return { method: "pca", positions, labels, explained };
}

import {
	add,
	cast,
	div,
	equal,
	eye,
	greater,
	greaterEqual,
	lessEqual,
	type linalg,
	logicalAnd,
	matMul,
	minimum,
	mul,
	neg,
	onesLike,
	range,
	reshape,
	slice,
	square,
	stack,
	sub,
	sum,
	Tensor,
	type Tensor2D,
	tensor,
	tensor2d,
	unstack,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { root } from "./norm.ts";
import { tensorOf } from "./tensor-of.ts";

/** How many diagonals a band has on one side: all, where the count is negative. */
function diagonals(count: number | Tensor, size: number, side: string): Tensor {
	if (count instanceof Tensor) {
		if (count.dtype !== "int32" || count.size !== 1)
			throw new UsageError(
				`bandPart: ${side} is one whole number, and not ${count.dtype}[${count.shape}]; give tf.scalar(1, "int32")`,
			);
		const one = reshape(count, []);
		return where(greaterEqual(one, 0), minimum(one, size), size);
	}
	if (!Number.isInteger(count) || count > size)
		throw new UsageError(
			`bandPart: ${side} is a whole number of at most ${size}, the size of that side, and not ${count}`,
		);
	return tensor(count < 0 ? size : count, [], "int32");
}

/**
 * Keeps a band around the diagonal of each matrix, as `tf.linalg.bandPart` describes
 * it. That of tfjs-core computes matrix by matrix, and has no gradient where there is
 * but one.
 *
 * @throws UsageError where there is no matrix, or no such band
 */
export const bandPart: typeof linalg.bandPart = (a, numLower, numUpper) => {
	const given = tensorOf(a);
	if (given.rank < 2)
		throw new UsageError(
			`bandPart takes matrices, and a tensor of the shape [${given.shape}] is none`,
		);
	const [rows, columns] = given.shape.slice(-2) as [number, number];
	const lower = diagonals(numLower, rows, "numLower");
	const upper = diagonals(numUpper, columns, "numUpper");
	const below = sub(
		reshape(range(0, rows, 1, "int32"), [rows, 1]),
		range(0, columns, 1, "int32"),
	);
	const isIn = logicalAnd(
		lessEqual(below, lower),
		greaterEqual(below, neg(upper)),
	);
	return (
		given.dtype === "bool"
			? logicalAnd(isIn, given)
			: where(isIn, given, zerosLike(given))
	) as never;
};

/** 1 in the rows from `first` on, 0 above. */
const rowsFrom = (first: number, rows: number): Tensor =>
	tensor2d(
		Array.from({ length: rows }, (_, row) => Number(row >= first)),
		[rows, 1],
	);

/** Q and R of one matrix, by Householder's reflections. */
function qrOfMatrix(x: Tensor2D): [Tensor2D, Tensor2D] {
	const [rows, columns] = x.shape;
	let q: Tensor = eye(rows);
	let r: Tensor = x;
	for (let j = 0; j < Math.min(rows, columns); j++) {
		const column = mul(slice(r, [0, j], [rows, 1]), rowsFrom(j, rows));
		const corner = slice(r, [j, j], [1, 1]);
		const size = root(sum(square(column), 0, true));
		const isZero = equal(size, 0);
		/** There is nothing to reflect in a column of zeros. */
		const safe = (value: Tensor) => where(isZero, onesLike(value), value);
		const sign = where(greater(corner, 0), -1, 1);
		const pivot = sub(corner, mul(sign, size));
		const below = mul(div(column, safe(pivot)), rowsFrom(j + 1, rows));
		const w = add(below, sub(rowsFrom(j, rows), rowsFrom(j + 1, rows)));
		const tau = where(
			isZero,
			zerosLike(size),
			neg(div(mul(sign, pivot), safe(size))),
		);
		const scaled = mul(tau, w);
		r = sub(r, matMul(scaled, matMul(w, r, true)));
		q = sub(q, matMul(matMul(q, w), scaled, false, true));
	}
	// What the reflections make 0 is so but for rounding.
	return [q as Tensor2D, bandPart(r, 0, -1) as Tensor2D];
}

/**
 * The QR decomposition, as `tf.linalg.qr` describes it. That of tfjs-core gives NaN where
 * a column is 0, and throws for a batch of matrices that are not square.
 *
 * @throws UsageError where there is no matrix
 */
export const qr: typeof linalg.qr = (given, fullMatrices = false) => {
	if (given.rank < 2 || given.shape.includes(0))
		throw new UsageError(
			`qr takes matrices, and a tensor of the shape [${given.shape}] is none`,
		);
	const batch = given.shape.slice(0, -2);
	const [rows, columns] = given.shape.slice(-2) as [number, number];
	const x = reshape(cast(given, "float32"), [-1, rows, columns]);
	const inner = fullMatrices ? rows : Math.min(rows, columns);
	const pairs = unstack(x).map((matrix): [Tensor, Tensor] => {
		const [q, r] = qrOfMatrix(matrix as Tensor2D);
		return [
			slice(q, [0, 0], [rows, inner]),
			slice(r, [0, 0], [inner, columns]),
		];
	});
	return [0, 1].map((part) => {
		const all = stack(pairs.map((pair) => pair[part] as Tensor));
		return reshape(all, [...batch, ...all.shape.slice(1)]);
	}) as [Tensor, Tensor];
};

/**
 * Makes vectors orthogonal, and each 1 long, as `tf.linalg.gramSchmidt` describes it. That
 * of tfjs-core takes no whole numbers.
 *
 * @throws UsageError where the vectors have not one length, or are more than they have numbers
 */
export const gramSchmidt: typeof linalg.gramSchmidt = ((
	given: Tensor | Tensor[],
) => {
	const vectors = (
		given instanceof Tensor ? (given.rank === 2 ? unstack(given) : []) : given
	).map((x) => cast(x, "float32"));
	const length = vectors[0]?.size ?? 0;
	const fit = vectors.every((x) => x.rank === 1 && x.size === length);
	if (!fit || vectors.length === 0 || vectors.length > length)
		throw new UsageError(
			`gramSchmidt takes vectors of one length, as a list or the rows of a matrix, and at most as many as each has numbers; these have the shapes ${[given].flat().map(({ shape }) => `[${shape}]`)}`,
		);
	const found: Tensor[] = [];
	for (const vector of vectors) {
		let rest: Tensor = vector;
		for (const other of found)
			rest = sub(rest, mul(sum(mul(other, rest)), other));
		found.push(div(rest, root(sum(square(rest)))));
	}
	return given instanceof Tensor ? stack(found) : found;
}) as typeof linalg.gramSchmidt;

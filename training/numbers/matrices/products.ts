import * as tf from "../../backend/tf.ts";
import { type Array64, build, type NumberType, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import { broadcastAt, together } from "../elementwise/broadcast.ts";
import type { OpCheck } from "../op-check.ts";

const swapped = ([rows, columns]: number[]) => [columns, rows] as number[];

/** Two batches that broadcast to one, in either direction. */
function batches(draw: Draw): [number[], number[]] {
	const all = draw.shape(draw.int(0, 3), draw.pick([2, 3]));
	const some = (): number[] =>
		all
			.slice(draw.int(0, all.length))
			.map((size) => (draw.chance(0.3) ? 1 : size));
	return draw.chance() ? [all, some()] : [some(), all];
}

/** The product of two arrays, whose last two axes are matrices. */
export function product(
	a: Array64,
	b: Array64,
	transposeA: boolean,
	transposeB: boolean,
): Array64 {
	const [one, other] = [a.shape.slice(-2), b.shape.slice(-2)];
	const [rows, inner] = (transposeA ? swapped(one) : one) as [number, number];
	const columns = (transposeB ? other[0] : other[1]) as number;
	const batch = together(a.shape.slice(0, -2), b.shape.slice(0, -2));
	const at = (x: Array64, batchPlace: number[], r: number, c: number) =>
		broadcastAt(x, [...batchPlace, r, c]);
	return build(
		[...batch, rows, columns],
		(place) => {
			const own = place.slice(0, -2);
			const [r, c] = place.slice(-2) as [number, number];
			let sum = 0;
			for (let k = 0; k < inner; k++)
				sum +=
					(transposeA ? at(a, own, k, r) : at(a, own, r, k)) *
					(transposeB ? at(b, own, c, k) : at(b, own, k, c));
			return sum;
		},
		b.dtype,
	);
}

const size = (draw: Draw, most = 13) =>
	draw.pick([1, 1, 2, 3, 4, 5, 7, 8, 9, 13].filter((size) => size <= most));

/** Truth values are numbers where they meet floats. */
const withFloats = (dtype: NumberType): NumberType =>
	dtype === "bool" ? "float32" : dtype;

function drawMatrices(
	draw: Draw,
	dtype: NumberType,
	[first, second]: [number[], number[]],
) {
	const long = first.length + second.length > 2 ? 3 : 13;
	const [m, k, n] = [size(draw, long), size(draw, long), size(draw, long)];
	const attrs = { transposeA: draw.chance(), transposeB: draw.chance() };
	return {
		m,
		n,
		inputs: {
			a: draw.values([...first, ...(attrs.transposeA ? [k, m] : [m, k])], {
				dtype,
			}),
			b: draw.values([...second, ...(attrs.transposeB ? [n, k] : [k, n])], {
				dtype: withFloats(dtype),
			}),
		},
		attrs,
	};
}

/** An array of zeros. */
export const zeros = (...shape: number[]): Array64 => build(shape, () => 0);
const plain = { transposeA: false, transposeB: false };

const matMul: OpCheck = {
	name: "matMul",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const { inputs, attrs } = drawMatrices(draw, dtype, batches(draw));
		return { inputs, attrs };
	},
	compute: ({ a, b }, { transposeA, transposeB }) =>
		tf.matMul(a, b, transposeA, transposeB),
	reference: ({ a, b }, { transposeA, transposeB }) =>
		product(a as Array64, b as Array64, transposeA, transposeB),
	edges: [
		{
			what: "no inner axis",
			inputs: { a: zeros(2, 0), b: zeros(0, 3) },
			attrs: plain,
			gradients: { a: [], b: [] },
		},
		{
			what: "no rows",
			inputs: { a: zeros(0, 2), b: zeros(2, 3) },
			attrs: plain,
		},
		{
			what: "no batch",
			inputs: { a: zeros(0, 2, 2), b: zeros(2, 3) },
			attrs: plain,
		},
		{
			what: "NaN and infinity times 0",
			inputs: {
				a: {
					shape: [2, 2],
					values: [Number.NaN, 0, Number.POSITIVE_INFINITY, 1],
				},
				b: { shape: [2, 1], values: [0, 1] },
			},
			attrs: plain,
		},
	],
	refused: [
		{
			what: "a vector",
			inputs: { a: zeros(2), b: zeros(2, 3) },
			attrs: plain,
			says: /tf\.dot/,
		},
		{
			what: "other inner sizes",
			inputs: { a: zeros(2, 3), b: zeros(2, 3) },
			attrs: plain,
			says: /3 columns and the right 2 rows/,
		},
		{
			what: "batches that do not fit",
			inputs: { a: zeros(2, 3, 3), b: zeros(3, 3, 3) },
			attrs: plain,
			says: /neither is 1/,
		},
	],
};

const dot: OpCheck = {
	name: "dot",
	refused: [
		{
			what: "a batch of matrices",
			inputs: { a: zeros(1, 2, 2), b: zeros(2) },
			attrs: {},
			says: /tf\.matMul/,
		},
	],
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const k = size(draw);
		const one = draw.chance() ? [k] : [size(draw), k];
		const other = draw.chance() ? [k] : [k, size(draw)];
		return {
			inputs: {
				a: draw.values(one, { dtype }),
				b: draw.values(other, { dtype: withFloats(dtype) }),
			},
			attrs: {},
		};
	},
	compute: ({ a, b }) => tf.dot(a, b),
	reference: ({ a, b }) => {
		const [one, other] = [a as Array64, b as Array64];
		const [k] = other.shape as [number];
		const { values, dtype } = product(
			{ ...one, shape: [one.values.length / k, k] },
			{ ...other, shape: [k, other.values.length / k] },
			false,
			false,
		);
		return {
			shape: [...one.shape.slice(0, -1), ...other.shape.slice(1)],
			values,
			dtype,
		};
	},
};

const outerProduct: OpCheck = {
	name: "outerProduct",
	refused: [
		{
			what: "a matrix",
			inputs: { a: zeros(2, 2), b: zeros(2) },
			attrs: {},
			says: /two vectors/,
		},
	],
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({
		inputs: {
			a: draw.values([size(draw)], { dtype }),
			b: draw.values([size(draw)], { dtype: withFloats(dtype) }),
		},
		attrs: {},
	}),
	compute: ({ a, b }) => tf.outerProduct(a, b),
	reference: ({ a, b }) =>
		build(
			[...(a as Array64).shape, ...(b as Array64).shape],
			([r, c]) =>
				((a as Array64).values[r as number] as number) *
				((b as Array64).values[c as number] as number),
			b?.dtype,
		),
};

const ACTIVATIONS: Readonly<Record<string, (x: number, by: number) => number>> =
	{
		linear: (x) => x,
		relu: (x) => Math.max(0, x),
		relu6: (x) => Math.min(6, Math.max(0, x)),
		elu: (x) => (x >= 0 ? x : Math.expm1(x)),
		prelu: (x, by) => (x >= 0 ? x : by * x),
		sigmoid: (x) => 1 / (1 + Math.exp(-x)),
		leakyrelu: (x, by) => (x >= 0 ? x : by * x),
	};

/** Multiples of a half, so that sums of products are far from the kinks of activations, once a bias of other numbers is added. */
const onGrid = (x: Array64, beside = 0): Array64 => ({
	...x,
	values: Array.from(x.values, (value) => Math.round(value * 2) / 2 + beside),
});

const fusedMatMul: OpCheck = {
	name: "fused.matMul",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const [first, second] = batches(draw);
		const { m, n, inputs, attrs } = drawMatrices(draw, dtype, [first, second]);
		const out = [...together(first, second), m, n];
		const activation = draw.pick(Object.keys(ACTIVATIONS));
		const hasKink = /r?elu/.test(activation);
		const small = (): number[] =>
			out
				.slice(draw.pick([0, out.length - 2, out.length - 1, out.length]))
				.map((length) => (draw.chance(0.2) ? 1 : length));
		return {
			inputs: {
				// Small, since what bends much is compared with differences.
				a: {
					...inputs.a,
					values: Array.from(onGrid(inputs.a).values, (value) =>
						dtype === "int32" ? Math.sign(value) : value,
					),
				},
				b: { ...onGrid(inputs.b), dtype: "float32" },
				...(draw.chance(0.7) || hasKink
					? { bias: onGrid(draw.values(small()), 0.125) }
					: {}),
				...(activation === "prelu" ? { slopes: draw.values(small()) } : {}),
			},
			attrs: {
				...attrs,
				activation,
				...(activation === "leakyrelu" && draw.chance()
					? { leakyreluAlpha: draw.pick([0.01, 0.5]) }
					: {}),
			},
		};
	},
	compute: ({ a, b, bias, slopes }, attrs) =>
		tf.fused.matMul({
			a,
			b,
			bias,
			preluActivationWeights: slopes,
			...attrs,
		} as Parameters<typeof tf.fused.matMul>[0]),
	reference: ({ a, b, bias, slopes }, attrs) => {
		const sum = product(
			a as Array64,
			b as Array64,
			attrs.transposeA,
			attrs.transposeB,
		);
		const activate = ACTIVATIONS[attrs.activation] as (
			x: number,
			by: number,
		) => number;
		return build(sum.shape, (place) =>
			activate(
				valueAt(sum, place) + (bias ? broadcastAt(bias, place) : 0),
				slopes ? broadcastAt(slopes, place) : (attrs.leakyreluAlpha ?? 0.2),
			),
		);
	},
};

export const products: readonly OpCheck[] = [
	matMul,
	dot,
	outerProduct,
	fusedMatMul,
];

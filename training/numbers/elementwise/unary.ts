import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { Edge, OpCheck } from "../op-check.ts";

/** A function of one number. */
export interface UnaryFunction {
	readonly name: string;
	/** In float64. */
	readonly of: (x: number) => number;
	/** Where it is defined, and where its differences can be trusted. */
	readonly from: number;
	readonly to: number;
	/** Where it has no slope. */
	readonly kinks?: readonly number[];
	/** What tfjs takes: all three types, where nothing is said. */
	readonly dtypes?: readonly NumberType[];
	/** Type of the result: a float, or that of the input. */
	readonly gives?: "float32" | "bool" | "same";
	/** Numbers with the gradient at them, by hand or from PyTorch. */
	readonly at?: readonly (readonly [x: number, slope: number])[];
}

const REAL: readonly NumberType[] = ["float32", "int32", "bool"];
const FLOATS: readonly NumberType[] = ["float32"];
const NUMBERS: readonly NumberType[] = ["float32", "int32"];

/** erf x by its series, and by its continued fraction further out (Abramowitz and Stegun 7.1.5, 7.1.14). */
function erf(x: number): number {
	const size = Math.abs(x);
	if (!(size <= 6)) return Math.sign(x);
	if (size < 3) {
		let [sum, term] = [0, x];
		for (let n = 0; n < 100; n++) {
			sum += term / (2 * n + 1);
			term *= (-x * x) / (n + 1);
		}
		return (2 / Math.sqrt(Math.PI)) * sum;
	}
	let fraction = 0;
	for (let k = 200; k > 0; k--) fraction = k / 2 / (size + fraction);
	const rest = Math.exp(-x * x) / Math.sqrt(Math.PI) / (size + fraction);
	return Math.sign(x) * (1 - rest);
}

/** To the nearest whole number, and to the even one of two. */
function roundToEven(x: number): number {
	const below = Math.floor(x);
	const over = x - below;
	if (over === 0.5) return below % 2 === 0 ? below : below + 1;
	return over < 0.5 ? below : below + 1;
}

const softplus = (x: number) =>
	Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** Max and min of tfjs's functions keep NaN, as those of Math do. */
export const unaryFunctions: readonly UnaryFunction[] = [
	{
		name: "abs",
		of: Math.abs,
		from: -3,
		to: 3,
		kinks: [0],
		dtypes: NUMBERS,
		gives: "same",
		at: [[0, 0]],
	},
	{ name: "acos", of: Math.acos, from: -0.8, to: 0.8 },
	{ name: "acosh", of: Math.acosh, from: 1.2, to: 9 },
	{ name: "asin", of: Math.asin, from: -0.8, to: 0.8 },
	{ name: "asinh", of: Math.asinh, from: -9, to: 9 },
	{ name: "atan", of: Math.atan, from: -9, to: 9 },
	{ name: "atanh", of: Math.atanh, from: -0.7, to: 0.7 },
	{
		name: "ceil",
		of: Math.ceil,
		from: -3,
		to: 3,
		kinks: [-3, -2, -1, 0, 1, 2, 3],
		dtypes: FLOATS,
	},
	{ name: "cos", of: Math.cos, from: -9, to: 9, dtypes: FLOATS },
	{ name: "cosh", of: Math.cosh, from: -4, to: 4, dtypes: FLOATS },
	{
		name: "elu",
		of: (x) => (x > 0 ? x : Math.expm1(x)),
		from: -4,
		to: 4,
		kinks: [0],
		dtypes: FLOATS,
		at: [[0, 1]],
	},
	{ name: "erf", of: erf, from: -4, to: 4, dtypes: NUMBERS },
	{ name: "exp", of: Math.exp, from: -4, to: 4 },
	{ name: "expm1", of: Math.expm1, from: -4, to: 4 },
	{
		name: "floor",
		of: Math.floor,
		from: -3,
		to: 3,
		kinks: [-3, -2, -1, 0, 1, 2, 3],
		dtypes: FLOATS,
	},
	{ name: "log", of: Math.log, from: 0.3, to: 9, dtypes: FLOATS },
	{ name: "log1p", of: Math.log1p, from: -0.7, to: 9 },
	{ name: "logSigmoid", of: (x) => -softplus(-x), from: -9, to: 9 },
	{
		name: "neg",
		of: (x) => -x,
		from: -3,
		to: 3,
		dtypes: NUMBERS,
		gives: "same",
	},
	{ name: "reciprocal", of: (x) => 1 / x, from: 0.3, to: 4 },
	{
		name: "relu",
		of: (x) => Math.max(x, 0),
		from: -3,
		to: 3,
		kinks: [0],
		dtypes: NUMBERS,
		gives: "same",
		at: [[0, 0]],
	},
	{
		name: "relu6",
		of: (x) => Math.min(6, Math.max(0, x)),
		from: -3,
		to: 9,
		kinks: [0, 6],
		dtypes: NUMBERS,
		gives: "same",
		at: [
			[0, 0],
			[6, 0],
		],
	},
	{
		name: "round",
		of: roundToEven,
		from: -3,
		to: 3,
		kinks: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5],
		dtypes: NUMBERS,
		gives: "same",
	},
	{
		name: "rsqrt",
		of: (x) => 1 / Math.sqrt(x),
		from: 0.3,
		to: 9,
		dtypes: FLOATS,
	},
	{
		name: "selu",
		of: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
		from: -4,
		to: 4,
		kinks: [0],
		at: [[0, SELU_SCALE * SELU_ALPHA]],
	},
	{
		name: "sigmoid",
		of: (x) => 1 / (1 + Math.exp(-x)),
		from: -5,
		to: 5,
		dtypes: FLOATS,
	},
	{
		name: "sign",
		of: Math.sign,
		from: -3,
		to: 3,
		kinks: [0],
		dtypes: NUMBERS,
		gives: "same",
		at: [[0, 0]],
	},
	{ name: "sin", of: Math.sin, from: -9, to: 9, dtypes: FLOATS },
	{ name: "sinh", of: Math.sinh, from: -4, to: 4 },
	{ name: "softplus", of: softplus, from: -9, to: 9 },
	{
		name: "sqrt",
		of: Math.sqrt,
		from: 0.3,
		to: 9,
		dtypes: FLOATS,
		at: [[0, Number.POSITIVE_INFINITY]],
	},
	{
		name: "square",
		of: (x) => x * x,
		from: -3,
		to: 3,
		dtypes: NUMBERS,
		gives: "same",
	},
	{ name: "tan", of: Math.tan, from: -1.2, to: 1.2, dtypes: FLOATS },
	{ name: "tanh", of: Math.tanh, from: -4, to: 4, dtypes: FLOATS },
	{
		name: "isFinite",
		of: (x) => Number(Number.isFinite(x)),
		from: -3,
		to: 3,
		gives: "bool",
	},
	{
		name: "isInf",
		of: (x) => Number(Math.abs(x) === Number.POSITIVE_INFINITY),
		from: -3,
		to: 3,
		gives: "bool",
	},
	{
		name: "isNaN",
		of: (x) => Number(Number.isNaN(x)),
		from: -3,
		to: 3,
		gives: "bool",
	},
	{
		name: "onesLike",
		of: () => 1,
		from: -3,
		to: 3,
		dtypes: REAL,
		gives: "same",
	},
	{
		name: "zerosLike",
		of: () => 0,
		from: -3,
		to: 3,
		dtypes: REAL,
		gives: "same",
	},
];

/** Floats between bounds, at some distance from each kink; whole numbers of the same interval. */
export function valuesBeside(
	draw: Draw,
	shape: readonly number[],
	dtype: NumberType,
	from: number,
	to: number,
	kinks: readonly number[] = [],
): Array64 {
	if (dtype === "int32")
		return draw.values(shape, {
			from: Math.ceil(from),
			to: Math.floor(to),
			dtype,
		});
	const { values } = draw.values(shape, { from, to, dtype });
	const moved = Array.from(values, (value) => {
		const kink = kinks.find((at) => Math.abs(value - at) < 0.05);
		return kink === undefined
			? value
			: Math.fround(kink + (value < kink ? -0.05 : 0.05));
	});
	return array(shape, dtype === "bool" ? values : moved, dtype);
}

/** Shapes of every rank, some with an axis of 1, some with nothing in them. */
export function anyShape(draw: Draw): number[] {
	const shape = draw.shape(draw.int(0, 6), 3);
	if (shape.length > 0 && draw.chance(0.1))
		shape[draw.int(0, shape.length - 1)] = 0;
	return shape;
}

type Operation = (x: tf.Tensor) => tf.Tensor;

const EXTREMES = [
	0,
	1e-30,
	-1e-30,
	1e-6,
	-1e-6,
	0.5,
	-0.5,
	1.5,
	-1.5,
	2.5,
	1e4,
	-1e4,
	1e30,
	-1e30,
	Number.POSITIVE_INFINITY,
	Number.NEGATIVE_INFINITY,
	Number.NaN,
].map(Math.fround);

const INTEGERS = [
	0, 1, -1, 7, -7, 16777217, -16777219, 2147483647, -2147483647,
];

/** One at a time: a tolerance counts from the largest number of an example. */
function edgesOf({ name, dtypes = REAL, at = [] }: UnaryFunction): Edge[] {
	const one = (x: number, dtype: NumberType): Edge => ({
		what: `at ${x} of ${dtype}`,
		inputs: { x: array([1], [x], dtype) },
		attrs: {},
	});
	// Modulo 2^32: known to machines, and not to the reference.
	const wraps = (x: number) => name === "square" && Math.abs(x) > 2 ** 15;
	return [
		...EXTREMES.map((x) => one(x, "float32")),
		{
			what: "of NaN with either sign, at once and one by one",
			inputs: { x: array([7], new Array(7).fill(Number.NaN)) },
			attrs: {},
		},
		...(dtypes.includes("int32") ? INTEGERS : [])
			.filter((x) => !wraps(x))
			.map((x) => one(x, "int32")),
		...at.map(([x, slope]) => ({
			...one(x, "float32"),
			gradients: { x: [slope] },
		})),
	];
}

/** Beyond the largest 32-bit float is infinity. */
export const overflowing = (value: number): number =>
	Number.isFinite(Math.fround(value)) ? value : Math.fround(value);

const checkOf = (given: UnaryFunction): OpCheck => {
	const { name, of, from, to, kinks, dtypes = REAL, gives = "float32" } = given;
	const typeOf = (dtype: NumberType | undefined): NumberType =>
		gives === "same" ? (dtype ?? "float32") : gives;
	const compute = (tf as unknown as Record<string, Operation>)[
		name
	] as Operation;
	return {
		name,
		dtypes,
		draw: (draw, dtype) => ({
			inputs: {
				x: valuesBeside(draw, anyShape(draw), dtype, from, to, kinks),
			},
			attrs: {},
		}),
		compute: ({ x }) => compute(x),
		reference: ({ x }) => {
			const { shape, values, dtype } = x as Array64;
			const type = typeOf(dtype);
			return array(
				shape,
				Array.from(values, (x) => overflowing(of(x))),
				type,
			);
		},
		edges: edgesOf(given),
	};
};

/** Functions of one tensor, number by number, without other arguments. */
export const unaryOps: readonly OpCheck[] = unaryFunctions.map(checkOf);

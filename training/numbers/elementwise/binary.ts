import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { Edge, OpCheck } from "../op-check.ts";
import { broadcast, narrowed } from "./broadcast.ts";
import { anyShape, overflowing } from "./unary.ts";

/** A function of two numbers. */
interface BinaryFunction {
	readonly name: string;
	/** In float64; of whole numbers where `dtype` is theirs. */
	readonly of: (a: number, b: number, dtype: NumberType) => number;
	readonly dtypes: readonly NumberType[];
	/** Type of the result, where it is not that of the operands. */
	readonly gives?: (dtype: NumberType) => NumberType;
	/** Draws either operand; numbers of both signs around 0, where nothing is said. */
	readonly a?: Values;
	readonly b?: Values;
	readonly edges?: readonly Pair[];
	readonly gradients?: readonly string[];
	readonly refused?: readonly {
		readonly what: string;
		readonly a: readonly number[];
		readonly b: readonly number[];
		readonly dtype: NumberType;
		readonly says: RegExp;
	}[];
}

/** Two numbers, and the gradient of either. */
type Pair = readonly [
	a: number,
	b: number,
	slopes?: { readonly a?: number; readonly b?: number },
	dtype?: NumberType,
];

type Values = (
	draw: Draw,
	shape: readonly number[],
	dtype: NumberType,
) => Array64;

const NUMBERS: readonly NumberType[] = ["float32", "int32"];
const ALL: readonly NumberType[] = ["float32", "int32", "bool"];

const any: Values = (draw, shape, dtype) => draw.values(shape, { dtype });

/** No number of one is close to one of the other. */
const apart =
	(by: number): Values =>
	(draw, shape, dtype) => {
		if (dtype !== "float32") return any(draw, shape, dtype);
		const { values } = draw.distinct(shape, 0.25);
		return array(
			shape,
			Array.from(values, (value) => Math.fround(value + by)),
		);
	};

/** Numbers of both signs near these sizes, none of them 0. */
const sized =
	(least: number, most: number): Values =>
	(draw, shape, dtype) => {
		const from = dtype === "int32" ? Math.ceil(least) : least;
		const { values } = draw.values(shape, { from, to: most, dtype });
		const signed = (value: number) =>
			dtype === "bool" || draw.chance() ? value : -value;
		return array(shape, Array.from(values, signed), dtype);
	};

/** Far from every whole number, so that a divisor near 1 crosses no step. */
const betweenSteps: Values = (draw, shape, dtype) => {
	if (dtype !== "float32")
		return draw.values(shape, { from: -9, to: 9, dtype });
	const { values } = draw.values(shape, { from: 0.3, to: 0.7 });
	return array(
		shape,
		Array.from(values, (value) => Math.fround(value + draw.int(-3, 3))),
	);
};

const nearOne: Values = (draw, shape, dtype) =>
	dtype === "float32"
		? sized(1, 1.02)(draw, shape, dtype)
		: sized(1, 4)(draw, shape, dtype);

const INT = "int32";
const { POSITIVE_INFINITY: INFINITY, NaN: NAN } = Number;

const floorMod = (a: number, b: number) => {
	const rest = a % b;
	return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

/** As C and PyTorch have it; that of JavaScript is NaN where both cannot matter. */
const power = (a: number, b: number) =>
	a === 1 || (a === -1 && Math.abs(b) === INFINITY) ? 1 : a ** b;

/** Modulo 2^32. */
const wrapped = (value: number, dtype: NumberType) =>
	dtype === INT ? value | 0 : value;

const truth = (dtype: NumberType, value: number) =>
	dtype === "bool" ? Number(value !== 0) : value;

const comparison = (
	name: string,
	of: (a: number, b: number) => boolean,
): BinaryFunction => ({
	name,
	of: (a, b) => Number(of(a, b)),
	dtypes: ALL,
	gives: () => "bool",
	edges: [
		[1, 1],
		[NAN, NAN],
		[NAN, 1],
		[1, NAN],
		[INFINITY, INFINITY],
		[-INFINITY, 1],
		[-0, 0],
		[16777217, 16777216, {}, INT],
		[-2147483648, 2147483647, {}, INT],
	],
});

const logical = (
	name: string,
	of: (a: number, b: number) => number,
): BinaryFunction => ({ name, of, dtypes: ["bool"] });

const byZero = [
	{
		what: "of whole numbers by 0",
		a: [5, 1],
		b: [1, 0],
		dtype: "int32" as const,
		says: /divided by 0.*toFloat/s,
	},
];

const binaryFunctions: readonly BinaryFunction[] = [
	{
		name: "add",
		of: (a, b, dtype) => truth(dtype, wrapped(a + b, dtype)),
		dtypes: ALL,
		edges: [
			[2147483647, 1, {}, INT],
			[16777217, 16777217, {}, INT],
			[INFINITY, -INFINITY],
			[1e30, -1e30, { a: 1, b: 1 }],
		],
	},
	{
		name: "sub",
		of: (a, b, dtype) => wrapped(a - b, dtype),
		dtypes: NUMBERS,
		edges: [
			[-2147483648, 1, {}, INT],
			[16777217, -2, {}, INT],
			[INFINITY, INFINITY],
		],
	},
	{
		name: "mul",
		of: (a, b, dtype) => (dtype === INT ? Math.imul(a, b) : a * b),
		dtypes: ALL,
		edges: [
			[65537, 65537, {}, INT],
			[16777217, -3, {}, INT],
			[0, INFINITY],
		],
	},
	{
		name: "div",
		of: (a, b, dtype) => (dtype === INT ? Math.floor(a / b) : a / b),
		dtypes: ALL,
		gives: (dtype) => (dtype === "bool" ? "float32" : dtype),
		b: sized(0.5, 2),
		edges: [
			[1, 0],
			[-1, 0],
			[0, 0],
			[1e30, 1e30, { a: 1e-30, b: -1e-30 }],
			[-7, 2, {}, INT],
			[7, -2, {}, INT],
			[-2147483647, -1, {}, INT],
		],
		refused: byZero,
	},
	{
		name: "divNoNan",
		of: (a, b, dtype) =>
			b === 0 ? 0 : dtype === INT ? Math.floor(a / b) : a / b,
		dtypes: ALL,
		gives: (dtype) => (dtype === "bool" ? "float32" : dtype),
		b: sized(0.5, 2),
		edges: [
			[3, 0, { a: 0, b: 0 }],
			[0, 0, { a: 0, b: 0 }],
			[5, 0, {}, INT],
			[-5, 2, {}, INT],
			[1, 2, { a: 0.5, b: -0.25 }],
		],
	},
	{
		name: "floorDiv",
		of: (a, b) => Math.floor(a / b),
		dtypes: NUMBERS,
		a: betweenSteps,
		b: nearOne,
		edges: [
			[0.3, 0.1].map(Math.fround) as unknown as Pair,
			[-7.5, 2],
			[7, -2],
			[1, 0],
			[0, 0],
			[-7, 2, {}, INT],
			[7, -2, {}, INT],
			[-8, 2, {}, INT],
			[2147483647, -1, {}, INT],
		],
		refused: byZero,
	},
	{
		name: "mod",
		of: floorMod,
		dtypes: NUMBERS,
		a: betweenSteps,
		b: nearOne,
		edges: [
			[-7.5, 2],
			[7.5, -2],
			[1e30, 7].map(Math.fround) as unknown as Pair,
			[-1e-7, 2].map(Math.fround) as unknown as Pair,
			[1, 0],
			[1, INFINITY],
			[-1, INFINITY],
			[INFINITY, 2],
			[NAN, 2],
			[-7, 3, {}, INT],
			[7, -3, {}, INT],
			[-2147483648, -1, {}, INT],
			[2147483647, 16777217, {}, INT],
		],
		refused: byZero,
	},
	{
		name: "pow",
		of: (a, b, dtype) => wrapped(power(a, b), dtype),
		dtypes: NUMBERS,
		a: (draw, shape, dtype) =>
			draw.values(shape, dtype === INT ? { dtype } : { from: 0.4, to: 2 }),
		b: (draw, shape, dtype) =>
			draw.values(shape, dtype === INT ? { from: 0, to: 5, dtype } : {}),
		edges: [
			[0, 0, { a: 0, b: 0 }],
			[0, 1, { a: 1, b: 0 }],
			[0, 2, { a: 0, b: 0 }],
			[0, 0.5, { a: INFINITY, b: 0 }],
			[0, -1, { a: -INFINITY, b: -INFINITY }],
			[-2, 2, { a: -4, b: NAN }],
			[-2, 3, { a: 12, b: NAN }],
			[-2, -1, { a: -0.25 }],
			[-2, 0, { a: 0 }],
			[-2, 0.5, { a: NAN, b: NAN }],
			[3, 0, { a: 0, b: Math.log(3) }],
			[INFINITY, 0, { a: 0 }],
			[1, NAN],
			[NAN, 0],
			[2, 200],
			[2, -200],
			[3, 19, {}, INT],
			[-3, 3, {}, INT],
			[46341, 1, {}, INT],
			[0, 0, {}, INT],
			[2, 31, {}, INT],
		],
		refused: [
			{
				what: "a negative power of whole numbers",
				a: [2],
				b: [-1],
				dtype: "int32",
				says: /power below 0.*toFloat/s,
			},
		],
	},
	{
		name: "atan2",
		of: (a, b) => Math.atan2(a, b),
		dtypes: ALL,
		gives: () => "float32",
		a: sized(0.5, 2),
		b: sized(0.5, 2),
		edges: [
			[0, -1],
			[-0, -1],
			[0, 1],
			[1, 0, { a: 0, b: -1 }],
			[INFINITY, INFINITY],
			[INFINITY, -INFINITY],
			[1, NAN],
			[1e-30, 1e-30].map(Math.fround) as unknown as Pair,
		],
	},
	{
		name: "maximum",
		of: (a, b) => Math.max(a, b),
		dtypes: ALL,
		gives: (dtype) => (dtype === "bool" ? INT : dtype),
		a: apart(0),
		b: apart(0.0625),
		edges: [
			[2, 2, { a: 0.5, b: 0.5 }],
			[2, 1, { a: 1, b: 0 }],
			[NAN, 1],
			[1, NAN],
			[-INFINITY, -1, { a: 0, b: 1 }],
			[16777217, 16777216, {}, INT],
		],
	},
	{
		name: "minimum",
		of: (a, b) => Math.min(a, b),
		dtypes: ALL,
		gives: (dtype) => (dtype === "bool" ? INT : dtype),
		a: apart(0),
		b: apart(0.0625),
		edges: [
			[2, 2, { a: 0.5, b: 0.5 }],
			[2, 1, { a: 0, b: 1 }],
			[NAN, 1],
			[1, NAN],
			[INFINITY, 1, { a: 0, b: 1 }],
			[-16777217, -16777216, {}, INT],
		],
	},
	{
		name: "squaredDifference",
		of: (a, b, dtype) =>
			dtype === INT ? Math.imul(a - b, a - b) : (a - b) ** 2,
		dtypes: NUMBERS,
		edges: [
			[2, 2, { a: 0, b: 0 }],
			[70000, 1, {}, INT],
			[INFINITY, 1],
			[1, NAN],
		],
	},
	comparison("equal", (a, b) => a === b),
	comparison("notEqual", (a, b) => a !== b),
	comparison("greater", (a, b) => a > b),
	comparison("greaterEqual", (a, b) => a >= b),
	comparison("less", (a, b) => a < b),
	comparison("lessEqual", (a, b) => a <= b),
	logical("logicalAnd", (a, b) => a & b),
	logical("logicalOr", (a, b) => a | b),
	logical("logicalXor", (a, b) => a ^ b),
];

/** Shapes that broadcast to one, each in its own way. */
function twoShapes(draw: Draw): [number[], number[]] {
	const shape = anyShape(draw);
	return [narrowed(draw, shape), narrowed(draw, shape)];
}

type Operation = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function checkOf(given: BinaryFunction): OpCheck {
	const { name, of, dtypes, gives = (dtype) => dtype } = given;
	const compute = (tf as unknown as Record<string, Operation>)[
		name
	] as Operation;
	const edge = ([a, b, slopes = {}, dtype = "float32"]: Pair): Edge => ({
		what: `at ${a} and ${b} of ${dtype}`,
		inputs: { a: array([1], [a], dtype), b: array([], [b], dtype) },
		attrs: {},
		gradients: Object.fromEntries(
			Object.entries(slopes).map(([name, slope]) => [name, [slope]]),
		),
	});
	return {
		name,
		dtypes,
		draw(draw, dtype) {
			const [one, other] = twoShapes(draw);
			return {
				inputs: {
					a: (given.a ?? any)(draw, one, dtype),
					b: (given.b ?? any)(draw, other, dtype),
				},
				attrs: {},
			};
		},
		// Both of one type: of two, the wider one is computed with.
		compute: ({ a, b }) => compute(a, tf.cast(b, a.dtype)),
		reference: ({ a, b }) => {
			const dtype = a?.dtype ?? "float32";
			return broadcast(
				[a as Array64, b as Array64],
				(one, other) => overflowing(of(one as number, other as number, dtype)),
				gives(dtype),
			);
		},
		edges: (given.edges ?? []).map(edge),
		refused: (given.refused ?? []).map(({ what, a, b, dtype, says }) => ({
			what,
			inputs: {
				a: array([a.length], a, dtype),
				b: array([b.length], b, dtype),
			},
			attrs: {},
			says,
		})),
	};
}

/** Functions of two tensors, number by number, either of which may be broadcast. */
export const binaryOps: readonly OpCheck[] = [
	...binaryFunctions.map(checkOf),
	{
		name: "bitwiseAnd",
		dtypes: ["int32"],
		draw(draw, dtype) {
			const shape = anyShape(draw);
			return {
				inputs: {
					a: draw.values(shape, { from: -99, to: 99, dtype }),
					b: draw.values(shape, { from: -99, to: 99, dtype }),
				},
				attrs: {},
			};
		},
		compute: ({ a, b }) => tf.bitwiseAnd(a, b),
		reference: ({ a, b }) =>
			broadcast(
				[a as Array64, b as Array64],
				(one, other) => (one as number) & (other as number),
				INT,
			),
		refused: [
			{
				what: "of two shapes",
				inputs: { a: array([2], [1, 2], INT), b: array([1], [1], INT) },
				attrs: {},
				says: /broadcastTo/,
			},
		],
	},
];

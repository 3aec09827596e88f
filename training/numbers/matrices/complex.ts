import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	arrayOf,
	build,
	type NumberType,
	valueAt,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import { broadcastAt, together } from "../elementwise/broadcast.ts";
import type { OpCheck } from "../op-check.ts";

/** Checks see real tensors alone: complex ones are made from, and shown as, their parts. */
export const partsOf = (z: tf.Tensor): tf.Tensor[] => [tf.real(z), tf.imag(z)];

type Complex = readonly [real: number, imag: number];
type Pairs = Readonly<Record<string, Array64>>;

const at = (
	real: Array64,
	imag: Array64,
	place: readonly number[],
): Complex => [valueAt(real, place), valueAt(imag, place)];

/** Both parts of an array, from the complex number at each place. */
export const buildParts = (
	shape: readonly number[],
	number: (place: readonly number[]) => Complex,
): [Array64, Array64] => [
	build(shape, (place) => number(place)[0]),
	build(shape, (place) => number(place)[1]),
];

function one(
	draw: Draw,
	dtype: NumberType,
	shape = draw.shape(draw.int(0, 4), 3),
) {
	return { real: draw.values(shape, { dtype }), imag: draw.values(shape) };
}

/** A check of what `compute` makes of one complex tensor, place by place. */
const unary = (
	name: string,
	compute: (z: tf.Tensor) => tf.Tensor,
	reference: (real: number, imag: number) => Complex,
): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({ inputs: one(draw, dtype), attrs: {} }),
	compute: ({ real, imag }) => partsOf(compute(tf.complex(real, imag))),
	reference: ({ real, imag }) =>
		buildParts((real as Array64).shape, (place) =>
			reference(...at(real as Array64, imag as Array64, place)),
		),
});

/** A check of two that broadcast. */
const binary = (
	name: string,
	compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
	reference: (a: Complex, b: Complex) => Complex,
): OpCheck => ({
	name,
	tolerance: 3e-5,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 3), 3);
		const other = shape
			.slice(draw.int(0, shape.length))
			.map((size) => (draw.chance(0.3) ? 1 : size));
		const [first, second] = draw.chance() ? [shape, other] : [other, shape];
		// Away from 0, so that quotients are not large.
		const away = (x: Array64): Array64 => ({
			...x,
			values: Array.from(x.values, (value) =>
				Math.fround(value + Math.sign(value)),
			),
		});
		const isReal = draw.chance(0.2);
		return {
			inputs: {
				real: draw.values(first, { dtype }),
				imag: draw.values(first),
				otherReal: away(draw.values(second)),
				...(isReal ? {} : { otherImag: draw.values(second) }),
			},
			attrs: {},
		};
	},
	compute: ({ real, imag, otherReal, otherImag }) =>
		partsOf(
			compute(
				tf.complex(real, imag),
				otherImag ? tf.complex(otherReal, otherImag) : otherReal,
			),
		),
	reference: ({ real, imag, otherReal, otherImag }) =>
		buildParts(
			together((real as Array64).shape, (otherReal as Array64).shape),
			(place) =>
				reference(
					[
						broadcastAt(real as Array64, place),
						broadcastAt(imag as Array64, place),
					],
					[
						broadcastAt(otherReal as Array64, place),
						otherImag ? broadcastAt(otherImag, place) : 0,
					],
				),
		),
});

const product = ([a, b]: Complex, [c, d]: Complex): Complex => [
	a * c - b * d,
	a * d + b * c,
];

const arithmetic: readonly OpCheck[] = [
	binary(
		"add (complex)",
		(a, b) => tf.add(a, b),
		([a, b], [c, d]) => [a + c, b + d],
	),
	binary(
		"sub (complex)",
		(a, b) => tf.sub(a, b),
		([a, b], [c, d]) => [a - c, b - d],
	),
	binary("mul (complex)", (a, b) => tf.mul(a, b), product),
	binary(
		"div (complex)",
		(a, b) => tf.div(a, b),
		(a, [c, d]) => {
			const size = c * c + d * d;
			return product(a, [c / size, -d / size]);
		},
	),
	unary(
		"neg (complex)",
		(z) => tf.neg(z),
		(a, b) => [-a, -b],
	),
	unary(
		"mul by itself (complex)",
		(z) => tf.mul(z, z),
		(a, b) => [a * a - b * b, 2 * a * b],
	),
	unary(
		"cast (complex)",
		(z) => tf.add(tf.cast(z, "complex64"), tf.cast(z, "float32")),
		(a, b) => [2 * a, b],
	),
	unary(
		"onesLike, zerosLike (complex)",
		(z) => tf.add(tf.mul(z, tf.onesLike(z)), tf.zerosLike(z)),
		(a, b) => [a, b],
	),
];

const complex: OpCheck = {
	name: "complex",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 4), 3);
		return {
			inputs: {
				real: draw.values(shape, { dtype }),
				imag: draw.values(shape, { dtype }),
			},
			attrs: {},
		};
	},
	compute: ({ real, imag }) => partsOf(tf.complex(real, imag)),
	reference: ({ real, imag }) =>
		[real, imag].map((x) => array((x as Array64).shape, (x as Array64).values)),
	edges: [
		{
			what: "nothing",
			inputs: { real: array([0, 2], []), imag: array([0, 2], []) },
			attrs: {},
		},
	],
};

const partCheck = (
	name: "real" | "imag",
	part: (z: tf.Tensor) => tf.Tensor,
): OpCheck => ({
	name,
	draw: (draw, dtype) => ({
		inputs: draw.chance(0.8)
			? one(draw, dtype)
			: { real: draw.values(draw.shape(draw.int(0, 3), 3), { dtype }) },
		attrs: {},
	}),
	dtypes: ["float32", "int32", "bool"],
	compute: (inputs) =>
		part(inputs.imag ? tf.complex(inputs.real, inputs.imag) : inputs.real),
	reference: (inputs: Pairs) => {
		const { shape } = inputs.real as Array64;
		return build(shape, (place) =>
			inputs[name] ? valueAt(inputs[name], place) : 0,
		);
	},
});

const sizeOfComplex: OpCheck = {
	name: "abs (complex)",
	dtypes: ["float32", "int32", "bool"],
	secondTolerance: 1e-3,
	draw(draw, dtype) {
		const { shape } = one(draw, dtype).real;
		// Near 0 the size bends more than differences show, and on an axis less than 32 bits do.
		const away = { from: 1, to: 2 };
		const real = draw.values(shape, { ...away, dtype });
		return { inputs: { real, imag: draw.values(shape, away) }, attrs: {} };
	},
	compute: ({ real, imag }) => tf.abs(tf.complex(real, imag)),
	reference: ({ real, imag }) =>
		build((real as Array64).shape, (place) =>
			Math.hypot(...at(real as Array64, imag as Array64, place)),
		),
	edges: [
		{
			what: "0 has no direction",
			inputs: { real: array([2], [0, 3]), imag: array([2], [0, -4]) },
			attrs: {},
			gradients: { real: [0, 0.6], imag: [0, -0.8] },
		},
		{
			what: "squares beyond 32 bits",
			inputs: {
				real: array([2], [3e30, 3e-30]),
				imag: array([2], [4e30, 4e-30]),
			},
			attrs: {},
		},
	],
};

type Arrangement = readonly [
	name: string,
	arrange: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
];

/** Operations that put complex numbers elsewhere, or add them up, on a tensor of the shape [2, 3, 2]. */
const ARRANGEMENTS: readonly Arrangement[] = [
	["reshape", (x) => tf.reshape(x, [3, -1])],
	["expandDims", (x) => [tf.expandDims(x, 1), tf.expandDims(x, -1)]],
	["squeeze", (x) => tf.squeeze(tf.expandDims(x, 0))],
	["transpose", (x) => [tf.transpose(x), tf.transpose(x, [1, 0, 2])]],
	["slice", (x) => [tf.slice(x, [0, 1], [-1, 2]), tf.slice(x, 1, 1)]],
	["split", (x) => tf.split(x, [1, 2], 1)],
	["concat", (x) => [tf.concat([x, x], -1), tf.concat([x, x])]],
	["stack", (x) => [tf.stack([x, x], -1), tf.stack([x])]],
	["unstack", (x) => tf.unstack(x, -1)],
	["tile", (x) => tf.tile(x, [1, 2, 3])],
	["reverse", (x) => [tf.reverse(x, -1), tf.reverse(x)]],
	[
		"pad",
		(x) =>
			tf.pad(x, [
				[0, 1],
				[2, 0],
				[0, 0],
			]),
	],
	["sum", (x) => [tf.sum(x), tf.sum(x, -1), tf.sum(x, [0, 1], true)]],
	["mean", (x) => [tf.mean(x), tf.mean(x, -2)]],
	["gather", (x) => [tf.gather(x, [1, 0, 1], 1), tf.gather(x, [1, 1])]],
	["addN", (x) => tf.addN([x, x, x])],
	["clone", (x) => tf.clone(x)],
	[
		"broadcastTo",
		(x) => tf.broadcastTo(tf.reshape(x, [1, 2, 3, 2]), [2, 2, 3, 2]),
	],
];

const SHAPE = [2, 3, 2];

/** Places of an array of SHAPE, by number. */
const COUNT = 12;

/** One result: its shape, and how often each of its numbers counts each that was given. */
interface Share {
	readonly shape: readonly number[];
	readonly counts: readonly (readonly number[])[];
}

function sharesOf(of: (x: tf.Tensor) => tf.Tensor[]): Share[] {
	const units = Array.from({ length: COUNT }, (_, index) => {
		const unit = Array.from({ length: COUNT }, (_, at) => Number(at === index));
		return of(tf.tensor(unit, SHAPE)).map(arrayOf);
	});
	return (units[0] as Array64[]).map(({ shape, values }, k) => ({
		shape,
		counts: Array.from(values, (_, at) =>
			units.map((results) => results[k]?.values[at] as number),
		),
	}));
}

/** Each does to real and imaginary part what it does to real numbers: each of its results is a sum of them. */
function arrangement([name, arrange]: Arrangement): OpCheck {
	const of = (x: tf.Tensor) => [arrange(x)].flat();
	let known: Share[] | undefined;
	/** For each result, how often it counts each number. */
	const shares = (): readonly Share[] => {
		known ??= sharesOf(of);
		return known;
	};
	return {
		name: `${name} (complex)`,
		// The counts are those of 32 bits.
		tolerance: 3e-5,
		dtypes: ["float32", "int32", "bool"],
		draw: (draw, dtype) => ({ inputs: one(draw, dtype, SHAPE), attrs: {} }),
		compute: ({ real, imag }) => of(tf.complex(real, imag)).flatMap(partsOf),
		reference: ({ real, imag }) =>
			shares().flatMap(({ shape, counts }) =>
				[real, imag].map((part) =>
					array(
						shape,
						counts.map((own) =>
							own.reduce(
								(sum, count, at) =>
									sum + count * ((part as Array64).values[at] as number),
								0,
							),
						),
					),
				),
			),
	};
}

export const complexNumbers: readonly OpCheck[] = [
	complex,
	partCheck("real", tf.real),
	partCheck("imag", tf.imag),
	sizeOfComplex,
	...arithmetic,
	...ARRANGEMENTS.map(arrangement),
];

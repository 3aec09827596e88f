import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";
import { buildParts, partsOf } from "./complex.ts";

type Complex = readonly [real: number, imag: number];

/** The sum that defines the transform, for one place of the result. */
function term(
	numbers: readonly Complex[],
	k: number,
	inverse: boolean,
): Complex {
	const size = numbers.length;
	let [real, imag] = [0, 0];
	for (const [at, [x, y]] of numbers.entries()) {
		const angle = ((inverse ? 2 : -2) * Math.PI * ((at * k) % size)) / size;
		real += x * Math.cos(angle) - y * Math.sin(angle);
		imag += x * Math.sin(angle) + y * Math.cos(angle);
	}
	const by = inverse ? size : 1;
	return [real / by, imag / by];
}

/** The numbers along the last axis beside a place. */
const row = (
	real: Array64,
	imag: Array64 | undefined,
	place: readonly number[],
	size = real.shape.at(-1) as number,
): Complex[] =>
	Array.from({ length: size }, (_, at): Complex => {
		const own = [...place.slice(0, -1), at];
		return [valueAt(real, own), imag ? valueAt(imag, own) : 0];
	});

const shapeOf = (draw: Draw, sizes: readonly number[]): number[] => [
	...draw.shape(draw.int(0, 2), 2),
	draw.pick(sizes),
];

const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15];

const transform = (
	name: "fft" | "ifft",
	compute: (z: tf.Tensor) => tf.Tensor,
): OpCheck => ({
	name: `spectral.${name}`,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = shapeOf(draw, LENGTHS);
		return {
			inputs: {
				real: draw.values(shape, { dtype }),
				imag: draw.values(shape),
			},
			attrs: {},
		};
	},
	compute: ({ real, imag }, { isReal }) =>
		partsOf(compute(isReal ? real : tf.complex(real, imag))),
	reference: ({ real, imag }) =>
		buildParts((real as Array64).shape, (place) =>
			term(
				row(real as Array64, imag, place),
				place.at(-1) as number,
				name === "ifft",
			),
		),
	edges: [
		{
			what: "many, with a large prime factor",
			inputs: {
				real: build([2 * 3 * 53], ([at]) => Math.sin((at as number) ** 2)),
				imag: build([2 * 3 * 53], ([at]) => Math.cos(5 * (at as number))),
			},
			attrs: {},
		},
		{
			what: "nothing",
			inputs: { real: array([0, 4], []), imag: array([0, 4], []) },
			attrs: {},
		},
	],
	refused: [
		{
			what: "real numbers",
			inputs: { real: array([2], [1, 2]) },
			attrs: { isReal: true },
			says: /tf\.complex/,
		},
	],
});

const rfft: OpCheck = {
	name: "spectral.rfft",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = shapeOf(draw, LENGTHS);
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: draw.chance() ? {} : { length: draw.pick(LENGTHS) },
		};
	},
	compute: ({ x }, { length, isComplex }) =>
		partsOf(tf.spectral.rfft(isComplex ? tf.complex(x, x) : x, length)),
	reference({ x }, attrs) {
		const own = x as Array64;
		const length: number = attrs.length ?? own.shape.at(-1);
		return buildParts(
			[...own.shape.slice(0, -1), Math.floor(length / 2) + 1],
			(place) =>
				term(row(own, undefined, place, length), place.at(-1) as number, false),
		);
	},
	refused: [
		{
			what: "no length",
			inputs: { x: array([2], [1, 2]) },
			attrs: { length: 0 },
			says: /above 0/,
		},
		{
			what: "complex numbers",
			inputs: { x: array([2], [1, 2]) },
			attrs: { isComplex: true },
			says: /tf\.spectral\.fft/,
		},
	],
};

const irfft: OpCheck = {
	name: "spectral.irfft",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = shapeOf(draw, [2, 3, 4, 5, 7]);
		return {
			inputs: {
				real: draw.values(shape, { dtype }),
				imag: draw.values(shape),
			},
			attrs: {},
		};
	},
	compute: ({ real, imag }) => tf.spectral.irfft(tf.complex(real, imag)),
	reference({ real, imag }) {
		const { shape } = real as Array64;
		const size = shape.at(-1) as number;
		return build([...shape.slice(0, -1), 2 * (size - 1)], (place) => {
			const half = row(real as Array64, imag, place);
			const mirrored = half
				.slice(1, -1)
				.reverse()
				.map(([x, y]): Complex => [x, -y]);
			return term([...half, ...mirrored], place.at(-1) as number, true)[0];
		});
	},
	refused: [
		{
			what: "one number",
			inputs: { real: array([1], [1]), imag: array([1], [1]) },
			attrs: {},
			says: /at least 2/,
		},
	],
};

const windowCheck = (
	name: string,
	compute: (length: number) => tf.Tensor,
	mean: number,
): OpCheck => ({
	name,
	draw: (draw) => ({ inputs: {}, attrs: { length: draw.int(1, 12) } }),
	compute: (_, { length }) => compute(length),
	reference: (_, { length }) =>
		build([length], ([at]) =>
			length === 1
				? 1
				: mean -
					(1 - mean) *
						Math.cos(
							(2 * Math.PI * (at as number)) /
								(length % 2 === 0 ? length : length - 1),
						),
		),
	gradients: [],
	edges: [{ what: "nothing", inputs: {}, attrs: { length: 0 } }],
	refused: [
		{
			what: "half a value",
			inputs: {},
			attrs: { length: 2.5 },
			says: /whole number/,
		},
	],
});

/** Where each frame starts. */
function startsOf(size: number, length: number, step: number, padEnd: boolean) {
	const starts: number[] = [];
	for (let start = 0; ; start += step) {
		if (padEnd ? start >= size : start + length > size) return starts;
		starts.push(start);
	}
}

const frame: OpCheck = {
	name: "signal.frame",
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({
		inputs: { x: draw.values([draw.int(1, 12)], { dtype }) },
		attrs: {
			length: draw.int(1, 5),
			step: draw.int(1, 6),
			padEnd: draw.chance(),
			value: draw.int(dtype === "bool" ? 0 : -1, 1),
		},
	}),
	compute: ({ x }, { length, step, padEnd, value }) =>
		tf.signal.frame(x, length, step, padEnd, value),
	reference({ x }, { length, step, padEnd, value }) {
		const { values, dtype } = x as Array64;
		const starts = startsOf(values.length, length, step, padEnd);
		return build(
			[starts.length, length],
			([at, k]) =>
				values[(starts[at as number] as number) + (k as number)] ?? value,
			dtype,
		);
	},
	edges: [
		{
			what: "a signal shorter than a frame",
			inputs: { x: array([2], [1, 2]) },
			attrs: { length: 3, step: 1, value: 0 },
			gradients: { x: [0, 0] },
		},
	],
	refused: [
		{
			what: "no step",
			inputs: { x: array([4], [1, 2, 3, 4]) },
			attrs: { length: 2, step: 0 },
			says: /above 0/,
		},
		{
			what: "a matrix",
			inputs: { x: array([2, 2], [1, 2, 3, 4]) },
			attrs: { length: 2, step: 1 },
			says: /one axis/,
		},
	],
};

const stft: OpCheck = {
	name: "signal.stft",
	draw: (draw) => ({
		inputs: { x: draw.values([draw.int(6, 14)]) },
		attrs: {
			length: draw.int(1, 6),
			step: draw.int(1, 4),
			...(draw.chance() ? {} : { fftLength: draw.pick([3, 4, 8]) }),
		},
	}),
	dtypes: ["float32", "int32", "bool"],
	compute: ({ x }, { length, step, fftLength }) =>
		partsOf(tf.signal.stft(x, length, step, fftLength)),
	reference({ x }, { length, step, fftLength }) {
		const { values } = x as Array64;
		const starts = startsOf(values.length, length, step, false);
		const whole: number = fftLength ?? 2 ** Math.ceil(Math.log2(length) - 1e-9);
		const period = length % 2 === 0 ? length : length - 1;
		return buildParts([starts.length, Math.floor(whole / 2) + 1], ([at, k]) =>
			term(
				Array.from(
					{ length: whole },
					(_, n): Complex => [
						n < length
							? (values[(starts[at as number] as number) + n] as number) *
								(length === 1
									? 1
									: 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / period))
							: 0,
						0,
					],
				),
				k as number,
				false,
			),
		);
	},
};

export const transforms: readonly OpCheck[] = [
	transform("fft", (z) => tf.spectral.fft(z)),
	transform("ifft", (z) => tf.spectral.ifft(z)),
	rfft,
	irfft,
	windowCheck(
		"signal.hannWindow",
		(length) => tf.signal.hannWindow(length),
		0.5,
	),
	windowCheck(
		"cosineWindow",
		(length) => tf.cosineWindow(length, 0.6, 0.4),
		0.6,
	),
	windowCheck(
		"signal.hammingWindow",
		(length) => tf.signal.hammingWindow(length),
		0.54,
	),
	frame,
	stft,
];

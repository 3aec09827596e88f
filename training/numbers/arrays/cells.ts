import * as tf from "../../backend/tf.ts";
import { type Array64, array } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

type Inputs = Readonly<Record<string, Array64>>;

/** A cell without peepholes, whose gates are input, new value, forget, output. */
function cellOf(
	forget: number,
	kernel: Array64,
	bias: Array64,
	data: number[],
	c: number[],
	h: number[],
) {
	const units = c.length;
	const input = [...data, ...h];
	const gates = Array.from({ length: 4 * units }, (_, k) =>
		input.reduce(
			(sum, value, row) =>
				sum + value * (kernel.values[row * 4 * units + k] as number),
			bias.values[k] as number,
		),
	);
	const next = c.map(
		(value, k) =>
			sigmoid(gates[k] as number) * Math.tanh(gates[units + k] as number) +
			value * sigmoid(forget + (gates[2 * units + k] as number)),
	);
	return {
		c: next,
		h: next.map(
			(value, k) => Math.tanh(value) * sigmoid(gates[3 * units + k] as number),
		),
	};
}

const rows = ({ shape, values }: Array64): number[][] => {
	const [count = 0, length = 0] = shape;
	return Array.from({ length: count }, (_, row) =>
		Array.from(values).slice(row * length, (row + 1) * length),
	);
};

/** Small enough for gates that are open, whose slopes differences can tell. */
const gentle = (draw: Draw, shape: readonly number[]) =>
	draw.values(shape, { from: -1, to: 1 });

const basicLSTMCell: OpCheck = {
	name: "basicLSTMCell",
	// The gradient of the bias for all is a sum of terms of both signs.
	tolerance: 5e-5,
	secondTolerance: 5e-4,
	draw(draw) {
		const [batch, inputs, units] = [
			draw.int(1, 3),
			draw.int(1, 3),
			draw.int(1, 2),
		];
		return {
			inputs: {
				data: gentle(draw, [batch, inputs]),
				forget: gentle(draw, []),
				kernel: gentle(draw, [inputs + units, 4 * units]),
				bias: gentle(draw, [4 * units]),
				c: gentle(draw, [batch, units]),
				h: gentle(draw, [batch, units]),
			},
			attrs: {},
		};
	},
	compute: ({ forget, kernel, bias, data, c, h }) =>
		tf.basicLSTMCell(forget, kernel, bias, data, c, h),
	reference(inputs: Inputs) {
		const { forget, kernel, bias, data, c, h } = inputs as Record<
			"forget" | "kernel" | "bias" | "data" | "c" | "h",
			Array64
		>;
		const [cells, hidden] = [rows(c), rows(h)];
		const results = rows(data).map((row, at) =>
			cellOf(
				forget.values[0] as number,
				kernel,
				bias,
				row,
				cells[at] as number[],
				hidden[at] as number[],
			),
		);
		return [
			array(
				c.shape,
				results.flatMap((one) => one.c),
			),
			array(
				c.shape,
				results.flatMap((one) => one.h),
			),
		];
	},
};

const multiRNNCell: OpCheck = {
	name: "multiRNNCell",
	tolerance: 5e-5,
	secondTolerance: 5e-4,
	draw(draw) {
		const [batch, inputs, units] = [draw.int(1, 2), draw.int(1, 2), 1];
		return {
			inputs: {
				data: gentle(draw, [batch, inputs]),
				kernel: gentle(draw, [inputs + units, 4 * units]),
				bias: gentle(draw, [4 * units]),
				kernel2: gentle(draw, [2 * units, 4 * units]),
				c: gentle(draw, [batch, units]),
				h: gentle(draw, [batch, units]),
			},
			attrs: {},
		};
	},
	compute({ kernel, bias, kernel2, data, c, h }) {
		const cell =
			(of: tf.Tensor2D) => (x: tf.Tensor2D, c: tf.Tensor2D, h: tf.Tensor2D) =>
				tf.basicLSTMCell(tf.scalar(1), of, bias, x, c, h);
		const [cs, hs] = tf.multiRNNCell(
			[cell(kernel), cell(kernel2)],
			data,
			[c, c],
			[h, h],
		) as unknown as [tf.Tensor[], tf.Tensor[]];
		return [...cs, ...hs];
	},
	reference(inputs: Inputs) {
		const { kernel, bias, kernel2, data, c, h } = inputs as Record<
			"kernel" | "bias" | "kernel2" | "data" | "c" | "h",
			Array64
		>;
		const [cells, hidden] = [rows(c), rows(h)];
		const first = rows(data).map((row, at) =>
			cellOf(
				1,
				kernel,
				bias,
				row,
				cells[at] as number[],
				hidden[at] as number[],
			),
		);
		const second = first.map((one, at) =>
			cellOf(
				1,
				kernel2,
				bias,
				one.h,
				cells[at] as number[],
				hidden[at] as number[],
			),
		);
		const all = (list: typeof first, key: "c" | "h") =>
			array(
				c.shape,
				list.flatMap((one) => one[key]),
			);
		return [
			all(first, "c"),
			all(second, "c"),
			all(first, "h"),
			all(second, "h"),
		];
	},
};

const movingAverage: OpCheck = {
	name: "movingAverage",
	draw(draw) {
		const shape = draw.shape(draw.int(0, 3));
		return {
			inputs: {
				v: draw.values(shape),
				x: draw.values(shape),
				decay: draw.values([], { from: 0.2, to: 0.7 }),
			},
			attrs: draw.chance()
				? { step: draw.int(2, 4), zeroDebias: true }
				: { zeroDebias: false },
		};
	},
	compute: ({ v, x, decay }, { step, zeroDebias }) =>
		tf.movingAverage(v, x, decay, step, zeroDebias),
	reference({ v, x, decay }, { step, zeroDebias }) {
		const by = decay?.values[0] as number;
		const share = zeroDebias ? (1 - by) / (1 - by ** step) : 1 - by;
		return {
			...(v as Array64),
			values: Array.from(
				(v as Array64).values,
				(value, at) => value + ((x?.values[at] as number) - value) * share,
			),
		};
	},
};

export const cells: readonly OpCheck[] = [
	basicLSTMCell,
	multiRNNCell,
	movingAverage,
];

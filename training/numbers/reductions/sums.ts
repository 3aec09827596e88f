import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType } from "../array.ts";
import type { Draw } from "../draw.ts";
import {
	anyAxes,
	anyAxis,
	byLine,
	reduced,
	smallShape,
} from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";

/** A tensor of any rank, and axes of it in any form. */
export const overAxes =
	(options: { from?: number; to?: number } = {}) =>
	(draw: Draw, dtype: NumberType) => {
		const rank = draw.int(0, 6);
		return {
			inputs: {
				x: draw.values(smallShape(draw, rank), {
					...(dtype === "float32" ? options : {}),
					dtype,
				}),
			},
			attrs: { ...anyAxes(draw, rank), keepDims: draw.chance() },
		};
	};

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const product = (values: readonly number[]) =>
	values.reduce((a, b) => a * b, 1);
/** As 32 bits hold it. */
const wrapped = (dtype: NumberType | undefined) =>
	dtype === "float32" || dtype === undefined ? "float32" : "int32";

const edge = (
	what: string,
	x: Array64,
	attrs: object = {},
	gradient?: number[],
) => ({
	what,
	inputs: { x },
	attrs: { keepDims: false, ...attrs },
	...(gradient ? { gradients: { x: gradient } } : {}),
});

const big = 2 ** 24;

const sum: OpCheck = {
	name: "sum",
	dtypes: ["float32", "int32", "bool"],
	draw: overAxes(),
	compute: ({ x }, { axis, keepDims }) => tf.sum(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		reduced(x as Array64, attrs, total, wrapped(x?.dtype)),
	edges: [
		edge("NaN", array([3], [1, Number.NaN, 2])),
		edge("infinities", array([2, 2], [1, Infinity, -Infinity, 2]), { axis: 0 }),
		edge("both infinities", array([2], [Infinity, -Infinity])),
		edge("whole numbers beyond 24 bits", array([3], [big, 1, 1], "int32")),
		edge(
			"whole numbers beyond 24 bits of axis 0",
			array([2, 2], [big, big + 1, 1, 2], "int32"),
			{ axis: 0 },
		),
		edge("negative whole numbers", array([2, 2], [-big, -1, -3, 2], "int32"), {
			axis: 1,
		}),
		edge(
			"a row of one, along the axis of one",
			array([1, 3], [1, 2, 3]),
			{ axis: 0 },
			[1, 1, 1],
		),
		edge("a large and many small ones", array([5], [big, 0.5, 0.5, 0.5, 0.5])),
		edge("nothing", array([0], []), {}, []),
		edge("nothing of three", array([0, 3], []), { axis: 0 }, []),
	],
};

const mean: OpCheck = {
	name: "mean",
	dtypes: ["float32", "int32", "bool"],
	draw: overAxes(),
	compute: ({ x }, { axis, keepDims }) => tf.mean(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		reduced(x as Array64, attrs, (values) => total(values) / values.length),
	edges: [
		edge(
			"whole numbers beyond 24 bits",
			array([2], [2 ** 30, 2 ** 30], "int32"),
		),
		edge(
			"a row of one, along the axis of one",
			array([1, 3], [1, 2, 3]),
			{ axis: 0 },
			[1, 1, 1],
		),
		edge("NaN", array([2, 2], [1, Number.NaN, 2, 3]), { axis: 0 }),
		edge("nothing", array([0], []), {}, []),
		edge("nothing of two", array([2, 0], []), { axis: 1 }, []),
	],
};

const prod: OpCheck = {
	name: "prod",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const { inputs, attrs } = overAxes()(draw, dtype);
		const { x } = inputs;
		// Long products get too large for differences.
		if (dtype === "float32" && x.values.length > 12)
			return {
				inputs: { x: draw.values(x.shape, { from: 0.8, to: 1.25 }) },
				attrs,
			};
		if (dtype === "int32")
			return {
				inputs: { x: draw.values(x.shape, { from: -1, to: 2, dtype }) },
				attrs:
					x.values.length > 30 ? { ...attrs, axis: x.shape.length - 1 } : attrs,
			};
		return { inputs, attrs };
	},
	compute: ({ x }, { axis, keepDims }) => tf.prod(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		reduced(x as Array64, attrs, product, wrapped(x?.dtype)),
	edges: [
		edge("a zero", array([3], [2, 0, 3]), {}, [0, 6, 0]),
		edge(
			"two zeros",
			array([2, 3], [0, 5, 0, 2, 0, 4]),
			{ axis: [1] },
			[0, 0, 0, 0, 8, 0],
		),
		edge("NaN", array([2], [0, Number.NaN])),
		edge("whole numbers beyond 24 bits", array([2], [4097, 4099], "int32")),
		edge("nothing", array([0], []), {}, []),
		edge(
			"a row of one, along the axis of one",
			array([1, 3], [1, 2, 3]),
			{ axis: 0 },
			[1, 1, 1],
		),
		edge(
			"axes from the end",
			array([2, 2], [1, 2, 3, 4]),
			{ axis: -1 },
			[2, 1, 4, 3],
		),
		edge(
			"axes out of order",
			array([2, 1, 2], [1, 2, 3, 4]),
			{ axis: [2, 0] },
			[24, 12, 8, 6],
		),
	],
};

const running =
	(of: (a: number, b: number) => number, start: number) =>
	(values: readonly number[], exclusive: boolean, reverse: boolean) => {
		const line = reverse ? [...values].reverse() : values;
		let so = start;
		const result = line.map((value) => {
			const before = so;
			so = of(so, value);
			return exclusive ? before : so;
		});
		return reverse ? result.reverse() : result;
	};

const scan = (
	name: "cumsum" | "cumprod",
	run: typeof tf.cumsum,
	of: (a: number, b: number) => number,
	start: number,
): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(1, 6);
		const range = dtype === "int32" && start === 1 ? { from: -2, to: 2 } : {};
		return {
			inputs: { x: draw.values(smallShape(draw, rank), { dtype, ...range }) },
			attrs: {
				axis: anyAxis(draw, rank),
				exclusive: draw.chance(),
				reverse: draw.chance(),
			},
		};
	},
	compute: ({ x }, { axis, exclusive, reverse }) =>
		run(x, axis, exclusive, reverse),
	reference: ({ x }, { axis, exclusive, reverse }) => ({
		...byLine(x as Array64, axis ?? 0, (line) =>
			running(of, start)(line, exclusive, reverse),
		),
		dtype: wrapped(x?.dtype),
	}),
	edges: [
		{
			what: "without an axis",
			inputs: { x: array([2, 2], [1, 2, 3, 4]) },
			attrs: {},
			gradients: { x: start === 0 ? [2, 2, 1, 1] : [4, 5, 1, 2] },
		},
		{
			what: "NaN",
			inputs: { x: array([4], [1, Number.NaN, 3, 4]) },
			attrs: { axis: 0 },
		},
		{
			what: "beyond 24 bits",
			inputs: { x: array([3], [4097, 4099, 1], "int32") },
			attrs: { axis: 0 },
		},
		{
			what: "zeros",
			inputs: { x: array([4], [2, 0, 3, 0]) },
			attrs: { axis: 0 },
			gradients: { x: start === 0 ? [4, 3, 2, 1] : [1, 8, 0, 0] },
		},
	],
});

export const sums: readonly OpCheck[] = [
	sum,
	mean,
	prod,
	scan("cumsum", tf.cumsum, (a, b) => a + b, 0),
	scan("cumprod", tf.cumprod, (a, b) => a * b, 1),
];

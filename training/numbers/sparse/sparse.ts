import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	type NumberType,
	sizeOf,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

const NUMBERS: readonly NumberType[] = ["float32", "int32"];
const INT = "int32";

const whole = (values: readonly number[], shape = [values.length]) =>
	array(shape, values, INT);

/** Places in a tensor of this shape, no two of them equal, as rows. */
function places(
	draw: Draw,
	shape: readonly number[],
	count: number,
): number[][] {
	const all = draw.shuffled(
		Array.from({ length: sizeOf(shape) }, (_, at) => at),
	);
	return all.slice(0, count).map((at) => {
		const place: number[] = [];
		let rest = at;
		for (const size of [...shape].reverse()) {
			place.unshift(rest % size);
			rest = Math.floor(rest / size);
		}
		return place;
	});
}

const sparseToDense: OpCheck = {
	name: "sparseToDense",
	dtypes: [...NUMBERS, "bool"],
	gradients: ["values", "standard"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(1, 4));
		const rows = places(draw, shape, draw.int(1, 5));
		const isList = shape.length === 1 && draw.chance();
		return {
			inputs: {
				values: draw.values(draw.chance(0.2) ? [] : [rows.length], { dtype }),
				standard: draw.values([], { dtype }),
				indices: whole(
					rows.flat(),
					isList ? [rows.length] : [rows.length, shape.length],
				),
			},
			attrs: { shape },
		};
	},
	compute: ({ values, standard, indices }, { shape }) =>
		tf.sparseToDense(
			indices,
			values,
			shape,
			tf.cast(standard, values.dtype) as tf.Scalar,
		),
	reference({ values, standard, indices }, { shape }) {
		const rank = shape.length;
		const given = indices as Array64;
		const { values: numbers, shape: size, dtype } = values as Array64;
		return build(
			shape,
			(place) => {
				let found = standard?.values[0] as number;
				for (let row = 0; row * rank < given.values.length; row++)
					if (place.every((at, axis) => given.values[row * rank + axis] === at))
						found = numbers[size.length === 0 ? 0 : row] as number;
				return found;
			},
			dtype,
		);
	},
	edges: [
		{
			what: "with two values for one place",
			inputs: {
				values: array([3], [1, 2, 3]),
				standard: array([], [7]),
				indices: whole([1, 1, 0]),
			},
			attrs: { shape: [4] },
			gradients: { values: [0, 1, 1], standard: [2] },
		},
		{
			what: "with nothing but the default",
			inputs: {
				values: array([0], []),
				standard: array([], [7]),
				indices: whole([], [0, 2]),
			},
			attrs: { shape: [2, 3] },
		},
	],
	refused: [
		{
			what: "with a place outside",
			inputs: {
				values: array([1], [1]),
				standard: array([], [0]),
				indices: whole([4]),
			},
			attrs: { shape: [4] },
			says: /the index 4/,
		},
	],
};

const segmented = (
	name: string,
	compute: typeof tf.sparse.sparseSegmentSum,
	dtypes: readonly NumberType[],
	of: (sum: number, count: number) => number,
): OpCheck => ({
	name: `sparse.${name}`,
	dtypes,
	gradients: ["data"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(1, 3));
		const count = draw.int(1, 6);
		let segment = draw.int(0, 1);
		const segments = Array.from({ length: count }, () => {
			segment += draw.int(0, 2);
			return segment;
		});
		return {
			inputs: {
				data: draw.values(shape, { dtype }),
				indices: draw.values([count], {
					from: 0,
					to: (shape[0] as number) - 1,
					dtype: INT,
				}),
				segments: whole(segments),
			},
			attrs: {},
		};
	},
	compute: ({ data, indices, segments }) => compute(data, indices, segments),
	reference({ data, indices, segments }) {
		const { shape, values, dtype } = data as Array64;
		const ids = Array.from(segments?.values ?? []);
		const count = ids.length > 0 ? (ids.at(-1) as number) + 1 : 0;
		const inner = sizeOf(shape.slice(1));
		const sums = new Float64Array(count * inner);
		for (const [k, id] of ids.entries())
			for (let at = 0; at < inner; at++)
				sums[id * inner + at] =
					(sums[id * inner + at] as number) +
					(values[(indices?.values[k] as number) * inner + at] as number);
		const sizes = Array.from(
			{ length: count },
			(_, id) => ids.filter((one) => one === id).length,
		);
		return array(
			[count, ...shape.slice(1)],
			sums.map((sum, at) => of(sum, sizes[Math.floor(at / inner)] as number)),
			name === "sparseSegmentMean" ? "float32" : dtype,
		);
	},
	edges: [
		{
			what: "of nothing",
			inputs: {
				data: array([3], [1, 2, 3]),
				indices: whole([]),
				segments: whole([]),
			},
			attrs: {},
		},
	],
	refused: [
		{
			what: "with an index outside",
			inputs: {
				data: array([3], [1, 2, 3]),
				indices: whole([90_000_000]),
				segments: whole([0]),
			},
			attrs: {},
			says: /the index 90000000/,
		},
		{
			what: "with segments out of order",
			inputs: {
				data: array([3], [1, 2, 3]),
				indices: whole([0, 1]),
				segments: whole([1, 0]),
			},
			attrs: {},
			says: /not increasing/,
		},
		{
			what: "with fewer ids than indices",
			inputs: {
				data: array([3], [1, 2, 3]),
				indices: whole([0, 1]),
				segments: whole([0]),
			},
			attrs: {},
			says: /an id for each index/,
		},
	],
});

/** The place of each row in a tensor of another shape. */
const sparseReshape: OpCheck = {
	name: "sparse.sparseReshape",
	dtypes: [INT],
	draw(draw) {
		const shape = [draw.int(1, 3), draw.int(1, 3), 2];
		const rows = places(draw, shape, draw.int(1, 5));
		const size = sizeOf(shape);
		const to = draw.pick([[size], [-1, 2], [2, -1], [1, size, 1], [-1]]);
		return {
			inputs: {
				indices: whole(rows.flat(), [rows.length, 3]),
				from: whole(shape),
				to: whole(to),
			},
			attrs: {},
		};
	},
	compute({ indices, from, to }) {
		const { outputIndices, outputShape } = tf.sparse.sparseReshape(
			indices,
			from,
			to,
		);
		return [outputIndices as tf.Tensor, outputShape as tf.Tensor];
	},
	reference({ indices, from, to }) {
		const size = sizeOf(Array.from(from?.values ?? []));
		const known = sizeOf(Array.from(to?.values ?? []).filter((n) => n >= 0));
		const shape = Array.from(to?.values ?? [], (n) =>
			n < 0 ? size / known : n,
		);
		const old = Array.from(from?.values ?? []);
		const count = indices?.shape[0] ?? 0;
		const moved = Array.from({ length: count }, (_, row) => {
			let at = 0;
			for (const [axis, length] of old.entries())
				at = at * length + (indices?.values[row * old.length + axis] as number);
			const place: number[] = [];
			for (const length of [...shape].reverse()) {
				place.unshift(at % length);
				at = Math.floor(at / length);
			}
			return place;
		});
		return [whole(moved.flat(), [count, shape.length]), whole(shape)];
	},
	refused: [
		{
			what: "into another size",
			inputs: {
				indices: whole([0, 0], [1, 2]),
				from: whole([2, 3]),
				to: whole([4]),
			},
			attrs: {},
			says: /6 dense values, but the requested shape has 4/,
		},
		...[whole([0, 1, 2], [3, 1]), whole([0, 1, 0, 1, 0, 1], [2, 3])].map(
			(indices) => ({
				what: `with indices of the shape ${indices.shape}`,
				inputs: { indices, from: whole([3, 2]), to: whole([6]) },
				attrs: {},
				says: /for a shape of 2 numbers \[values,2\], and not \[/,
			}),
		),
		{
			what: "with a place outside",
			inputs: {
				indices: whole([0, 2], [1, 2]),
				from: whole([3, 2]),
				to: whole([6]),
			},
			attrs: {},
			says: /the index 2 at row 0 lies outside of axis 1/,
		},
	],
};

/** Rows in their order, and one with the default for each row without a value. */
const sparseFillEmptyRows: OpCheck = {
	name: "sparse.sparseFillEmptyRows",
	dtypes: NUMBERS,
	gradients: [],
	draw(draw, dtype) {
		const shape = [draw.int(1, 5), draw.int(1, 3)];
		const rows = places(draw, shape, draw.int(1, 6)).sort(
			(a, b) =>
				(a[0] as number) - (b[0] as number) ||
				(a[1] as number) - (b[1] as number),
		);
		return {
			inputs: {
				values: draw.values([rows.length], { dtype }),
				standard: draw.values([], { dtype }),
				indices: whole(rows.flat(), [rows.length, 2]),
			},
			attrs: { shape },
		};
	},
	compute({ values, standard, indices }, { shape }) {
		const found = tf.sparse.sparseFillEmptyRows(
			indices,
			values,
			tf.tensor1d(shape, INT),
			tf.cast(standard, values.dtype) as tf.Scalar,
		);
		return [
			found.outputIndices,
			found.outputValues,
			found.emptyRowIndicator,
			found.reverseIndexMap,
		] as tf.Tensor[];
	},
	reference({ values, standard, indices }, { shape }) {
		const given = Array.from(values?.values ?? [], (value, k) => ({
			value,
			place: [indices?.values[2 * k], indices?.values[2 * k + 1]] as number[],
			from: k,
		}));
		const rows = Array.from({ length: shape[0] }, (_, row) => {
			const own = given.filter(({ place }) => place[0] === row);
			return own.length > 0
				? own
				: [{ value: standard?.values[0] as number, place: [row, 0], from: -1 }];
		});
		const all = rows.flat();
		return [
			whole(
				all.flatMap(({ place }) => place),
				[all.length, 2],
			),
			array(
				[all.length],
				all.map(({ value }) => value),
				values?.dtype,
			),
			array(
				[rows.length],
				rows.map((row) => Number(row[0]?.from === -1)),
				"bool",
			),
			whole(given.map((_, k) => all.findIndex(({ from }) => from === k))),
		];
	},
	refused: [
		{
			what: "with a row outside",
			inputs: {
				values: array([1], [1]),
				standard: array([], [0]),
				indices: whole([9, 0], [1, 2]),
			},
			attrs: { shape: [2, 2] },
			says: /9 >= 2/,
		},
		{
			what: "with fewer values than places",
			inputs: {
				values: array([1], [1]),
				standard: array([], [0]),
				indices: whole([0, 0, 1, 1], [2, 2]),
			},
			attrs: { shape: [2, 2] },
			says: /a value for each row of indices, and not 1 of them for 2/,
		},
		{
			what: "with a shape of fewer axes",
			inputs: {
				values: array([1], [1]),
				standard: array([], [0]),
				indices: whole([0, 0], [1, 2]),
			},
			attrs: { shape: [2] },
			says: /\[values,1\], and not \[1,2\]/,
		},
	],
};

/** Operations on sparse tensors: values, and the places where they are. */
export const sparseOps: readonly OpCheck[] = [
	sparseToDense,
	segmented(
		"sparseSegmentSum",
		tf.sparse.sparseSegmentSum,
		NUMBERS,
		(sum) => sum,
	),
	segmented(
		"sparseSegmentMean",
		tf.sparse.sparseSegmentMean,
		[...NUMBERS, "bool"],
		(sum, count) => (count > 0 ? sum / count : 0),
	),
	sparseReshape,
	sparseFillEmptyRows,
];

import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	sizeOf,
	stridesOf,
	valueAt,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import { anyAxis, axesOf, smallShape } from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";
import { ALL } from "./shapes.ts";

const whole = (draw: Draw, shape: readonly number[], below: number): Array64 =>
	draw.values(shape, { from: 0, to: Math.max(0, below - 1), dtype: "int32" });

const gather: OpCheck = {
	name: "gather",
	dtypes: ALL,
	draw(draw, dtype) {
		const rank = draw.int(1, 5);
		const shape = smallShape(draw, rank, 0.03).map((size) => Math.max(1, size));
		const axis = anyAxis(draw, rank);
		const [at] = axesOf(axis, rank) as [number];
		const batchDims = draw.chance(0.4) ? draw.int(0, at) : 0;
		const places = [
			...shape.slice(0, batchDims),
			...smallShape(draw, draw.int(0, rank > 4 ? 1 : 2), 0.05),
		];
		return {
			inputs: {
				x: draw.values(shape, { dtype }),
				indices: whole(draw, places, shape[at] as number),
			},
			attrs: {
				axis,
				batchDims:
					batchDims > 0 && batchDims < places.length && draw.chance(0.3)
						? batchDims - places.length
						: batchDims,
			},
		};
	},
	compute: ({ x, indices }, { axis, batchDims }) =>
		tf.gather(x, indices, axis, batchDims),
	reference({ x, indices }, { axis, batchDims }) {
		const [from, places] = [x as Array64, indices as Array64];
		const [at] = axesOf(axis, from.shape.length) as [number];
		const batch = batchDims < 0 ? batchDims + places.shape.length : batchDims;
		const inner = places.shape.slice(batch);
		return build(
			[...from.shape.slice(0, at), ...inner, ...from.shape.slice(at + 1)],
			(place) => {
				const index = valueAt(places, [
					...place.slice(0, batch),
					...place.slice(at, at + inner.length),
				]);
				return valueAt(from, [
					...place.slice(0, at),
					index,
					...place.slice(at + inner.length),
				]);
			},
			from.dtype,
		);
	},
	edges: [
		{
			what: "one index again and again",
			inputs: {
				x: array([2], [1, 2]),
				indices: array([3], [1, 1, 1], "int32"),
			},
			attrs: { axis: 0, batchDims: 0 },
			gradients: { x: [0, 3] },
		},
		{
			what: "no index",
			inputs: { x: array([2], [1, 2]), indices: array([0], [], "int32") },
			attrs: { axis: 0, batchDims: 0 },
			gradients: { x: [0, 0] },
		},
		{
			what: "batch axes that are counted from the end of the indices",
			inputs: {
				x: array([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
				indices: array([2, 1], [1, 0], "int32"),
			},
			attrs: { axis: 1, batchDims: -1 },
			gradients: { x: [0, 0, 1, 1, 1, 1, 0, 0] },
		},
	],
	refused: [
		{
			what: "an index beyond",
			inputs: { x: array([2], [1, 2]), indices: array([1], [2], "int32") },
			attrs: { axis: 0, batchDims: 0 },
			says: /index 2/,
		},
		{
			what: "a negative index",
			inputs: { x: array([2], [1, 2]), indices: array([1], [-1], "int32") },
			attrs: { axis: 0, batchDims: 0 },
			says: /index -1/,
		},
	],
};

const embedding: OpCheck = {
	name: "unsortedSegmentSum",
	dtypes: ["float32", "int32"],
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(1, 4));
		const segments = draw.int(1, 5);
		// Segments of their own for every axis that the ids have; below 0 and beyond count for nothing.
		const ids = draw.values(shape.slice(0, 1), {
			from: draw.chance(0.3) ? -1 : 0,
			to: segments - 1,
			dtype: "int32",
		});
		return {
			inputs: { x: draw.values(shape, { dtype }), ids },
			attrs: { segments },
		};
	},
	compute: ({ x, ids }, { segments }) =>
		tf.unsortedSegmentSum(x, ids, segments),
	reference({ x, ids }, { segments }) {
		const from = x as Array64;
		const inner = from.shape.slice(1);
		const size = sizeOf(inner);
		const values = new Float64Array(segments * size);
		for (let row = 0; row < (ids as Array64).values.length; row++) {
			const id = ids?.values[row] as number;
			if (id < 0 || id >= segments) continue;
			for (let k = 0; k < size; k++)
				values[id * size + k] =
					(values[id * size + k] as number) +
					(from.values[row * size + k] as number);
		}
		return array([segments, ...inner], values, from.dtype);
	},
	edges: [
		{
			what: "many of one",
			inputs: {
				x: array([4], [1, 2, 3, 4]),
				ids: array([4], [1, 0, 1, 1], "int32"),
			},
			attrs: { segments: 3 },
			gradients: { x: [1, 1, 1, 1] },
		},
		{
			what: "a negative id",
			inputs: {
				x: array([3], [1, 2, 4]),
				ids: array([3], [1, -1, 0], "int32"),
			},
			attrs: { segments: 2 },
			gradients: { x: [1, 0, 1] },
		},
	],
	refused: [
		{
			what: "an id beyond",
			inputs: { x: array([2], [1, 2]), ids: array([2], [0, 2], "int32") },
			attrs: { segments: 2 },
			says: /2/,
		},
	],
};

/** Rows of places in an array of a shape, `columns` numbers each. */
function rowsOf(
	draw: Draw,
	lead: readonly number[],
	shape: readonly number[],
	columns: number,
): Array64 {
	const rows = sizeOf(lead);
	const values = Array.from({ length: rows * columns }, (_, at) =>
		draw.int(0, (shape[at % columns] as number) - 1),
	);
	return array([...lead, columns], values, "int32");
}

const offset = (row: readonly number[], shape: readonly number[]) =>
	row.reduce(
		(sum, at, axis) => sum + at * (stridesOf(shape)[axis] as number),
		0,
	);

const columnsAt = (indices: Array64, row: number) => {
	const columns = indices.shape.at(-1) as number;
	return Array.from(
		{ length: columns },
		(_, k) => indices.values[row * columns + k] as number,
	);
};

const gatherND: OpCheck = {
	name: "gatherND",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(1, 5), 0);
		const lead = smallShape(draw, draw.int(0, 2), 0.05);
		return {
			inputs: {
				x: draw.values(shape, { dtype }),
				indices: rowsOf(draw, lead, shape, draw.int(1, shape.length)),
			},
			attrs: {},
		};
	},
	compute: ({ x, indices }) => tf.gatherND(x, indices),
	reference({ x, indices }) {
		const [from, places] = [x as Array64, indices as Array64];
		const columns = places.shape.at(-1) as number;
		const inner = from.shape.slice(columns);
		const lead = places.shape.slice(0, -1);
		const size = sizeOf(inner);
		const values = Array.from(
			{ length: sizeOf(lead) * size },
			(_, at) =>
				from.values[
					offset(columnsAt(places, Math.floor(at / size)), from.shape) +
						(at % size)
				] as number,
		);
		return array([...lead, ...inner], values, from.dtype);
	},
	edges: [
		{
			what: "one place again and again",
			inputs: {
				x: array([2, 2], [1, 2, 3, 4]),
				indices: array([3, 1], [1, 1, 0], "int32"),
			},
			attrs: {},
			gradients: { x: [1, 1, 2, 2] },
		},
	],
	refused: [
		{
			what: "a place beyond",
			inputs: {
				x: array([2, 2], [1, 2, 3, 4]),
				indices: array([1, 2], [0, 2], "int32"),
			},
			attrs: {},
			says: /index 2/,
		},
	],
};

const scatterND: OpCheck = {
	name: "scatterND",
	dtypes: ["int32"],
	draw(draw) {
		const shape = smallShape(draw, draw.int(1, 4), 0);
		const columns = draw.int(1, shape.length);
		const lead = smallShape(draw, draw.int(1, 2), 0.05);
		return {
			inputs: {
				indices: rowsOf(draw, lead, shape, columns),
				updates: draw.values([...lead, ...shape.slice(columns)], {
					dtype: draw.pick(["float32", "float32", "int32"] as const),
				}),
			},
			attrs: { shape },
		};
	},
	compute: ({ indices, updates }, { shape }) =>
		tf.scatterND(indices, updates, shape),
	reference({ indices, updates }, { shape }) {
		const [places, from] = [indices as Array64, updates as Array64];
		const size = sizeOf(shape.slice(places.shape.at(-1)));
		const values = new Float64Array(sizeOf(shape));
		for (let at = 0; at < from.values.length; at++) {
			const to =
				offset(columnsAt(places, Math.floor(at / size)), shape) + (at % size);
			values[to] = (values[to] as number) + (from.values[at] as number);
		}
		return array(shape, values, from.dtype);
	},
	edges: [
		{
			what: "twice to one place",
			inputs: {
				indices: array([3, 1], [1, 1, 0], "int32"),
				updates: array([3], [1, 2, 4]),
			},
			attrs: { shape: [3] },
			gradients: { updates: [1, 1, 1] },
		},
		{
			what: "nothing",
			inputs: { indices: array([0, 1], [], "int32"), updates: array([0], []) },
			attrs: { shape: [3] },
			gradients: { updates: [] },
		},
	],
	refused: [
		{
			what: "a place beyond",
			inputs: {
				indices: array([1, 1], [3], "int32"),
				updates: array([1], [1]),
			},
			attrs: { shape: [3] },
			says: /index 3/,
		},
	],
};

const tensorScatterUpdate: OpCheck = {
	name: "tensorScatterUpdate",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(1, 4), 0);
		const columns = draw.int(1, shape.length);
		const rows = draw.int(1, sizeOf(shape.slice(0, columns)));
		// Each place once: of several, the last would win.
		const places = draw
			.shuffled(
				Array.from({ length: sizeOf(shape.slice(0, columns)) }, (_, at) => at),
			)
			.slice(0, rows);
		const strides = stridesOf(shape.slice(0, columns));
		const indices = places.flatMap((at) =>
			strides.map(
				(stride, axis) => Math.floor(at / stride) % (shape[axis] as number),
			),
		);
		return {
			inputs: {
				tensor: draw.values(shape, { dtype }),
				indices: array([rows, columns], indices, "int32"),
				updates: draw.values([rows, ...shape.slice(columns)], { dtype }),
			},
			attrs: {},
		};
	},
	compute: ({ tensor, indices, updates }) =>
		tf.tensorScatterUpdate(tensor, indices, updates),
	reference({ tensor, indices, updates }) {
		const [onto, places, from] = [
			tensor as Array64,
			indices as Array64,
			updates as Array64,
		];
		const size = sizeOf(onto.shape.slice(places.shape.at(-1)));
		const values = Float64Array.from(onto.values);
		for (let at = 0; at < from.values.length; at++)
			values[
				offset(columnsAt(places, Math.floor(at / size)), onto.shape) +
					(at % size)
			] = from.values[at] as number;
		return array(onto.shape, values, onto.dtype);
	},
	edges: [
		{
			what: "twice to one place: the last stays",
			inputs: {
				tensor: array([2], [8, 9]),
				indices: array([2, 1], [0, 0], "int32"),
				updates: array([2], [1, 2]),
			},
			attrs: {},
			gradients: { tensor: [0, 1], updates: [0, 1] },
		},
	],
	refused: [
		{
			what: "a place beyond",
			inputs: {
				tensor: array([2], [8, 9]),
				indices: array([1, 1], [2], "int32"),
				updates: array([1], [1]),
			},
			attrs: {},
			says: /index 2/,
		},
	],
};

const meshgrid: OpCheck = {
	name: "meshgrid",
	dtypes: ALL,
	draw: (draw, dtype) => ({
		inputs: {
			x: draw.values([draw.int(1, 4)], { dtype }),
			y: draw.values([draw.int(1, 3)], { dtype }),
		},
		attrs: { indexing: draw.pick(["xy", "ij"]) },
	}),
	compute: ({ x, y }, { indexing }) => tf.meshgrid(x, y, { indexing }),
	reference({ x, y }, { indexing }) {
		const [a, b] = [x as Array64, y as Array64];
		const [w, h] = [a.values.length, b.values.length];
		const shape = indexing === "xy" ? [h, w] : [w, h];
		const of = (from: Array64, axis: number) =>
			build(
				shape,
				(place) => from.values[place[axis] as number] as number,
				from.dtype,
			);
		return indexing === "xy" ? [of(a, 1), of(b, 0)] : [of(a, 0), of(b, 1)];
	},
};

export const gathers: readonly OpCheck[] = [
	gather,
	embedding,
	gatherND,
	scatterND,
	tensorScatterUpdate,
	meshgrid,
];

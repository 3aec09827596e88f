import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

type Matrix = number[][];

const dot = (a: readonly number[], b: readonly number[]): number =>
	a.reduce((sum, x, at) => sum + x * (b[at] as number), 0);

/** Householder's reflections, one after the other: the sign of each is opposite to that of the number on the diagonal. */
function reflect(x: Matrix): { q: Matrix; r: Matrix } {
	const rows = x.length;
	const columns = x[0]?.length ?? 0;
	const r = x.map((row) => [...row]);
	const q = x.map((_, row) => x.map((_, column) => Number(row === column)));
	for (let j = 0; j < Math.min(rows, columns); j++) {
		const v = r.map((row, at) => (at < j ? 0 : (row[j] as number)));
		const size = Math.sqrt(dot(v, v));
		if (size === 0) continue;
		v[j] = (v[j] as number) + ((v[j] as number) > 0 ? size : -size);
		const by = 2 / dot(v, v);
		for (let column = 0; column < columns; column++) {
			const own = dot(
				v,
				r.map((row) => row[column] as number),
			);
			for (const [at, row] of r.entries())
				row[column] = (row[column] as number) - by * own * (v[at] as number);
		}
		for (const row of q) {
			const own = dot(row, v);
			for (let at = 0; at < rows; at++)
				row[at] = (row[at] as number) - by * own * (v[at] as number);
		}
	}
	return { q, r };
}

/** Matrices far from singular. */
function drawMatrix(
	draw: Draw,
	batch: number[],
	rows: number,
	columns: number,
) {
	const x = draw.values([...batch, rows, columns], { from: -1, to: 1 });
	const values = build(x.shape, (place) => {
		const [row, column] = place.slice(-2) as [number, number];
		const own = valueAt(x, place);
		return Math.fround(row === column ? own + (own > 0 ? 2 : -2) : own);
	});
	return values;
}

const qr: OpCheck = {
	name: "linalg.qr",
	dtypes: ["float32", "int32", "bool"],
	tolerance: 3e-5,
	draw(draw, dtype) {
		const batch = draw.shape(draw.pick([0, 0, 1, 2]), 2);
		const [rows, columns] = draw.shape(2, batch.length > 0 ? 2 : 3) as [
			number,
			number,
		];
		const x = drawMatrix(draw, batch, rows, columns);
		const values = Array.from(x.values, (value) =>
			dtype === "bool" ? Number(Math.abs(value) > 1) : Math.round(value),
		);
		return {
			inputs: { x: dtype === "float32" ? x : array(x.shape, values, dtype) },
			attrs: { full: draw.chance() },
		};
	},
	compute: ({ x }, { full }) => tf.linalg.qr(x, full),
	reference({ x }, { full }) {
		const own = x as Array64;
		const batch = own.shape.slice(0, -2);
		const [rows, columns] = own.shape.slice(-2) as [number, number];
		const inner = full ? rows : Math.min(rows, columns);
		const of = (place: readonly number[]) =>
			reflect(
				Array.from({ length: rows }, (_, row) =>
					Array.from({ length: columns }, (_, column) =>
						valueAt(own, [...place.slice(0, -2), row, column]),
					),
				),
			);
		return [
			build([...batch, rows, inner], (place) => {
				const [row, column] = place.slice(-2) as [number, number];
				return of(place).q[row]?.[column] as number;
			}),
			build([...batch, inner, columns], (place) => {
				const [row, column] = place.slice(-2) as [number, number];
				return row > column ? 0 : (of(place).r[row]?.[column] as number);
			}),
		];
	},
	edges: [
		{
			what: "a column of zeros",
			inputs: { x: array([2, 2], [0, 1, 0, 2]) },
			attrs: { full: false },
		},
	],
	refused: [
		{
			what: "a vector",
			inputs: { x: array([2], [1, 2]) },
			attrs: { full: false },
			says: /takes matrices/,
		},
	],
};

const gramSchmidt: OpCheck = {
	name: "linalg.gramSchmidt",
	dtypes: ["float32", "int32", "bool"],
	tolerance: 3e-5,
	draw(draw, dtype) {
		const rows = draw.int(1, 3);
		const x = drawMatrix(draw, [], rows, draw.int(rows, 4));
		const values = Array.from(x.values, (value) =>
			dtype === "bool" ? Number(Math.abs(value) > 1) : Math.round(value),
		);
		return {
			inputs: { x: dtype === "float32" ? x : array(x.shape, values, dtype) },
			attrs: { asList: draw.chance() },
		};
	},
	compute({ x }, { asList }) {
		if (!asList) return tf.linalg.gramSchmidt(x) as tf.Tensor;
		return tf.stack(
			tf.linalg.gramSchmidt(tf.unstack(x) as tf.Tensor1D[]) as tf.Tensor[],
		);
	},
	reference({ x }) {
		const own = x as Array64;
		const [rows, columns] = own.shape as [number, number];
		const found: number[][] = [];
		for (let row = 0; row < rows; row++) {
			let rest = Array.from({ length: columns }, (_, column) =>
				valueAt(own, [row, column]),
			);
			for (const other of found) {
				const share = dot(other, rest);
				rest = rest.map((value, at) => value - share * (other[at] as number));
			}
			const size = Math.sqrt(dot(rest, rest));
			found.push(rest.map((value) => value / size));
		}
		return array(own.shape, found.flat());
	},
	refused: [
		{
			what: "more vectors than they have numbers",
			inputs: { x: array([2, 1], [1, 2]) },
			attrs: {},
			says: /at most as many/,
		},
		{
			what: "a vector alone",
			inputs: { x: array([2], [1, 2]) },
			attrs: {},
			says: /rows of a matrix/,
		},
	],
};

export const decompositions: readonly OpCheck[] = [qr, gramSchmidt];

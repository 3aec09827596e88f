import * as tf from "../../backend/tf.ts";
import { type Array64, array } from "../array.ts";
import { byLine, grouped, smallShape } from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";

const sequence = (
	name: "searchSorted" | "lowerBound" | "upperBound",
	search: typeof tf.searchSorted,
): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(1, 4);
		const shape = smallShape(draw, rank, 0).map((size) => Math.max(1, size));
		const sorted = byLine(
			draw.values(shape, { dtype, from: -3, to: 3 }),
			-1,
			(line) => [...line].sort((a, b) => a - b),
		);
		// Some equal to one of the sequence.
		const places = [...shape.slice(0, -1), draw.int(1, 5)];
		const values = draw.values(places, { dtype, from: -3, to: 3 });
		const length = sorted.shape.at(-1) as number;
		return {
			inputs: {
				sorted,
				values: {
					...values,
					values: Array.from(values.values, (value, at) =>
						at % 3 === 0
							? (sorted.values[
									Math.floor(at / (places.at(-1) as number)) * length
								] as number)
							: value,
					),
				},
			},
			attrs:
				name === "searchSorted" ? { side: draw.pick(["left", "right"]) } : {},
		};
	},
	compute: ({ sorted, values }, { side }) => search(sorted, values, side),
	reference({ sorted, values }, { side }) {
		const right = name === "upperBound" || side === "right";
		const [lines, asked] = [sorted, values].map(
			(one) =>
				grouped(one as Array64, [(one as Array64).shape.length - 1]).groups,
		) as [number[][], number[][]];
		return array(
			(values as Array64).shape,
			asked.flatMap((row, at) =>
				row.map(
					(value) =>
						(lines[at] as number[]).filter((one) =>
							right ? one <= value : one < value,
						).length,
				),
			),
			"int32",
		);
	},
	gradients: [],
	edges: [
		{
			what: "infinities",
			inputs: {
				sorted: array([3], [-Infinity, 0, Infinity]),
				values: array([2], [-Infinity, Infinity]),
			},
			attrs: { side: "left" },
		},
		{
			what: "large whole numbers",
			inputs: {
				sorted: array([1, 3], [2 ** 24, 2 ** 24 + 1, 2 ** 24 + 2], "int32"),
				values: array([1, 2], [2 ** 24 + 1, 2 ** 24 + 2], "int32"),
			},
			attrs: { side: "left" },
		},
	],
});

const bins = (name: "bincount" | "denseBincount"): OpCheck => ({
	name,
	dtypes: ["int32"],
	draw(draw) {
		const rank = name === "bincount" ? 1 : draw.int(1, 2);
		const shape = smallShape(draw, rank);
		const hasWeights = draw.chance(0.6);
		return {
			inputs: {
				x: draw.values(shape, { from: 0, to: 5, dtype: "int32" }),
				weights: draw.values(hasWeights ? shape : [0], {
					dtype: draw.pick(["float32", "int32"] as const),
				}),
			},
			attrs: {
				size: draw.int(1, 7),
				...(name === "denseBincount" ? { binary: draw.chance(0.3) } : {}),
			},
		};
	},
	compute: ({ x, weights }, { size, binary }) =>
		name === "bincount"
			? tf.bincount(x, weights, size)
			: tf.denseBincount(x, weights, size, binary),
	reference({ x, weights }, { size, binary }) {
		const [of, by] = [x as Array64, weights as Array64];
		const length = of.shape.at(-1) as number;
		const rows = of.shape.length === 2 ? (of.shape[0] as number) : 1;
		const values = new Float64Array(rows * size);
		for (let at = 0; at < of.values.length; at++) {
			const bin = of.values[at] as number;
			if (bin >= size) continue;
			const place = Math.floor(at / length) * size + bin;
			const weight = by.values.length > 0 ? (by.values[at] as number) : 1;
			values[place] = binary ? 1 : (values[place] as number) + weight;
		}
		return array(
			of.shape.length === 2 ? [rows, size] : [size],
			values,
			by.dtype,
		);
	},
	gradients: ["weights"],
	refused: [
		{
			what: "a negative value",
			inputs: { x: array([2], [1, -1], "int32"), weights: array([0], []) },
			attrs: { size: 3 },
			says: /negative/,
		},
	],
});

const confusionMatrix: OpCheck = {
	name: "math.confusionMatrix",
	dtypes: ["int32", "float32", "bool"],
	draw(draw, dtype) {
		const classes = dtype === "bool" ? 2 : draw.int(2, 5);
		const size = draw.int(0, 9);
		const labels = () => ({
			...draw.values([size], {
				from: 0,
				to: classes - 1,
				dtype: dtype === "float32" ? "int32" : dtype,
			}),
			dtype,
		});
		return {
			inputs: { labels: labels(), predictions: labels() },
			attrs: { classes },
		};
	},
	compute: ({ labels, predictions }, { classes }) =>
		tf.math.confusionMatrix(labels, predictions, classes),
	reference({ labels, predictions }, { classes }) {
		const values = new Float64Array(classes * classes);
		for (let at = 0; at < (labels as Array64).values.length; at++) {
			const place =
				(labels?.values[at] as number) * classes +
				(predictions?.values[at] as number);
			values[place] = (values[place] as number) + 1;
		}
		return array([classes, classes], values, "int32");
	},
	gradients: [],
};

const unique: OpCheck = {
	name: "unique",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(1, 3);
		const shape = smallShape(draw, rank);
		const whole = draw.values(shape, {
			from: -1,
			to: 1,
			dtype: dtype === "bool" ? "bool" : "int32",
		});
		return {
			inputs: { x: { ...whole, dtype } },
			attrs: { axis: draw.int(-rank, rank - 1) },
		};
	},
	compute({ x }, { axis }) {
		const { values, indices } = tf.unique(x, axis);
		return [values, indices];
	},
	reference({ x }, { axis }) {
		const { shape, values, dtype } = x as Array64;
		const at = axis < 0 ? axis + shape.length : axis;
		const length = shape[at] as number;
		const inner = shape.slice(at + 1).reduce((a, b) => a * b, 1);
		const outer = shape.slice(0, at).reduce((a, b) => a * b, 1);
		const lines = Array.from({ length }, (_, row) =>
			Array.from(
				{ length: outer * inner },
				(_, k) =>
					values[
						(Math.floor(k / inner) * length + row) * inner + (k % inner)
					] as number,
			),
		);
		const keys = lines.map((line) => line.join());
		const first = keys.flatMap((key, row) =>
			keys.indexOf(key) === row ? [row] : [],
		);
		const found = Array.from(
			{ length: outer * first.length * inner },
			(_, k) => {
				const [o, rest] = [
					Math.floor(k / (first.length * inner)),
					k % (first.length * inner),
				];
				return lines[first[Math.floor(rest / inner)] as number]?.[
					o * inner + (rest % inner)
				] as number;
			},
		);
		return [
			array(
				shape.map((size, one) => (one === at ? first.length : size)),
				found,
				dtype,
			),
			array(
				[length],
				keys.map((key) => first.indexOf(keys.indexOf(key))),
				"int32",
			),
		];
	},
	gradients: [],
};

export const counts: readonly OpCheck[] = [
	sequence("searchSorted", tf.searchSorted),
	sequence("lowerBound", tf.lowerBound),
	sequence("upperBound", tf.upperBound),
	bins("bincount"),
	bins("denseBincount"),
	confusionMatrix,
	unique,
];

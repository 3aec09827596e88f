import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import { broadcastAt } from "../elementwise/broadcast.ts";
import type { OpCheck } from "../op-check.ts";

type Normalise = typeof tf.batchNorm;

/** A shape that broadcasts to that of the images: mostly one number per channel, or one for each number. */
function statisticsShape(draw: Draw, shape: readonly number[]): number[] {
	if (draw.chance(0.4)) return shape.slice(-1);
	if (draw.chance(0.3)) return [...shape];
	return shape.map((size) => (draw.chance() ? 1 : size));
}

const batchNormOf = (
	name: string,
	ranks: readonly number[],
	normalise: Normalise,
): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	tolerance: 3e-5,
	draw(draw, dtype) {
		const shape = draw.shape(draw.pick(ranks), 3);
		const own = statisticsShape(draw, shape);
		// All have as many axes, and each broadcasts by itself.
		const other = () => own.map((size) => (draw.chance(0.2) ? 1 : size));
		return {
			inputs: {
				x: draw.values(shape, { dtype }),
				mean: draw.values(own),
				variance: draw.values(other(), { from: 0.5, to: 2 }),
				...(draw.chance(0.7) ? { offset: draw.values(other()) } : {}),
				...(draw.chance(0.7) ? { scale: draw.values(other()) } : {}),
			},
			attrs: draw.chance() ? {} : { epsilon: draw.pick([0, 0.1]) },
		};
	},
	compute: ({ x, mean, variance, offset, scale }, { epsilon }) =>
		normalise(x, mean, variance, offset, scale, epsilon),
	reference: ({ x, mean, variance, offset, scale }, { epsilon = 0.001 }) =>
		build((x as Array64).shape, (place) => {
			const at = (given: Array64 | undefined, otherwise: number) =>
				given ? broadcastAt(given, place) : otherwise;
			return (
				((valueAt(x as Array64, place) - at(mean, 0)) * at(scale, 1)) /
					Math.sqrt(at(variance, 1) + epsilon) +
				at(offset, 0)
			);
		}),
	edges: [
		{
			what: "no examples",
			inputs: {
				x: array([0, ...new Array((ranks[0] as number) - 1).fill(2)], []),
				mean: array([2], [0, 0]),
				variance: array([2], [1, 1]),
			},
			attrs: {},
		},
	],
	refused: [
		{
			what: "another number of channels",
			inputs: {
				x: build([...new Array((ranks[0] as number) - 1).fill(1), 4], () => 1),
				mean: array([2], [0, 0]),
				variance: array([2], [1, 1]),
			},
			attrs: {},
			says: /one number per channel/,
		},
		{
			what: "mean and variance of other ranks",
			inputs: {
				x: build([...new Array((ranks[0] as number) - 1).fill(1), 2], () => 1),
				mean: array([2], [0, 0]),
				variance: array([1, 2], [1, 1]),
			},
			attrs: {},
			says: /of one rank/,
		},
	],
});

const localResponseNormalization: OpCheck = {
	name: "localResponseNormalization",
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({
		inputs: {
			x: draw.values([...draw.shape(draw.int(2, 3), 2), draw.int(1, 6)], {
				dtype,
			}),
		},
		attrs: draw.chance(0.2)
			? {}
			: {
					radius: draw.int(0, 6),
					bias: draw.pick([0.5, 1, 2]),
					alpha: draw.pick([0.1, 1, 2]),
					beta: draw.pick([0.5, 0.75, 1, 2]),
				},
	}),
	compute: ({ x }, { radius, bias, alpha, beta }) =>
		tf.localResponseNormalization(x, radius, bias, alpha, beta),
	reference({ x }, { radius = 5, bias = 1, alpha = 1, beta = 0.5 }) {
		const own = x as Array64;
		return build(own.shape, (place) => {
			const channel = place.at(-1) as number;
			let sum = 0;
			for (let k = channel - radius; k <= channel + radius; k++)
				sum += valueAt(own, [...place.slice(0, -1), k]) ** 2;
			return valueAt(own, place) * (bias + alpha * sum) ** -beta;
		});
	},
	refused: [
		{
			what: "a matrix",
			inputs: { x: array([1, 2], [1, 2]) },
			attrs: {},
			says: /takes images/,
		},
	],
	edges: [
		{
			what: "nothing",
			inputs: { x: array([0, 2, 2, 3], []) },
			attrs: {},
		},
		{
			what: "NaN in one channel",
			inputs: { x: array([1, 1, 4], [1, 2, 3, Number.NaN]) },
			attrs: { radius: 1, bias: 1, alpha: 1, beta: 0.5 },
		},
		{
			what: "to a power above 1",
			inputs: { x: array([1, 1, 2], [1, 1]) },
			attrs: { radius: 1, bias: 1, alpha: 1, beta: 2 },
			// 3^-2 - 8 · 3^-3
			gradients: { x: [-5 / 27, -5 / 27] },
		},
	],
};

export const normalisations: readonly OpCheck[] = [
	batchNormOf("batchNorm", [1, 2, 3, 4], tf.batchNorm as Normalise),
	batchNormOf("batchNorm2d", [2], tf.batchNorm2d as Normalise),
	batchNormOf("batchNorm3d", [3], tf.batchNorm3d as Normalise),
	batchNormOf("batchNorm4d", [4], tf.batchNorm4d as Normalise),
	localResponseNormalization,
];

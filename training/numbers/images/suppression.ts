import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { Edge, OpCheck, Refusal } from "../op-check.ts";

export interface Suppression {
	readonly most: number;
	readonly overlap?: number;
	readonly least?: number;
	readonly sigma?: number;
	readonly padded?: boolean;
}

/** How much of two boxes is of both, in 32 bits as tensors are. */
function overlapOf(boxes: Array64, a: number, b: number): number {
	const sides = (box: number, axis: 0 | 1) =>
		[valueAt(boxes, [box, axis]), valueAt(boxes, [box, axis + 2])].sort(
			(one, other) => one - other,
		) as [number, number];
	const area = (box: number) => {
		const [[top, bottom], [left, right]] = [sides(box, 0), sides(box, 1)];
		return (bottom - top) * (right - left);
	};
	const common = ([0, 1] as const)
		.map((axis) => {
			const [one, other] = [sides(a, axis), sides(b, axis)];
			return Math.max(
				0,
				Math.min(one[1], other[1]) - Math.max(one[0], other[0]),
			);
		})
		.reduce((product, side) => product * side, 1);
	if (!(area(a) > 0 && area(b) > 0)) return 0;
	return Math.fround(common / (area(a) + area(b) - common));
}

/**
 * Takes the best box again and again: of equal ones, the first. What overlaps more
 * than allowed with one that was taken is left out; with a sigma, its score falls the more,
 * the more it overlaps with each.
 */
export function suppressed(
	{ boxes, scores }: Readonly<Record<string, Array64>>,
	{
		most,
		overlap = 0.5,
		least = Number.NEGATIVE_INFINITY,
		sigma = 0,
	}: Suppression,
): { indices: number[]; scores: number[] } {
	const left = Array.from((scores as Array64).values, (score, box) => ({
		box,
		score,
	})).filter(({ score }) => score > least);
	const taken: { box: number; score: number }[] = [];
	while (left.length > 0 && taken.length < most) {
		let best = 0;
		for (const [at, { score }] of left.entries())
			if (score > (left[best] as { score: number }).score) best = at;
		const [one] = left.splice(best, 1) as [{ box: number; score: number }];
		if (!(one.score > least)) continue;
		taken.push(one);
		for (const other of left) {
			const shared = overlapOf(boxes as Array64, other.box, one.box);
			if (sigma > 0) other.score *= Math.exp((-0.5 / sigma) * shared ** 2);
			else if (shared > Math.fround(overlap))
				other.score = Number.NEGATIVE_INFINITY;
		}
		for (let at = left.length - 1; at >= 0; at--)
			if (!((left[at] as { score: number }).score > least)) left.splice(at, 1);
	}
	return {
		indices: taken.map(({ box }) => box),
		scores: taken.map(({ score }) => score),
	};
}

function drawBoxes(
	draw: Draw,
	dtype: NumberType,
	choices: (draw: Draw) => object,
) {
	const count = draw.int(1, 9);
	const isWhole = dtype === "int32";
	const number = (from: number, to: number) =>
		isWhole ? draw.int(from, to) : Math.fround(draw.number(from, to));
	const corner = () => number(0, 4);
	const size = () => number(isWhole ? 1 : 0.5, 3);
	const boxes = Array.from({ length: count }, () => {
		const [y, x, height, width] = [corner(), corner(), size(), size()];
		const ends = [y, x, Math.fround(y + height), Math.fround(x + width)];
		// From whichever corner.
		return draw.chance(0.3) ? [ends[2], ends[3], ends[0], ends[1]] : ends;
	});
	return {
		inputs: {
			boxes: array([count, 4], boxes.flat() as number[], dtype),
			scores: draw.chance(0.3)
				? array(
						[count],
						boxes.map(() => draw.int(1, 3) / 4),
					)
				: draw.values([count], { from: 0, to: 1 }),
		},
		attrs: {
			most: draw.int(1, 10),
			overlap: draw.pick([0.5, Math.fround(draw.number(0, 1))]),
			...(draw.chance() ? { least: Math.fround(draw.number(0, 0.6)) } : {}),
			...choices(draw),
		},
	};
}

const half = { boxes: [0, 0, 1, 1, 0, 0, 1, 0.5, 2, 2, 3, 3] };
const given = (
	boxes: readonly number[] = half.boxes,
	scores: readonly number[] = [0.9, 0.8, 0.7],
) => ({
	boxes: array([boxes.length / 4, 4], boxes),
	scores: array([scores.length], scores),
});

const edges: readonly Edge[] = [
	{
		what: "exactly as much overlap as allowed",
		inputs: given(),
		attrs: { most: 3, overlap: 0.5 },
	},
	{
		what: "no overlap allowed, of boxes that have none",
		inputs: given([0, 0, 1, 1, 2, 2, 3, 3], [0.5, 0.4]),
		attrs: { most: 2, overlap: 0 },
	},
	{
		what: "any overlap allowed",
		inputs: given([0, 0, 1, 1, 0, 0, 1, 1], [0.5, 0.4]),
		attrs: { most: 2, overlap: 1 },
	},
	{
		what: "equal scores",
		inputs: given(half.boxes, [0.5, 0.5, 0.5]),
		attrs: { most: 2, overlap: 0.2 },
	},
	{
		what: "exactly the least score, none, and one that is no number",
		inputs: given(half.boxes, [0.5, Number.NaN, Number.NEGATIVE_INFINITY]),
		attrs: { most: 3, least: 0.5 },
	},
	{
		what: "boxes of no size",
		inputs: given([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2], [0.3, 0.2, 0.1]),
		attrs: { most: 3 },
	},
	{ what: "none at most", inputs: given(), attrs: { most: 0 } },
	{
		what: "no boxes",
		inputs: { boxes: array([0, 4], []), scores: array([0], []) },
		attrs: { most: 3 },
	},
];

const refused: readonly Refusal[] = [
	{
		what: "more overlap than all",
		inputs: given(),
		attrs: { most: 3, overlap: 1.5 },
		says: /iouThreshold/,
	},
	{
		what: "fewer boxes than none",
		inputs: given(),
		attrs: { most: -1 },
		says: /maxOutputSize/,
	},
	{
		what: "half a box",
		inputs: given(),
		attrs: { most: 1.5 },
		says: /maxOutputSize/,
	},
	{
		what: "too few scores",
		inputs: { ...given(), scores: array([2], [1, 2]) },
		attrs: { most: 3 },
		says: /scores/,
	},
	{
		what: "boxes of three numbers",
		inputs: {
			boxes: array([2, 3], new Array(6).fill(1)),
			scores: array([2], [1, 2]),
		},
		attrs: { most: 3 },
		says: /boxes/,
	},
];

const nonMaxSuppression: OpCheck = {
	name: "image.nonMaxSuppression",
	dtypes: ["float32", "int32"],
	draw: (draw, dtype) => drawBoxes(draw, dtype, () => ({})),
	compute: ({ boxes, scores }, { most, overlap, least }) =>
		tf.image.nonMaxSuppression(boxes, scores, most, overlap, least),
	reference(inputs, attrs) {
		const { indices } = suppressed(inputs, attrs as never);
		return array([indices.length], indices, "int32");
	},
	gradients: [],
	edges,
	refused,
};

const nonMaxSuppressionWithScore: OpCheck = {
	name: "image.nonMaxSuppressionWithScore",
	dtypes: ["float32", "int32"],
	draw: (draw, dtype) =>
		drawBoxes(draw, dtype, () =>
			draw.chance() ? { sigma: Math.fround(draw.number(0.1, 1)) } : {},
		),
	compute({ boxes, scores }, { most, overlap, least, sigma }) {
		const { selectedIndices, selectedScores } =
			tf.image.nonMaxSuppressionWithScore(
				boxes,
				scores,
				most,
				overlap,
				least,
				sigma,
			);
		return [selectedIndices, selectedScores] as tf.Tensor[];
	},
	reference(inputs, attrs) {
		const { indices, scores } = suppressed(inputs, attrs as never);
		return [
			array([indices.length], indices, "int32"),
			array([scores.length], scores),
		];
	},
	gradients: [],
	edges: [
		...edges,
		{
			what: "scores that fall, and are taken in their new order",
			inputs: given(),
			attrs: { most: 3, overlap: 0.4, sigma: 0.5 },
		},
	],
	refused: [
		...refused,
		{
			what: "a negative sigma",
			inputs: given(),
			attrs: { most: 3, sigma: -0.5 },
			says: /softNmsSigma/,
		},
	],
};

const nonMaxSuppressionPadded: OpCheck = {
	name: "image.nonMaxSuppressionPadded",
	dtypes: ["float32", "int32"],
	draw: (draw, dtype) =>
		drawBoxes(draw, dtype, () => ({ padded: draw.chance(0.7) })),
	compute({ boxes, scores }, { most, overlap, least, padded }) {
		const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
			boxes,
			scores,
			most,
			overlap,
			least,
			padded,
		);
		return [selectedIndices, validOutputs] as tf.Tensor[];
	},
	reference(inputs, attrs) {
		const { most, padded } = attrs as Suppression;
		const { indices } = suppressed(inputs, attrs as never);
		const count = padded ? most : indices.length;
		return [
			array(
				[count],
				Array.from({ length: count }, (_, at) => indices[at] ?? 0),
				"int32",
			),
			array([], [indices.length], "int32"),
		];
	},
	gradients: [],
	edges: edges.map((edge) => ({
		...edge,
		attrs: { ...edge.attrs, padded: true },
	})),
	refused,
};

export const suppression: readonly OpCheck[] = [
	nonMaxSuppression,
	nonMaxSuppressionWithScore,
	nonMaxSuppressionPadded,
];

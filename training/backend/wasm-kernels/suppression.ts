import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { strictFunctions } from "../../../experiment/strict-math/functions.ts";
import { onBoth, tensorOf, valuesOf } from "./on-any-backend.ts";

/** Arguments of non-maximum suppression, as its kernels get them. */
export interface SuppressionAttributes {
	readonly maxOutputSize: number;
	readonly iouThreshold: number;
	readonly scoreThreshold: number;
	readonly softNmsSigma?: number;
	readonly padToMaxOutputSize?: boolean;
}

/** Top, left, bottom, right and area of each box, whichever of its corners were given. */
function sidesOf(boxes: ArrayLike<number>, count: number): Float64Array {
	const sides = new Float64Array(5 * count);
	for (let box = 0; box < count; box++) {
		const at = (k: number) => boxes[4 * box + k] as number;
		const [top, bottom] = [Math.min(at(0), at(2)), Math.max(at(0), at(2))];
		const [left, right] = [Math.min(at(1), at(3)), Math.max(at(1), at(3))];
		const area = (bottom - top) * (right - left);
		sides.set([top, left, bottom, right, area], 5 * box);
	}
	return sides;
}

/** Intersection over union of two boxes, in 32 bits as they are: what is exactly as much as allowed stays. */
function overlap(sides: Float64Array, one: number, other: number): number {
	const [a, b] = [5 * one, 5 * other];
	const height =
		Math.min(sides[a + 2] as number, sides[b + 2] as number) -
		Math.max(sides[a] as number, sides[b] as number);
	const width =
		Math.min(sides[a + 3] as number, sides[b + 3] as number) -
		Math.max(sides[a + 1] as number, sides[b + 1] as number);
	// Boxes of no area have nothing in common with any.
	if (!(height > 0 && width > 0)) return 0;
	const common = height * width;
	const areas = (sides[a + 4] as number) + (sides[b + 4] as number);
	return Math.fround(common / (areas - common));
}

/**
 * Which boxes are left when those that overlap better ones are taken away: TensorFlow's
 * NonMaxSuppressionV5. The best is taken first, of equal ones the first. With a sigma no
 * box is taken away for its overlap, but its score falls with it, as in Soft-NMS (Bodla et
 * al. 2017).
 *
 * @param boxes `[count, 4]`, two corners of each
 */
export function suppress(
	boxes: ArrayLike<number>,
	scores: ArrayLike<number>,
	{
		maxOutputSize,
		iouThreshold,
		scoreThreshold,
		softNmsSigma = 0,
	}: SuppressionAttributes,
): { indices: number[]; scores: number[] } {
	const most = Math.fround(iouThreshold);
	// The same bits in every engine.
	const { exp } = strictFunctions();
	const sides = sidesOf(boxes, scores.length);
	// The best stands last, where it is taken from.
	const candidates = Array.from(scores, (score, box) => ({ box, score }))
		.filter(({ score }) => score > scoreThreshold)
		.sort((a, b) => a.score - b.score || b.box - a.box)
		.map(({ box, score }) => ({ box, score, met: 0 }));
	const taken: typeof candidates = [];
	while (taken.length < maxOutputSize) {
		const best = candidates.pop();
		if (!best) break;
		const before = best.score;
		let isLeft = true;
		for (let k = taken.length - 1; k >= best.met && isLeft; k--) {
			const other = taken[k] as (typeof taken)[number];
			const shared = overlap(sides, best.box, other.box);
			if (softNmsSigma > 0) {
				if (shared === 0) continue;
				best.score *= exp((-0.5 / softNmsSigma) * shared * shared);
				isLeft = best.score > scoreThreshold;
			} else isLeft = !(shared > most);
		}
		best.met = taken.length;
		if (!isLeft) continue;
		if (best.score === before) {
			taken.push(best);
			continue;
		}
		// It has its turn when no other is better.
		let [from, to] = [0, candidates.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			const { score, box } = candidates[middle] as (typeof candidates)[number];
			const isWorse =
				score < best.score || (score === best.score && box > best.box);
			if (isWorse) from = middle + 1;
			else to = middle;
		}
		candidates.splice(from, 0, best);
	}
	return {
		indices: taken.map(({ box }) => box),
		scores: taken.map(({ score }) => score),
	};
}

type Make = (
	backend: unknown,
	found: ReturnType<typeof suppress>,
	attrs: SuppressionAttributes,
) => TensorInfo | TensorInfo[];

const kernel = (name: string, make: Make) =>
	onBoth(name, ({ inputs, attrs, backend }) => {
		const read = (name: string) =>
			valuesOf(backend, inputs[name] as TensorInfo);
		const options = attrs as unknown as SuppressionAttributes;
		return make(
			backend,
			suppress(read("boxes"), read("scores"), options),
			options,
		);
	});

/** The indices, filled up with 0 where that is asked for. */
export function paddedIndices(
	indices: readonly number[],
	{ maxOutputSize, padToMaxOutputSize }: SuppressionAttributes,
): Int32Array {
	const padded = new Int32Array(
		padToMaxOutputSize ? maxOutputSize : indices.length,
	);
	padded.set(indices);
	return padded;
}

/**
 * Non-maximum suppression. The originals take away what overlaps exactly as much as is
 * allowed, which of a threshold of 0 is every box, and with a sigma what overlaps more.
 */
export const suppressionKernels: readonly KernelConfig[] = [
	...kernel("NonMaxSuppressionV3", (backend, { indices }) =>
		tensorOf(backend, [indices.length], Int32Array.from(indices)),
	),
	...kernel("NonMaxSuppressionV4", (backend, { indices }, attrs) => {
		const padded = paddedIndices(indices, attrs);
		return [
			tensorOf(backend, [padded.length], padded),
			tensorOf(backend, [], Int32Array.of(indices.length)),
		];
	}),
	...kernel("NonMaxSuppressionV5", (backend, { indices, scores }) => [
		tensorOf(backend, [indices.length], Int32Array.from(indices)),
		tensorOf(backend, [scores.length], Float32Array.from(scores)),
	]),
];

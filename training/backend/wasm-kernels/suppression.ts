import type {
	BackendValues,
	KernelBackend,
	KernelConfig,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { onBoth } from "./on-any-backend.ts";

/** Arguments of non-maximum suppression, as its kernels get them. */
export interface SuppressionAttributes {
	readonly maxOutputSize: number;
	readonly iouThreshold: number;
	readonly scoreThreshold: number;
	readonly softNmsSigma?: number;
	readonly padToMaxOutputSize?: boolean;
}

interface Corners {
	readonly top: number;
	readonly left: number;
	readonly bottom: number;
	readonly right: number;
	readonly area: number;
}

function cornersOf(boxes: ArrayLike<number>, box: number): Corners {
	const at = (k: number) => boxes[4 * box + k] as number;
	const [top, bottom] = [Math.min(at(0), at(2)), Math.max(at(0), at(2))];
	const [left, right] = [Math.min(at(1), at(3)), Math.max(at(1), at(3))];
	return { top, left, bottom, right, area: (bottom - top) * (right - left) };
}

/** Intersection over union, in 32 bits as the boxes are: what is exactly as much as allowed stays. */
function overlap(a: Corners, b: Corners): number {
	if (!(a.area > 0 && b.area > 0)) return 0;
	const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
	const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
	const common = Math.max(0, height) * Math.max(0, width);
	return Math.fround(common / (a.area + b.area - common));
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
	const candidates = Array.from(scores, (score, box) => ({ box, score }))
		.filter(({ score }) => score > scoreThreshold)
		.sort((a, b) => b.score - a.score || a.box - b.box)
		.map((one) => ({ ...one, corners: cornersOf(boxes, one.box), met: 0 }));
	const taken: typeof candidates = [];
	while (taken.length < maxOutputSize) {
		const best = candidates.shift();
		if (!best) break;
		const before = best.score;
		let isLeft = true;
		for (let k = taken.length - 1; k >= best.met && isLeft; k--) {
			const shared = overlap(
				best.corners,
				(taken[k] as (typeof taken)[number]).corners,
			);
			if (softNmsSigma > 0) {
				best.score *= Math.exp((-0.5 / softNmsSigma) * shared * shared);
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
		const at = candidates.findIndex(
			({ score, box }) =>
				score < best.score || (score === best.score && box > best.box),
		);
		candidates.splice(at < 0 ? candidates.length : at, 0, best);
	}
	return {
		indices: taken.map(({ box }) => box),
		scores: taken.map(({ score }) => score),
	};
}

type Backend = Pick<KernelBackend, "readSync"> & {
	write(values: BackendValues, shape: number[], dtype: string): object;
};

function makeTensor(
	backend: Backend,
	shape: number[],
	values: Int32Array | Float32Array,
): TensorInfo {
	const dtype = values instanceof Int32Array ? "int32" : "float32";
	return {
		dataId: backend.write(values, shape, dtype),
		shape,
		dtype,
	};
}

type Make = (
	backend: Backend,
	found: ReturnType<typeof suppress>,
	attrs: SuppressionAttributes,
) => TensorInfo | TensorInfo[];

const kernel = (name: string, make: Make) =>
	onBoth(name, ({ inputs, attrs, backend }) => {
		const given = backend as unknown as Backend;
		const read = (name: string) =>
			given.readSync(
				(inputs[name] as TensorInfo).dataId,
			) as unknown as ArrayLike<number>;
		const options = attrs as unknown as SuppressionAttributes;
		return make(
			given,
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
		makeTensor(backend, [indices.length], Int32Array.from(indices)),
	),
	...kernel("NonMaxSuppressionV4", (backend, { indices }, attrs) => {
		const padded = paddedIndices(indices, attrs);
		return [
			makeTensor(backend, [padded.length], padded),
			makeTensor(backend, [], Int32Array.of(indices.length)),
		];
	}),
	...kernel("NonMaxSuppressionV5", (backend, { indices, scores }) => [
		makeTensor(backend, [indices.length], Int32Array.from(indices)),
		makeTensor(backend, [scores.length], Float32Array.from(scores)),
	]),
];

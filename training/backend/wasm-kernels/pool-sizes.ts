import type { TensorInfo } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { checkRounding } from "./window-sizes.ts";

/** Sizes of a pooling, in the order in which the kernels take them. An image is a volume of one plane. */
export type PoolSizes = readonly [
	depth: number,
	height: number,
	width: number,
	channels: number,
	outDepth: number,
	outHeight: number,
	outWidth: number,
	windowDepth: number,
	windowHeight: number,
	windowWidth: number,
	strideDepth: number,
	strideHeight: number,
	strideWidth: number,
	front: number,
	top: number,
	left: number,
];

/** Attributes of every kernel that pools. */
export interface PoolAttributes {
	readonly filterSize: number | readonly number[];
	readonly strides: number | readonly number[];
	readonly pad: string | number | readonly (readonly number[])[];
	readonly dimRoundingMode?: string | null;
}

/** One count for each axis, where one number stands for all. */
export function countsOf(
	noun: string,
	value: number | readonly number[],
	axes: number,
): number[] {
	const counts =
		typeof value === "number" ? new Array<number>(axes).fill(value) : value;
	if (
		Array.isArray(counts) &&
		counts.length === axes &&
		counts.every((count) => Number.isInteger(count) && count > 0)
	)
		return counts as number[];
	throw new UsageError(
		`the ${noun} of a pooling is one number, or a list of ${axes}; [${value}] must be whole numbers above 0`,
	);
}

/** Padding in front of each axis and behind it. */
export function pairsOf(
	pad: PoolAttributes["pad"],
	axes: number,
): (readonly [before: number, after: number])[] {
	const pairs =
		typeof pad === "number"
			? Array.from({ length: axes }, () => [pad, pad])
			: Array.isArray(pad)
				? pad.slice(1, -1)
				: [];
	const isWhole =
		pairs.length === axes &&
		pairs.every(
			(pair) =>
				Array.isArray(pair) &&
				pair.length === 2 &&
				pair.every((size) => Number.isInteger(size) && size >= 0),
		);
	const isInside = Array.isArray(pad)
		? [pad[0], pad.at(-1)].flat().every((size) => size === 0)
		: true;
	if (isWhole && isInside) return pairs as [number, number][];
	throw new UsageError(
		`the padding of a pooling is "valid", "same", a whole number of at least 0, or a pair of them for each axis, as in [[0, 0], ${"[1, 0], ".repeat(axes)}[0, 0]] with none for batch and channels; it was ${JSON.stringify(pad)}`,
	);
}

/**
 * How the windows of a pooling lie, which tfjs has wrong for some: it takes window and
 * stride of the height for the width too where the padding is one number, and shifts
 * windows that are smaller than their stride out of a volume.
 *
 * @param axes between batch and channels: 2 for images, 3 for volumes
 * @throws UsageError where there is nothing to compute
 */
export function poolOf(
	x: TensorInfo,
	{ filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
	axes: 2 | 3,
): { sizes: PoolSizes; outShape: number[] } {
	if (x.dtype !== "float32")
		throw new UsageError(
			`poolings take 32-bit floats, and this tensor is ${x.dtype}; give x.toFloat()`,
		);
	if (x.shape.length !== axes + 2)
		throw new UsageError(
			`a pooling over ${axes} axes takes a tensor of rank ${axes + 2}, and this one has the shape [${x.shape}]`,
		);
	const windows = countsOf("window", filterSize, axes);
	const steps = countsOf("stride", strides, axes);
	checkRounding(dimRoundingMode);
	const round = Math[dimRoundingMode ?? "floor"];
	const sizes = x.shape.slice(1, -1);
	const before: number[] = [];
	const out: number[] = [];
	const pairs =
		pad === "same" ? undefined : pairsOf(pad === "valid" ? 0 : pad, axes);
	for (const [axis, size] of sizes.entries()) {
		const [window, step] = [windows[axis] as number, steps[axis] as number];
		if (pairs) {
			const [front, back] = pairs[axis] as [number, number];
			out.push(round((size + front + back - window) / step + 1));
			before.push(front);
		} else {
			const count = Math.ceil(size / step);
			out.push(count);
			before.push(
				Math.floor(Math.max(0, (count - 1) * step + window - size) / 2),
			);
		}
	}
	if (!sizes.includes(0) && !out.every((count) => count > 0))
		throw new UsageError(
			`a window of ${windows.join("×")} does not fit into ${axes === 2 ? "images" : "volumes"} of ${sizes.join("×")} with padding ${JSON.stringify(pad)}; give a smaller window, or the padding "same"`,
		);
	const none = new Array<number>(3 - axes);
	const planes = (values: readonly number[], one: number) =>
		[...none.fill(one), ...values] as [number, number, number];
	const channels = x.shape.at(-1) as number;
	return {
		sizes: [
			...planes(sizes, 1),
			channels,
			...planes(out, 1),
			...planes(windows, 1),
			...planes(steps, 1),
			...planes(before, 0),
		],
		outShape: [
			x.shape[0] as number,
			...out.map((count) => Math.max(0, count)),
			channels,
		],
	};
}

/** @throws UsageError where a gradient is not of the shape of what was pooled */
export function checkGradient(
	dy: TensorInfo,
	outShape: readonly number[],
): void {
	if (dy.shape.join() !== outShape.join())
		throw new UsageError(
			`the gradient of these pooled images has the shape [${outShape}], not [${dy.shape}]`,
		);
}

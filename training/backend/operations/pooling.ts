import {
	avgPool,
	batchToSpaceND,
	div,
	expandDims,
	maxPool,
	ones,
	pad as padded,
	spaceToBatchND,
	squeeze,
	type Tensor3D,
	type Tensor4D,
	type TensorLike,
	tidy,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { countsOf, pairsOf } from "../wasm-kernels/pool-sizes.ts";
import { tensorOf } from "./tensor-of.ts";

type Images = Tensor3D | Tensor4D;
type Pair = [number, number];
type Pad = Parameters<typeof maxPool>[3];
type Rounding = Parameters<typeof maxPool>[4];

/** A batch of one, of what has no batch. */
const withBatch = (x: Images): Tensor4D =>
	x.rank === 3 ? expandDims(x as Tensor3D, 0) : (x as Tensor4D);

/** The cells that a window reaches over. */
const reachOf = (window: number, dilation: number) =>
	(window - 1) * dilation + 1;

/**
 * Pools windows whose cells lie `dilations` apart, stride 1. The cells that are
 * so many apart make images of their own, which are pooled without gaps.
 */
function dilated(
	x: Tensor4D,
	windows: Pair,
	type: "max" | "avg",
	pad: Pad,
	dilations: Pair,
): Tensor4D {
	const sizes = x.shape.slice(1, 3) as Pair;
	const reaches = windows.map((window, axis) =>
		reachOf(window, dilations[axis] as number),
	);
	const given =
		pad === "same" ? undefined : pairsOf(pad === "valid" ? 0 : pad, 2);
	const around = reaches.map((reach, axis): Pair => {
		const pair = given?.[axis];
		return pair
			? [...pair]
			: [Math.floor((reach - 1) / 2), Math.ceil((reach - 1) / 2)];
	});
	const whole = sizes.map(
		(size, axis) =>
			size + (around[axis] as Pair)[0] + (around[axis] as Pair)[1],
	);
	if (whole.some((size, axis) => size < (reaches[axis] as number)))
		throw new UsageError(
			`a window of ${windows.join("×")} with dilations [${dilations}] does not fit into images of ${sizes.join("×")} with padding ${JSON.stringify(pad)}; give a smaller window, or the padding "same"`,
		);
	// The images of their own are of one size.
	const more = whole.map((size, axis) => {
		const dilation = dilations[axis] as number;
		return (dilation - (size % dilation)) % dilation;
	});
	const sides = around.map(
		([before, after], axis): Pair => [before, after + (more[axis] as number)],
	);
	const pooled = (images: Tensor4D, filling: number) => {
		const full = padded(images, [[0, 0], ...sides, [0, 0]], filling);
		const apart = spaceToBatchND(full, dilations, [
			[0, 0],
			[0, 0],
		]) as Tensor4D;
		const result =
			type === "max"
				? maxPool(apart, windows, 1, "valid")
				: avgPool(apart, windows, 1, "valid");
		return batchToSpaceND(result, dilations, [
			[0, more[0] as number],
			[0, more[1] as number],
		]) as Tensor4D;
	};
	if (type === "max") return pooled(x, Number.NEGATIVE_INFINITY);
	// Padding does not count: the share of each window that lies inside.
	const inside = pooled(ones([1, ...sizes, 1]) as Tensor4D, 0);
	return div(pooled(x, 0), inside);
}

/**
 * Pools images by their maximum or average, with gaps between the cells of a window
 * where `dilations` are given. Padding never counts, dilated or not: that of
 * TensorFlow.js counts as 0 with dilations, and is left out where it is given as numbers.
 *
 * @param input `[batch, height, width, channels]`, or without the batch
 * @param dilations how far the cells of a window are apart; with others than 1, strides are 1
 * @throws UsageError where a window finds no place
 */
export function pool<T extends Images>(
	input: T | TensorLike,
	windowShape: [number, number] | number,
	poolingType: "avg" | "max",
	pad: Pad,
	dilations: [number, number] | number = 1,
	strides: [number, number] | number = 1,
	dimRoundingMode?: Rounding,
): T {
	if (poolingType !== "max" && poolingType !== "avg")
		throw new UsageError(
			`pool takes "max" or "avg" as the type, not ${JSON.stringify(poolingType)}`,
		);
	return tidy(() => {
		const x = tensorOf(input) as Images;
		const gaps = countsOf("dilation", dilations ?? 1, 2) as Pair;
		const steps = strides ?? 1;
		if (gaps.every((gap) => gap === 1))
			return (poolingType === "max" ? maxPool : avgPool)(
				x as Tensor4D,
				windowShape,
				steps,
				pad,
				dimRoundingMode,
			);
		if (x.dtype !== "float32")
			throw new UsageError(
				`poolings take 32-bit floats, and this tensor is ${x.dtype}; give x.toFloat()`,
			);
		if (x.rank !== 3 && x.rank !== 4)
			throw new UsageError(
				`pool takes images, of rank 4 as [batch, height, width, channels] or of rank 3 without the batch, and this tensor has the rank ${x.rank}`,
			);
		if (countsOf("stride", steps, 2).some((step) => step !== 1))
			throw new UsageError(
				`pool takes strides [${steps}] or dilations [${gaps}], not both: where dilations are given, strides are 1; take every second result with stridedSlice instead`,
			);
		const images = withBatch(x);
		const windows = countsOf("window", windowShape, 2) as Pair;
		const result = dilated(images, windows, poolingType, pad, gaps);
		return x.rank === 3 ? squeeze<Tensor3D>(result, [0]) : result;
	}) as T;
}

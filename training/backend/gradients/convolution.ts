import {
	add,
	backend_util,
	cast,
	engine,
	equal,
	type GradConfig,
	logicalAnd,
	mul,
	onesLike,
	pad as padded,
	slice,
	stridedSlice,
	sub,
	type Tensor,
	type Tensor3D,
	type Tensor4D,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { spread } from "./arrays.ts";
import { type Attributes, run } from "./run.ts";

/** A convolution and the kernels of its two gradients. */
interface Kind {
	readonly forward: string;
	readonly input: string;
	readonly filter: string;
	/** Axes along which windows move: the first ones of the filter. */
	readonly axes: number;
}

const KINDS: readonly Kind[] = [
	{
		forward: "Conv2D",
		input: "Conv2DBackpropInput",
		filter: "Conv2DBackpropFilter",
		axes: 2,
	},
	{
		forward: "Conv3D",
		input: "Conv3DBackpropInputV2",
		filter: "Conv3DBackpropFilterV2",
		axes: 3,
	},
	{
		forward: "DepthwiseConv2dNative",
		input: "DepthwiseConv2dNativeBackpropInput",
		filter: "DepthwiseConv2dNativeBackpropFilter",
		axes: 2,
	},
];

/** One number for each axis, whatever was given. */
function dilationsOf({ axes }: Kind, { dilations }: Attributes): number[] {
	const given = (dilations ?? 1) as number | number[];
	return Array.from({ length: axes }, (_, axis) =>
		Array.isArray(given) ? (given[axis] ?? 1) : given,
	);
}

/** The filter with zeros between its cells, which sees what the dilated one sees. */
const withZeros = (filter: Tensor, rates: readonly number[]): Tensor =>
	rates.reduce((wide, rate, axis) => spread(wide, axis, rate), filter);

/** The reverse way: the cells of the dilated filter among those of the wide one. */
const withoutZeros = (wide: Tensor, rates: readonly number[]): Tensor =>
	stridedSlice(
		wide,
		wide.shape.map(() => 0),
		wide.shape,
		wide.shape.map((_, axis) => rates[axis] ?? 1),
	);

/** Our kernels know dilations; those of other backends leave them out of gradients without a word. */
const isDilatedElsewhere = (rates: readonly number[]): boolean =>
	engine().backendName !== "wasm" && rates.some((rate) => rate > 1);

function inputGradient(
	kind: Kind,
	dy: Tensor,
	filter: Tensor,
	inputShape: readonly number[],
	attrs: Attributes,
): Tensor {
	const rates = dilationsOf(kind, attrs);
	const isWide = isDilatedElsewhere(rates);
	return run(
		kind.input,
		{ dy, filter: isWide ? withZeros(filter, rates) : filter },
		{ ...attrs, dilations: isWide ? 1 : rates, inputShape },
	);
}

function filterGradient(
	kind: Kind,
	x: Tensor,
	dy: Tensor,
	filterShape: readonly number[],
	attrs: Attributes,
): Tensor {
	const rates = dilationsOf(kind, attrs);
	if (!isDilatedElsewhere(rates))
		return run(
			kind.filter,
			{ x, dy },
			{ ...attrs, dilations: rates, filterShape },
		);
	const wideShape = filterShape.map(
		(size, axis) => (size - 1) * (rates[axis] ?? 1) + 1,
	);
	return withoutZeros(
		run(
			kind.filter,
			{ x, dy },
			{ ...attrs, dilations: 1, filterShape: wideShape },
		),
		rates,
	);
}

const forward = (kind: Kind, x: Tensor, filter: Tensor, attrs: Attributes) =>
	run(
		kind.forward,
		{ x, filter },
		{ ...attrs, dilations: dilationsOf(kind, attrs) },
	);

/**
 * A convolution is linear in its input and in its filter, so that its gradients are
 * convolutions again, and their gradients are the three of them: whatever follows
 * from a convolution can be differentiated as often as one likes. Those of tfjs forget
 * `dimRoundingMode`, refuse dilations, and mostly have no gradient themselves.
 */
const gradientsOf = (kind: Kind): GradConfig[] => [
	{
		kernelName: kind.forward,
		inputsToSave: ["x", "filter"],
		gradFunc: (dy, saved, attrs) => {
			const [x, filter] = saved as [Tensor, Tensor];
			return {
				x: () => inputGradient(kind, dy as Tensor, filter, x.shape, attrs),
				filter: () =>
					filterGradient(kind, x, dy as Tensor, filter.shape, attrs),
			};
		},
	},
	{
		kernelName: kind.input,
		inputsToSave: ["dy", "filter"],
		gradFunc: (ddx, saved, attrs) => {
			const [dy, filter] = saved as [Tensor, Tensor];
			const { inputShape: _, ...rest } = attrs as Attributes;
			return {
				dy: () => forward(kind, ddx as Tensor, filter, rest),
				filter: () =>
					filterGradient(kind, ddx as Tensor, dy, filter.shape, rest),
			};
		},
	},
	{
		kernelName: kind.filter,
		inputsToSave: ["x", "dy"],
		gradFunc: (ddf, saved, attrs) => {
			const [x, dy] = saved as [Tensor, Tensor];
			const { filterShape: _, ...rest } = attrs as Attributes;
			return {
				x: () => inputGradient(kind, dy, ddf as Tensor, x.shape, rest),
				dy: () => forward(kind, x, ddf as Tensor, rest),
			};
		},
	},
];

/** What windows see of `x` at one tap of a dilation; 0 where that is beside the image. */
function atTap(
	x: Tensor,
	info: backend_util.Conv2DInfo,
	row: number,
	column: number,
): Tensor {
	const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = info;
	// The last window may end beyond the padding.
	const below = (size: number, first: number, last: number) =>
		Math.max(0, last + 1 - first - size);
	const top = row * info.dilationHeight;
	const left = column * info.dilationWidth;
	const bottom = top + (outHeight - 1) * strideHeight;
	const right = left + (outWidth - 1) * strideWidth;
	const whole = padded(x, [
		[0, 0],
		[padInfo.top, below(info.inHeight, padInfo.top, bottom)],
		[padInfo.left, below(info.inWidth, padInfo.left, right)],
		[0, 0],
	]);
	const [batch, , , channels] = x.shape as [number, number, number, number];
	return stridedSlice(
		whole,
		[0, top, left, 0],
		[batch, bottom + 1, right + 1, channels],
		[1, strideHeight, strideWidth, 1],
	);
}

/** For each window of a dilation, `value` at the tap that won it: the first that reaches the maximum. */
function ofWinners(
	x: Tensor4D,
	filter: Tensor3D,
	attrs: Attributes,
	value: (info: backend_util.Conv2DInfo, row: number, column: number) => Tensor,
): Tensor {
	type Parameters2D = Parameters<typeof backend_util.computeDilation2DInfo>;
	const info = backend_util.computeDilation2DInfo(
		x.shape,
		filter.shape,
		attrs.strides as Parameters2D[2],
		attrs.pad as Parameters2D[3],
		"NHWC",
		attrs.dilations as Parameters2D[5],
	);
	const [height, width, channels] = filter.shape;
	const most = run("Dilation2D", { x, filter }, attrs);
	const inside = onesLike(x);
	let total: Tensor = zerosLike(most);
	let open: Tensor = onesLike(most);
	for (let row = 0; row < height; row++)
		for (let column = 0; column < width; column++) {
			const tap = slice(filter, [row, column, 0], [1, 1, channels]);
			const reached = equal(add(atTap(x, info, row, column), tap), most);
			const isInside = cast(atTap(inside, info, row, column), "bool");
			const wins = mul(cast(logicalAnd(reached, isInside), "float32"), open);
			open = sub(open, wins);
			total = add(total, mul(wins, value(info, row, column)));
		}
	return total;
}

/** The gradients of a dilation do not depend on image and filter, but for which cell wins, and are linear in `dy`. */
const dilationGradients: readonly GradConfig[] = [
	{
		kernelName: "Dilation2DBackpropInput",
		inputsToSave: ["x", "filter", "dy"],
		gradFunc: (ddx, saved, attrs) => {
			const [x, filter] = saved as [Tensor4D, Tensor3D, Tensor];
			return {
				x: () => zerosLike(x),
				filter: () => zerosLike(filter),
				dy: () =>
					ofWinners(x, filter, attrs, (info, row, column) =>
						atTap(ddx as Tensor, info, row, column),
					),
			};
		},
	},
	{
		kernelName: "Dilation2DBackpropFilter",
		inputsToSave: ["x", "filter", "dy"],
		gradFunc: (ddf, saved, attrs) => {
			const [x, filter] = saved as [Tensor4D, Tensor3D, Tensor];
			const channels = filter.shape[2];
			return {
				x: () => zerosLike(x),
				filter: () => zerosLike(filter),
				dy: () =>
					ofWinners(x, filter, attrs, (_, row, column) =>
						slice(ddf as Tensor3D, [row, column, 0], [1, 1, channels]),
					),
			};
		},
	},
];

export const convolutionGradients: readonly GradConfig[] = [
	...KINDS.flatMap(gradientsOf),
	...dilationGradients,
];

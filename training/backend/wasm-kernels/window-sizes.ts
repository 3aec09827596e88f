import { backend_util } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";

type Conv2D = typeof backend_util.computeConv2DInfo;
type Conv3D = typeof backend_util.computeConv3DInfo;
type Conv3DInfo = backend_util.Conv3DInfo;
type Pad = Parameters<Conv2D>[4];
type Rounding = "floor" | "round" | "ceil" | undefined;

const isCount = (value: unknown) =>
	Number.isInteger(value) && Number(value) > 0;

/** One for all axes, or one for each; an option that was not given is right. */
const areCounts = (values: unknown, axes: number): boolean =>
	values === undefined ||
	values === null ||
	isCount(values) ||
	(Array.isArray(values) && values.length === axes && values.every(isCount));

/** @throws UsageError where windows would lie between cells, or beyond what padding can mean */
function checkWindows(
	axes: number,
	strides: unknown,
	dilations: unknown,
	pad: unknown,
): void {
	if (!areCounts(strides, axes) || !areCounts(dilations, axes))
		throw new UsageError(
			`strides [${strides}] and dilations [${dilations ?? 1}] must be whole numbers above 0, one for all axes or a list of ${axes}`,
		);
	if (typeof pad === "string") {
		if (pad === "same" || pad === "valid") return;
		throw new UsageError(
			`there is no padding "${pad}": give "same", "valid", a number, or a list of two numbers for each axis`,
		);
	}
	const numbers = [pad].flat(2);
	if (
		numbers.length === 0 ||
		!numbers.every((size) => Number.isInteger(size) && Number(size) >= 0)
	)
		throw new UsageError(
			`paddings are whole numbers of at least 0, not ${JSON.stringify(pad)}; to leave values out, use tf.slice`,
		);
}

/** One number for all sides, as the list that stands for it: from the number itself, tfjs computes the width of the result with the window and stride of its height. */
function asList(pad: Pad, format: string | undefined): Pad {
	if (typeof pad !== "number") return pad;
	const sides = [pad, pad] as [number, number];
	return format === "channelsFirst"
		? [[0, 0], [0, 0], sides, sides]
		: [[0, 0], sides, sides, [0, 0]];
}

const rounded = (value: number, mode: Rounding): number =>
	mode === undefined || mode === null ? Math.trunc(value) : Math[mode](value);

const AXES = [
	["Depth", "front", "back"],
	["Height", "top", "bottom"],
	["Width", "left", "right"],
] as const;

/** Paddings by axis; tfjs has numbers and "same" only, the latter negative where strides step over the window. */
function withPadding3D(
	info: Conv3DInfo,
	pad: unknown,
	mode: Rounding,
	isFirst: boolean,
): Conv3DInfo {
	const padInfo = { ...info.padInfo };
	const result = { ...info, padInfo };
	for (const [at, [axis, before, after]] of AXES.entries()) {
		const [size, window, stride] = [
			info[`in${axis}`],
			info[`effectiveFilter${axis}`],
			info[`stride${axis}`],
		];
		if (pad === "same") {
			const missing = (info[`out${axis}`] - 1) * stride + window - size;
			padInfo[before] = Math.floor(Math.max(0, missing) / 2);
			padInfo[after] = Math.max(0, missing) - padInfo[before];
		} else if (Array.isArray(pad)) {
			const sides = pad[at + (isFirst ? 2 : 1)] as [number, number];
			[padInfo[before], padInfo[after]] = sides;
			padInfo.type = "EXPLICIT";
			result[`out${axis}`] = Math.max(
				0,
				rounded((size - window + sides[0] + sides[1]) / stride + 1, mode),
			);
		}
	}
	const { outDepth, outHeight, outWidth } = result;
	const [batch, channels] = [info.batchSize, info.outChannels];
	result.outShape = isFirst
		? [batch, channels, outDepth, outHeight, outWidth]
		: [batch, outDepth, outHeight, outWidth, channels];
	return result;
}

/** @throws UsageError where a list of paddings is not for these axes, of which batch and channels have none */
function checkList(pad: unknown, axes: number, isFirst = false): void {
	if (!Array.isArray(pad)) return;
	const isPair = (sides: unknown) => Array.isArray(sides) && sides.length === 2;
	const none = [pad[0], isFirst ? pad[1] : pad[axes - 1]];
	if (
		pad.length === axes &&
		pad.every(isPair) &&
		none.flat().every((size) => size === 0)
	)
		return;
	const zero = "[0, 0]";
	const inner = new Array<string>(axes - 2).fill("[1, 2]");
	const list = isFirst ? [zero, zero, ...inner] : [zero, ...inner, zero];
	throw new UsageError(
		`a list of paddings has two numbers for each of the ${axes} axes, such as [${list.join(", ")}], with none for batch and channels, not ${JSON.stringify(pad)}`,
	);
}

/** @throws UsageError where nobody would know how to round */
export function checkRounding(mode: unknown): asserts mode is Rounding | null {
	if (mode === undefined || mode === null) return;
	if (mode !== "floor" && mode !== "round" && mode !== "ceil")
		throw new UsageError(
			`dimRoundingMode is "floor", "round" or "ceil", not ${JSON.stringify(mode)}`,
		);
}

/** @throws UsageError where no window finds a place, though there is something to look at */
function checkFit(
	kernel: string,
	inShape: readonly number[],
	windows: readonly number[],
	out: readonly number[],
	pad: unknown,
): void {
	const least = inShape.includes(0) ? 0 : 1;
	if (out.every((size) => size >= least)) return;
	throw new UsageError(
		`${kernel}: a window of ${windows.join("×")}, with its dilations, does not fit into the input [${inShape}] with padding ${JSON.stringify(pad)}; give a smaller one, or the padding "same"`,
	);
}

function checkFit2D(
	kernel: string,
	info: backend_util.Conv2DInfo,
	pad: unknown,
): backend_util.Conv2DInfo {
	const windows = [info.effectiveFilterHeight, info.effectiveFilterWidth];
	const out = [info.outHeight, info.outWidth];
	checkFit(kernel, info.inShape, windows, out, pad);
	return info;
}

/**
 * Puts the right sizes of convolutions where the kernels of every backend look for
 * them. Those of tfjs take the padding of the height for the width, and step
 * outside of volumes.
 */
export function installWindowSizes(): void {
	const utilities = backend_util as {
		computeConv2DInfo: Conv2D;
		computeConv3DInfo: Conv3D;
		computeDilation2DInfo: typeof backend_util.computeDilation2DInfo;
	};
	const { computeConv2DInfo, computeConv3DInfo } = utilities;
	const { computeDilation2DInfo } = utilities;
	utilities.computeConv2DInfo = (
		x,
		filter,
		strides,
		dilations,
		pad,
		...rest
	) => {
		const isFirst = rest[2] === "channelsFirst";
		checkWindows(2, strides, dilations, pad);
		checkList(pad, 4, isFirst);
		checkRounding(rest[0]);
		const info = computeConv2DInfo(
			x,
			filter,
			strides,
			dilations,
			asList(pad, rest[2]),
			...rest,
		);
		return checkFit2D(rest[1] ? "DepthwiseConv2dNative" : "Conv2D", info, pad);
	};
	utilities.computeDilation2DInfo = (
		x,
		filter,
		strides,
		pad,
		format,
		rates,
	) => {
		checkWindows(2, strides, rates, pad);
		checkList(pad, 4);
		const list = asList(pad as Pad, undefined) as typeof pad;
		const info = computeDilation2DInfo(x, filter, strides, list, format, rates);
		return checkFit2D("Dilation2D", info, pad);
	};
	utilities.computeConv3DInfo = (
		x,
		filter,
		strides,
		dilations,
		pad,
		...rest
	) => {
		checkWindows(3, strides, dilations, pad);
		const [, format, mode] = rest;
		checkList(pad, 5, format === "channelsFirst");
		checkRounding(mode);
		const info = computeConv3DInfo(
			x,
			filter,
			strides,
			dilations,
			Array.isArray(pad) ? 0 : pad,
			...rest,
		);
		const padded = withPadding3D(info, pad, mode, format === "channelsFirst");
		checkFit(
			"Conv3D",
			x,
			AXES.map(([axis]) => info[`effectiveFilter${axis}`]),
			AXES.map(([axis]) => padded[`out${axis}`]),
			pad,
		);
		return padded;
	};
}

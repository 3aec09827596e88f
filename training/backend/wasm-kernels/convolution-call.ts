import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { release, transposed } from "./heap.ts";

export type Shape4D = [number, number, number, number];
export type Shape5D = [number, number, number, number, number];

type Conv2DParameters = Parameters<typeof backend_util.computeConv2DInfo>;

/** What kernels of convolutions are called with. */
export interface ConvolutionCall {
	readonly inputs: NamedTensorInfoMap;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

/** Attributes of convolutions, as far as a kernel has them. `dilations` is 1 where a gradient of tfjs leaves it out. */
export interface ConvolutionAttrs {
	readonly strides: number | number[];
	readonly pad: Conv2DParameters[4];
	readonly dilations?: number | number[] | null;
	readonly dimRoundingMode?: "floor" | "round" | "ceil";
	readonly dataFormat?: string;
}

/** @throws UsageError: the kernels would take the bits of whole numbers for those of floats */
export function checkFloats(
	kernel: string,
	inputs: readonly (TensorInfo | undefined)[],
): void {
	for (const input of inputs)
		if (input && input.dtype !== "float32")
			throw new UsageError(
				`${kernel} computes with 32-bit floats, and one of its tensors is ${input.dtype}; give tensor.toFloat()`,
			);
}

/** @throws UsageError where the gradient of a result is not of its shape: what lies beside it would be read */
export function checkShapeOfGradient(
	kernel: string,
	dy: TensorInfo,
	outShape: readonly number[],
): void {
	if (dy.shape.join() !== outShape.join())
		throw new UsageError(
			`${kernel}: with this filter, strides and padding, the tensor would have the shape [${outShape}], not [${dy.shape}]; of a transposed convolution, mend outputShape`,
		);
}

/** Sizes of a convolution of images, channels last. */
export const sizes2D = (
	inShape: Shape4D,
	filterShape: Shape4D,
	{ strides, pad, dilations, dimRoundingMode }: ConvolutionAttrs,
	depthwise = false,
): backend_util.Conv2DInfo =>
	backend_util.computeConv2DInfo(
		inShape,
		filterShape,
		strides as Conv2DParameters[2],
		(dilations ?? 1) as Conv2DParameters[3],
		pad,
		dimRoundingMode,
		depthwise,
		"channelsLast",
	);

/** Sizes of a convolution of volumes, channels last. */
export const sizes3D = (
	inShape: Shape5D,
	filterShape: Shape5D,
	{ strides, pad, dilations }: ConvolutionAttrs,
): backend_util.Conv3DInfo =>
	backend_util.computeConv3DInfo(
		inShape,
		filterShape,
		strides as number,
		(dilations ?? 1) as number,
		pad as "same",
	);

/** @returns whether the channels are the second axis */
export function isChannelsFirst({ dataFormat = "NHWC" }: ConvolutionAttrs) {
	if (dataFormat !== "NHWC" && dataFormat !== "NCHW")
		throw new UsageError(
			`there is no data format "${dataFormat}": give "NHWC", with channels last, or "NCHW"`,
		);
	return dataFormat === "NCHW";
}

/** Axes of images with channels first, in the order of those with channels last. */
export const LAST = [0, 2, 3, 1];
const FIRST = [0, 3, 1, 2];

/** `shape` as it is with channels last. */
export const lastShape = (shape: readonly number[]): Shape4D =>
	LAST.map((axis) => shape[axis] as number) as Shape4D;

/** Paddings of channels first, as they are listed with channels last. */
function lastPad(pad: ConvolutionAttrs["pad"]): ConvolutionAttrs["pad"] {
	if (!Array.isArray(pad) || pad.length !== 4) return pad;
	const [batch, channels, height, width] = pad;
	return [batch, height, width, channels] as typeof pad;
}

/**
 * Computes with channels last whatever is asked for.
 *
 * @param named the inputs that are images
 * @param result whether the result is images, too
 */
export function withChannelsLast(
	call: ConvolutionCall,
	named: readonly string[],
	result: boolean,
	compute: (inputs: NamedTensorInfoMap, attrs: ConvolutionAttrs) => TensorInfo,
): TensorInfo {
	const attrs = call.attrs as ConvolutionAttrs;
	if (!isChannelsFirst(attrs)) return compute(call.inputs, attrs);
	const backend = call.backend as BackendWasm;
	const inputs: NamedTensorInfoMap = { ...call.inputs };
	const own: TensorInfo[] = [];
	for (const name of named) {
		const image = transposed(backend, inputs[name] as TensorInfo, LAST);
		inputs[name] = image;
		own.push(image);
	}
	const out = compute(inputs, {
		...attrs,
		pad: lastPad(attrs.pad),
		dataFormat: "NHWC",
	});
	for (const image of own) release(backend, image);
	if (!result) return out;
	const back = transposed(backend, out, FIRST);
	release(backend, out);
	return back;
}

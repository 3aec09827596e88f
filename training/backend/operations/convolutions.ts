/**
 * Operations of tfjs-core that are wrong above their kernels. Loaded right after
 * seeding.ts: tfjs-layers finds them in the exports of tfjs-core.
 */

import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { requirePackage } from "../../../host/modules.ts";
import {
	type ActivationOptions,
	activated,
	alongChannels,
	checkActivation,
} from "./fused-activations.ts";

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

type Operation = (...args: unknown[]) => Core.Tensor;

/** Where an operation has its arguments. */
interface Signature {
	readonly name: keyof typeof Core;
	readonly strides: number;
	readonly pad: number;
	readonly dilations?: number;
	readonly dataFormat?: number;
	readonly formats?: readonly string[];
	readonly outputShape?: number;
}

const SIGNATURES = [
	{
		name: "conv1d",
		strides: 2,
		pad: 3,
		dataFormat: 4,
		dilations: 5,
		formats: ["NWC"],
	},
	{
		name: "conv2d",
		strides: 2,
		pad: 3,
		dataFormat: 4,
		dilations: 5,
		formats: ["NHWC", "NCHW"],
	},
	{
		name: "depthwiseConv2d",
		strides: 2,
		pad: 3,
		dataFormat: 4,
		dilations: 5,
		formats: ["NHWC", "NCHW"],
	},
	{
		name: "separableConv2d",
		strides: 3,
		pad: 4,
		dilations: 5,
		dataFormat: 6,
		formats: ["NHWC"],
	},
	{
		name: "conv3d",
		strides: 2,
		pad: 3,
		dataFormat: 4,
		dilations: 5,
		formats: ["NDHWC"],
	},
	{
		name: "dilation2d",
		strides: 2,
		pad: 3,
		dilations: 4,
		dataFormat: 5,
		formats: ["NHWC"],
	},
	{ name: "conv2dTranspose", outputShape: 2, strides: 3, pad: 4 },
	{ name: "conv3dTranspose", outputShape: 2, strides: 3, pad: 4 },
] as const satisfies readonly Signature[];

const shapeOf = (x: unknown): readonly number[] | undefined =>
	x instanceof core.Tensor ? x.shape : undefined;

function checkFormat({ name, formats = [] }: Signature, format: unknown) {
	if (formats.includes(String(format))) return;
	throw new UsageError(
		`${name} knows the data format ${formats.join(" and ")}, and not ${JSON.stringify(format)}: bring the channels to the end with tf.transpose, such as x.transpose([0, 2, 3, 1]) of images`,
	);
}

function checkOutputShape(name: string, shape: unknown, x: unknown): void {
	const given = shapeOf(x);
	if (
		Array.isArray(shape) &&
		shape.every((size) => Number.isInteger(size) && size >= 0) &&
		(!given || given.length === shape.length)
	)
		return;
	throw new UsageError(
		`${name}: outputShape is [${shape}], and has to be a list of whole numbers, one for each axis of the input${given ? ` [${given}]` : ""}, its batch too`,
	);
}

/** Arguments that tfjs stumbles over, or takes for others, are refused; null stands for what is not given. */
function checked(signature: Signature, args: readonly unknown[]): unknown[] {
	const { name, strides, dilations, dataFormat, outputShape } = signature;
	const given = args.map((value) => value ?? undefined);
	if (given[strides] === undefined)
		throw new UsageError(
			`${name} was given no strides: they are 1 where the window is to move cell by cell`,
		);
	if (dilations !== undefined) given[dilations] ??= 1;
	if (dataFormat !== undefined && given[dataFormat] !== undefined)
		checkFormat(signature, given[dataFormat]);
	// Other backends take channels first for channels last, without a word.
	if (name === "depthwiseConv2d" && core.getBackend() !== "wasm")
		checkFormat({ ...signature, formats: ["NHWC"] }, given[4] ?? "NHWC");
	if (outputShape !== undefined)
		checkOutputShape(name, given[outputShape], given[0]);
	return given;
}

/** The padding of lines, as that of images of one row: tfjs pads above and below them, too. */
function padOfRow(pad: unknown): unknown {
	const none = [0, 0];
	if (typeof pad === "number") return [none, none, [pad, pad], none];
	return Array.isArray(pad) && pad.length === 3
		? [pad[0], none, pad[1], pad[2]]
		: pad;
}

function mended(signature: Signature): Operation {
	const original = core[signature.name] as unknown as Operation;
	return (...args) => {
		const given = checked(signature, args);
		if (signature.name === "conv1d")
			given[signature.pad] = padOfRow(given[signature.pad]);
		return original(...given);
	};
}

type Mended = Pick<typeof Core, (typeof SIGNATURES)[number]["name"]>;

const operations = Object.fromEntries(
	SIGNATURES.map((signature) => [signature.name, mended(signature)]),
) as unknown as Mended;

export const {
	conv1d,
	conv2d,
	conv2dTranspose,
	conv3d,
	conv3dTranspose,
	depthwiseConv2d,
	dilation2d,
	separableConv2d,
} = operations;

interface FusedOptions extends ActivationOptions {
	readonly x: Core.Tensor;
	readonly filter: Core.Tensor;
	readonly strides: number;
	readonly pad: "same";
	readonly dilations?: number;
	readonly dimRoundingMode?: "floor";
	readonly bias?: Core.Tensor | null;
}

/** That of tf.leakyRelu. */
const SLOPE = 0.2;

type Convolve = (
	x: Core.Tensor,
	filter: Core.Tensor,
	strides: number,
	pad: "same",
	dataFormat?: string,
	dilations?: number,
	dimRoundingMode?: "floor",
) => Core.Tensor;

/** One operation after the other, each of which has a gradient. */
const unfused = (convolve: Convolve, options: FusedOptions): Core.Tensor =>
	core.tidy(() => {
		const { x, filter, strides, pad, dataFormat, dilations } = options;
		const { bias, dimRoundingMode } = options;
		let y = convolve(
			x,
			filter,
			strides,
			pad,
			dataFormat ?? "NHWC",
			dilations ?? 1,
			dimRoundingMode,
		);
		if (bias) y = core.add(y, alongChannels(bias, dataFormat));
		return activated(y, options);
	});

/** One value, or one for each channel. */
const isPlain = (values: Core.Tensor | null | undefined, channels?: number) =>
	!values ||
	(values.rank <= 1 &&
		(channels === undefined || values.size === 1 || values.size === channels));

/**
 * The gradient of a fused convolution in tfjs forgets `dimRoundingMode` and slopes,
 * and knows neither dilations nor channels first. Differentiated, it is its parts, and
 * so it is with whatever the operation of tfjs does not take.
 */
function fuse(
	name: "conv2d" | "depthwiseConv2d",
	convolve: Convolve,
): (options: FusedOptions) => Core.Tensor {
	const original = core.fused[name] as unknown as (
		options: FusedOptions,
	) => Core.Tensor;
	return (options) => {
		const { activation, preluActivationWeights } = options;
		checkActivation(name, activation ?? undefined, preluActivationWeights);
		const { gradientDepth } = core.engine().state;
		const { bias, filter, dataFormat } = options;
		const isFused =
			gradientDepth === 0 &&
			(dataFormat ?? "NHWC") === "NHWC" &&
			isPlain(bias) &&
			isPlain(preluActivationWeights, filter.shape.at(-1));
		if (!isFused) return unfused(convolve, options);
		// tfjs takes 0 where none is given, or NaN on the backend in JavaScript.
		const { leakyreluAlpha = SLOPE } = options;
		return original({ ...options, leakyreluAlpha });
	};
}

const fused = {
	conv2d: fuse("conv2d", conv2d as unknown as Convolve),
	depthwiseConv2d: fuse(
		"depthwiseConv2d",
		depthwiseConv2d as unknown as Convolve,
	),
};

Object.assign(core, operations);
Object.assign(core.fused, fused);

import {
	add,
	conv1d,
	conv2dTranspose,
	conv3dTranspose,
	depthwiseConv2d,
	pad,
	reshape,
	separableConv2d,
	slice,
	type Tensor,
	type Tensor3D,
	type Tensor4D,
	type Tensor5D,
	tidy,
} from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { asGiven, channelsLast, isChannelsFirst } from "./channels.ts";
import {
	type AnyLayer,
	mend,
	mendMaking,
	only,
	onlyShape,
	parentOf,
	prototypeOf,
	type Shape,
} from "./classes.ts";

interface Variable {
	read(): Tensor;
}

interface Convolution extends AnyLayer {
	readonly rank: number;
	readonly kernelSize: number[];
	readonly strides: number[];
	readonly dilationRate: number[];
	readonly padding: "valid" | "same" | "causal";
	readonly dataFormat: "channelsLast" | "channelsFirst";
	readonly activation: { apply(x: Tensor): Tensor } | null;
	readonly bias: Variable | null;
	readonly kernel: Variable;
}

const isDilated = ({ dilationRate }: Convolution): boolean =>
	dilationRate.some((rate) => rate !== 1);

/** How far a dilated window reaches along an axis. */
const reachOf = (
	{ kernelSize, dilationRate }: Convolution,
	axis: number,
): number =>
	((kernelSize[axis] as number) - 1) * (dilationRate[axis] as number) + 1;

/** Gives a class the sizes that its windows leave of an image, for those that tfjs computes without the dilation. */
function mendSizes(
	owner: Convolution,
	lengthOf: (layer: Convolution, axis: number, size: number) => number,
): void {
	mend(
		owner,
		"computeOutputShape",
		(computeOutputShape) =>
			function (this: Convolution, shape) {
				const given = onlyShape(shape);
				const result = computeOutputShape.call(this, [...given]) as Shape;
				const from = isChannelsFirst(this) ? 2 : 1;
				for (const axis of this.strides.keys()) {
					const size = given[from + axis] ?? null;
					result[from + axis] =
						size === null ? null : lengthOf(this, axis, size);
				}
				return result;
			},
	);
}

/** Bias and activation, of what has its channels last. */
function finished(layer: Convolution, x: Tensor): Tensor {
	const y = layer.bias ? add(x, layer.bias.read()) : x;
	return asGiven(layer, layer.activation ? layer.activation.apply(y) : y);
}

/** What was wrong in the arguments of a convolution, and only shows when it computes. */
function checkArguments(layer: Convolution): void {
	const isStepping = layer.strides.some((stride) => stride !== 1);
	if (isStepping && isDilated(layer) && !isTransposed(layer))
		throw new UsageError(
			`the layer ${layer.name} has strides [${layer.strides}] and dilationRate [${layer.dilationRate}]: one of them must be 1; for both, dilate with strides 1 and take every other value with a pooling of poolSize 1 and these strides`,
		);
	if (layer.padding === "causal" && layer.rank !== 1)
		throw new UsageError(
			`the layer ${layer.name} has the padding "causal", which is of layers.conv1d, whose one axis is time; take "same" or "valid"`,
		);
}

const isTransposed = (layer: Convolution): boolean =>
	layer instanceof (Conv2DTranspose as never) ||
	layer instanceof (Conv3DTranspose as never);

const conv2dTransposed = prototypeOf<Convolution>("Conv2DTranspose");
const conv3dTransposed = prototypeOf<Convolution>("Conv3DTranspose");
const Conv2DTranspose = conv2dTransposed.constructor;
const Conv3DTranspose = conv3dTransposed.constructor;
const depthwise = prototypeOf<Depthwise>("DepthwiseConv2D");
const separable = parentOf<Separable>(prototypeOf("SeparableConv2D"));
const conv = parentOf<Convolution>(prototypeOf("Conv2D"));
for (const owner of [conv, separable, depthwise] as Convolution[])
	mend(
		owner,
		"build",
		(build) =>
			function (this: Convolution, shape) {
				checkArguments(this);
				build.call(this, shape);
			},
	);

const conv1dLayer = prototypeOf<Convolution>("Conv1D");
/** tfjs has no causal padding, and gives what has its channels first back with its channels last. */
mend(
	conv1dLayer,
	"call",
	(call) =>
		function (this: Convolution, inputs, args) {
			if (this.padding !== "causal" && !isChannelsFirst(this))
				return call.call(this, inputs, args);
			return tidy(() => {
				const given = channelsLast<Tensor3D>(this, only(inputs));
				const [size, rate] = [
					this.kernelSize[0] as number,
					this.dilationRate[0] as number,
				];
				const x =
					this.padding === "causal"
						? pad(given, [
								[0, 0],
								[(size - 1) * rate, 0],
								[0, 0],
							])
						: given;
				const y = conv1d(
					x,
					this.kernel.read() as Tensor3D,
					this.strides[0] as number,
					this.padding === "causal" ? "valid" : this.padding,
					"NWC",
					rate,
				);
				return finished(this, y);
			});
		},
);
mend(
	conv1dLayer,
	"computeOutputShape",
	(computeOutputShape) =>
		function (this: Convolution, shape) {
			const given = onlyShape(shape);
			const result = computeOutputShape.call(this, given) as Shape;
			if (this.padding !== "causal") return result;
			const axis = isChannelsFirst(this) ? 2 : 1;
			const steps = given[axis] ?? null;
			result[axis] =
				steps === null ? null : Math.ceil(steps / (this.strides[0] as number));
			return result;
		},
);
mend(
	conv1dLayer,
	"getConfig",
	(getConfig) =>
		function (this: Convolution) {
			const config = getConfig.call(this);
			return isChannelsFirst(this)
				? { ...config, dataFormat: this.dataFormat }
				: config;
		},
);

/** The kernel with zeros between its values. */
function dilated(kernel: Tensor, rates: readonly number[]): Tensor {
	let result = kernel;
	for (const [axis, rate] of rates.entries()) {
		if (rate === 1) continue;
		const { shape } = result;
		const size = shape[axis] as number;
		const before = shape.slice(0, axis).reduce((a, b) => a * b, 1);
		const after = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
		const wide = pad(reshape(result, [before, size, 1, after]), [
			[0, 0],
			[0, 0],
			[0, rate - 1],
			[0, 0],
		]);
		const reach = (size - 1) * rate + 1;
		result = reshape(
			slice(
				reshape(wide, [before, size * rate, after]),
				[0, 0, 0],
				[before, reach, after],
			),
			[...shape.slice(0, axis), reach, ...shape.slice(axis + 1)],
		);
	}
	return result;
}

/** How long an axis becomes. */
function transposedLength(
	layer: Convolution,
	axis: number,
	size: number,
): number {
	const stride = layer.strides[axis] as number;
	const more = Math.max(reachOf(layer, axis) - stride, 0);
	return size * stride + (layer.padding === "valid" ? more : 0);
}

// tfjs takes no dilationRate into account, without a word, and does not save it.
for (const owner of [conv2dTransposed, conv3dTransposed]) {
	mend(
		owner,
		"call",
		(call) =>
			function (this: Convolution, inputs, args) {
				if (!isDilated(this)) return call.call(this, inputs, args);
				return tidy(() => {
					const x = channelsLast(this, only(inputs));
					const kernel = dilated(this.kernel.read(), this.dilationRate);
					const [batch, ...rest] = x.shape as [number, ...number[]];
					const shape = [
						batch,
						...this.strides.map((_, axis) =>
							transposedLength(this, axis, rest[axis] as number),
						),
						kernel.shape.at(-2) as number,
					];
					const padding = this.padding as "valid" | "same";
					return finished(
						this,
						this.rank === 2
							? conv2dTranspose(
									x as Tensor4D,
									kernel as Tensor4D,
									shape as [number, number, number, number],
									this.strides as [number, number],
									padding,
								)
							: conv3dTranspose(
									x as Tensor5D,
									kernel as Tensor5D,
									shape as [number, number, number, number, number],
									this.strides as [number, number, number],
									padding,
								),
					);
				});
			},
	);
	mendSizes(owner, transposedLength);
	mend(
		owner,
		"getConfig",
		(getConfig) =>
			function (this: Convolution) {
				const config = getConfig.call(this);
				return isDilated(this)
					? { ...config, dilationRate: this.dilationRate }
					: config;
			},
	);
}

interface Depthwise extends Convolution {
	readonly depthwiseKernel: Variable;
	readonly depthwiseConstraint: unknown;
}

/** How long an axis becomes that a dilated window moves over. */
function convolvedLength(
	layer: Convolution,
	axis: number,
	size: number,
): number {
	const places =
		layer.padding === "valid" ? size - reachOf(layer, axis) + 1 : size;
	return Math.ceil(places / (layer.strides[axis] as number));
}

// tfjs takes no dilationRate into account, without a word.
mend(
	depthwise,
	"call",
	(call) =>
		function (this: Depthwise, inputs, args) {
			if (!isDilated(this)) return call.call(this, inputs, args);
			return tidy(() =>
				finished(
					this,
					depthwiseConv2d(
						channelsLast<Tensor4D>(this, only(inputs)),
						this.depthwiseKernel.read() as Tensor4D,
						this.strides as [number, number],
						this.padding as "valid" | "same",
						"NHWC",
						this.dilationRate as [number, number],
					),
				),
			);
		},
);
mendSizes(depthwise, convolvedLength);

/** tfjs saves the regularizer in the place of the constraint. */
mend(
	depthwise,
	"getConfig",
	(getConfig) =>
		function (this: Depthwise) {
			// As another layer writes it.
			const like = layers.dense({
				units: 1,
				kernelConstraint: this.depthwiseConstraint as never,
			});
			return {
				...getConfig.call(this),
				depthwiseConstraint: like.getConfig().kernelConstraint as never,
			};
		},
);

interface Separable extends Convolution {
	readonly depthwiseKernel: Variable;
	readonly pointwiseKernel: Variable;
	readonly depthMultiplier: number;
}

/** tfjs adds the bias to an axis that is not that of channels. */
mend(
	separable,
	"call",
	(call) =>
		function (this: Separable, inputs, args) {
			if (!isChannelsFirst(this)) return call.call(this, inputs, args);
			return tidy(() =>
				finished(
					this,
					separableConv2d(
						channelsLast<Tensor4D>(this, only(inputs)),
						this.depthwiseKernel.read() as Tensor4D,
						this.pointwiseKernel.read() as Tensor4D,
						this.strides as [number, number],
						this.padding as "valid" | "same",
						this.dilationRate as [number, number],
						"NHWC",
					),
				),
			);
		},
);

/** tfjs does not save depthMultiplier. */
mend(
	separable,
	"getConfig",
	(getConfig) =>
		function (this: Separable) {
			return {
				...getConfig.call(this),
				depthMultiplier: this.depthMultiplier,
			};
		},
);

// tfjs draws the pointwise kernel by the initializer of the depthwise one.
mendMaking("separableConv2d", "SeparableConv2D", (config, make) => {
	const like = layers.dense({
		units: 1,
		kernelInitializer: (config.pointwiseInitializer ??
			"glorotUniform") as never,
	}) as unknown as { kernelInitializer: unknown };
	return Object.assign(make(config), {
		pointwiseInitializer: like.kernelInitializer,
	});
});

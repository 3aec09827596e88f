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
	transpose,
} from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../experiment/errors.ts";
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

const isFirst = ({ dataFormat }: Convolution): boolean =>
	dataFormat === "channelsFirst";

/** Channels in the place where the operations have them. */
const channelsLast = <T extends Tensor>(layer: Convolution, x: Tensor): T =>
	(isFirst(layer) ? transpose(x, [0, ...range(2, x.rank), 1]) : x) as T;

/** Channels back in the place where the layer has them. */
const asGiven = (layer: Convolution, x: Tensor): Tensor =>
	isFirst(layer) ? transpose(x, [0, x.rank - 1, ...range(1, x.rank - 1)]) : x;

const range = (from: number, to: number): number[] =>
	Array.from({ length: to - from }, (_, at) => from + at);

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
			if (this.padding !== "causal" && !isFirst(this))
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
			const axis = isFirst(this) ? 2 : 1;
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
			return isFirst(this)
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
const transposedLength = (
	{ kernelSize, strides, dilationRate, padding }: Convolution,
	axis: number,
	size: number,
): number => {
	const stride = strides[axis] as number;
	const reach =
		((kernelSize[axis] as number) - 1) * (dilationRate[axis] as number) + 1;
	return (
		size * stride + (padding === "valid" ? Math.max(reach - stride, 0) : 0)
	);
};

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
	mend(
		owner,
		"computeOutputShape",
		(computeOutputShape) =>
			function (this: Convolution, shape) {
				const given = onlyShape(shape);
				const result = computeOutputShape.call(this, [...given]) as Shape;
				const from = isFirst(this) ? 2 : 1;
				for (const axis of this.strides.keys()) {
					const size = given[from + axis] ?? null;
					result[from + axis] =
						size === null ? null : transposedLength(this, axis, size);
				}
				return result;
			},
	);
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
	{ kernelSize, strides, dilationRate, padding }: Convolution,
	axis: number,
	size: number | null,
): number | null {
	if (size === null) return null;
	const reach =
		((kernelSize[axis] as number) - 1) * (dilationRate[axis] as number) + 1;
	const places = padding === "valid" ? size - reach + 1 : size;
	return Math.ceil(places / (strides[axis] as number));
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
mend(
	depthwise,
	"computeOutputShape",
	(computeOutputShape) =>
		function (this: Depthwise, shape) {
			const given = onlyShape(shape);
			const result = computeOutputShape.call(this, [...given]) as Shape;
			const from = isFirst(this) ? 2 : 1;
			for (const axis of this.strides.keys())
				result[from + axis] = convolvedLength(
					this,
					axis,
					given[from + axis] ?? null,
				);
			return result;
		},
);

/** A regularizer, constraint or initializer, as a configuration has it. */
const configurationOf = (
	name: "kernelConstraint" | "kernelInitializer",
	value: unknown,
): unknown =>
	layers.dense({ units: 1, [name]: value } as never).getConfig()[name];

/** tfjs saves the regularizer in the place of the constraint. */
mend(
	depthwise,
	"getConfig",
	(getConfig) =>
		function (this: Depthwise) {
			const config = getConfig.call(this);
			return {
				...config,
				depthwiseConstraint: configurationOf(
					"kernelConstraint",
					this.depthwiseConstraint,
				),
			} as typeof config;
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
			if (!isFirst(this)) return call.call(this, inputs, args);
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

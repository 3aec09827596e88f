// Declares the methods that this file adds. Only the types: the module itself
// cannot be loaded in Node, it is unbundled code without file extensions. A
// reference, because `import type {}` would vanish from our own declarations.
/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js" preserve="true" />
import "./seeding.ts";
import * as core from "@tensorflow/tfjs-core";
import type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { UsageError } from "../../base/errors.ts";
import * as operations from "./operations/index.ts";
import { pool } from "./operations/pooling.ts";

/** Arguments but the first. */
type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest]
	? Rest
	: never;

type Method = (this: core.Tensor, ...rest: never[]) => unknown;

/** `tensor.name(…rest)` is `tf.name(tensor, …rest)`. */
const sameAsFunction = `abs acos acosh add all any argMax argMin asin asinh
atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil clipByValue
conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace
depthwiseConv2d dilation2d div divNoNan dot elu equal erf euclideanNorm exp
expandDims expm1 fft floor floorDiv gather greater greaterEqual ifft irfft
isFinite isInf isNaN leakyRelu less lessEqual localResponseNormalization log
log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr
logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm
notEqual oneHot onesLike pad pow prelu prod reciprocal relu relu6 reshape
reverse rfft round rsqrt selu separableConv2d sigmoid sign sin sinh slice
softmax softplus spaceToBatchND split sqrt square squaredDifference squeeze
step stridedSlice sub sum tan tanh tile topk transpose unique
unsortedSegmentSum unstack zerosLike`.split(/\s+/);

function functionNamed(name: string): (...values: unknown[]) => unknown {
	// Ours before those of tfjs that they replace.
	const owners: object[] = [operations, core, core.spectral];
	const owner = owners.find((candidate) => name in candidate);
	if (!owner)
		throw new Error(
			`@tensorflow/tfjs-core ${core.version_core} has no operation "${name}" to chain.`,
		);
	return (owner as Record<string, (...values: unknown[]) => unknown>)[name] as (
		...values: unknown[]
	) => unknown;
}

const others: Record<string, Method> = {
	asScalar() {
		if (this.size !== 1)
			throw new UsageError(
				`asScalar: a tensor of shape [${this.shape}] has ${this.size} values, not 1`,
			);
		return core.reshape(this, []);
	},
	asType(dtype: core.DataType) {
		return core.cast(this, dtype);
	},
	concat(x: core.Tensor | core.Tensor[], axis?: number) {
		return operations.concat([this, ...(Array.isArray(x) ? x : [x])], axis);
	},
	flatten() {
		return core.reshape(this, [this.size]);
	},
	reshapeAs(x: core.Tensor) {
		return core.reshape(this, x.shape);
	},
	pool(...rest: Tail<Parameters<typeof pool>>) {
		return pool(this as core.Tensor4D, ...rest);
	},
	resizeBilinear(...rest: [[number, number], boolean?, boolean?]) {
		return core.image.resizeBilinear(this as core.Tensor4D, ...rest);
	},
	resizeNearestNeighbor(...rest: [[number, number], boolean?, boolean?]) {
		return core.image.resizeNearestNeighbor(this as core.Tensor4D, ...rest);
	},
	stack(x: core.Tensor | core.Tensor[], axis?: number) {
		return operations.stack([this, ...(Array.isArray(x) ? x : [x])], axis);
	},
	toBool() {
		return core.cast(this, "bool");
	},
	toFloat() {
		return core.cast(this, "float32");
	},
	toInt() {
		return core.cast(this, "int32");
	},
	where(condition: core.Tensor, x: core.Tensor) {
		return core.where(condition, this, x);
	},
};
for (const rank of [1, 2, 3, 4, 5])
	others[`as${rank}D`] = function (...sizes: number[]) {
		return core.reshape(this, rank === 1 ? [this.size] : sizes);
	};

const prototype = core.Tensor.prototype as unknown as Record<string, Method>;

function chain(name: string, method: Method): void {
	prototype[name] ??= function (...rest) {
		// Protected, for tfjs's own methods such as these.
		(this as unknown as { throwIfDisposed(): void }).throwIfDisposed();
		return method.apply(this, rest);
	};
}

for (const name of sameAsFunction) {
	const operation = functionNamed(name);
	chain(name, function (...rest) {
		return operation(this, ...rest);
	});
}
for (const [name, method] of Object.entries(others)) chain(name, method);

import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { computeOn, onAll, onBoth } from "./on-any-backend.ts";
import {
	checkGradient,
	type PoolAttributes,
	type PoolSizes,
	poolOf,
} from "./pool-sizes.ts";

/** assembly/max-pool.ts, which documents them. `first` and `end` bound the volumes to compute. */
export interface MaxPoolLibrary {
	maxPool(
		x: number,
		y: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	argMaxPool(
		x: number,
		indexes: number,
		inBatch: boolean,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	maxPoolGrad(
		x: number,
		dy: number,
		dx: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	maxPoolOthers(
		x: number,
		others: number,
		y: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
}

type KernelFunction = KernelConfig["kernelFunc"];

/** The attributes, as the kernels of tfjs get them. */
const poolAttributes = (attrs: unknown) => attrs as PoolAttributes;

/**
 * Maximum pooling. The original takes no notice of `dimRoundingMode` and leaves
 * part of its output unwritten, and loses a NaN unless it comes first; that of volumes
 * finds none below the smallest positive float.
 */
const maxPool =
	(axes: 2 | 3): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const x = inputs.x as TensorInfo;
		const { sizes, outShape } = poolOf(x, poolAttributes(attrs), axes);
		const [y] = computeOn<MaxPoolLibrary>(backend, {
			inputs: [x],
			outputs: [{ shape: outShape, dtype: "float32" }],
			compute(library, { inputs: [from], outputs: [to] }) {
				library.maxPool(
					from as number,
					to as number,
					0,
					outShape[0] as number,
					...sizes,
				);
			},
		});
		return y as TensorInfo;
	};

/**
 * The gradient of maximum pooling. The original looks for the maximum from the
 * smallest positive float on, so a window without one above it gives its
 * gradient to the wrong cell.
 */
const maxPoolGrad =
	(axes: 2 | 3): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
		const { sizes, outShape } = poolOf(input, poolAttributes(attrs), axes);
		checkGradient(dy, outShape);
		const [dx] = computeOn<MaxPoolLibrary>(backend, {
			inputs: [input, dy],
			outputs: [{ shape: input.shape, dtype: "float32" }],
			compute(library, { inputs: [x, from], outputs: [to] }) {
				library.maxPoolGrad(
					x as number,
					from as number,
					to as number,
					0,
					outShape[0] as number,
					...sizes,
				);
			},
		});
		return dx as TensorInfo;
	};

/** What `others` has where `input` has its maxima. */
const maxPoolOthers =
	(axes: 2 | 3): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const { others, input } = inputs as {
			others: TensorInfo;
			input: TensorInfo;
		};
		const { sizes, outShape } = poolOf(input, poolAttributes(attrs), axes);
		const [y] = computeOn<MaxPoolLibrary>(backend, {
			inputs: [input, others],
			outputs: [{ shape: outShape, dtype: "float32" }],
			compute(library, { inputs: [x, from], outputs: [to] }) {
				library.maxPoolOthers(
					x as number,
					from as number,
					to as number,
					0,
					outShape[0] as number,
					...sizes,
				);
			},
		});
		return y as TensorInfo;
	};

/** Maximum pooling that also tells where each maximum was. The original has the gradient's mistake. */
const maxPoolWithArgmax: KernelFunction = ({ inputs, attrs, backend }) => {
	const x = inputs.x as TensorInfo;
	const { sizes, outShape } = poolOf(x, poolAttributes(attrs), 2);
	const images = outShape[0] as number;
	const { includeBatchInIndex } = attrs as { includeBatchInIndex?: boolean };
	return computeOn<MaxPoolLibrary>(backend, {
		inputs: [x],
		outputs: [
			{ shape: outShape, dtype: "float32" },
			{ shape: outShape, dtype: "int32" },
		],
		compute(library, { inputs: [from], outputs: [values, indexes] }) {
			library.maxPool(from as number, values as number, 0, images, ...sizes);
			library.argMaxPool(
				from as number,
				indexes as number,
				includeBatchInIndex === true,
				0,
				images,
				...sizes,
			);
		},
	});
};

/** Kernels of maximum pooling, for images and volumes. */
export const maxPoolKernels: readonly KernelConfig[] = [
	...onBoth("MaxPool", maxPool(2)),
	...onBoth("MaxPoolGrad", maxPoolGrad(2)),
	...onAll("MaxPoolOthers", maxPoolOthers(2)),
	...onBoth("MaxPoolWithArgmax", maxPoolWithArgmax),
	...onBoth("MaxPool3D", maxPool(3)),
	...onBoth("MaxPool3DGrad", maxPoolGrad(3)),
	...onAll("MaxPool3DOthers", maxPoolOthers(3)),
];

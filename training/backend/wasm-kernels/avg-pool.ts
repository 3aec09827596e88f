import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { computeOn, onBoth } from "./on-any-backend.ts";
import {
	checkGradient,
	type PoolAttributes,
	type PoolSizes,
	poolOf,
} from "./pool-sizes.ts";

/** assembly/avg-pool.ts, which documents them. `first` and `end` bound the volumes to compute. */
interface AvgPoolLibrary {
	avgPool(
		x: number,
		y: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	avgPoolGrad(
		dy: number,
		dx: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
}

type KernelFunction = KernelConfig["kernelFunc"];

/** Average pooling. The original of images leaves part of its output unwritten, or writes beyond it, with `dimRoundingMode`. */
const avgPool =
	(axes: 2 | 3): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const x = inputs.x as TensorInfo;
		const pooling = attrs as unknown as PoolAttributes;
		const { sizes, outShape } = poolOf(x, pooling, axes);
		const [y] = computeOn<AvgPoolLibrary>(backend, {
			inputs: [x],
			outputs: [{ shape: outShape, dtype: "float32" }],
			compute(library, { inputs: [from], outputs: [to] }) {
				library.avgPool(
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

/** The gradient of average pooling. The original divides by the whole window where a part of it is padding. */
const avgPoolGrad =
	(axes: 2 | 3): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
		const pooling = attrs as unknown as PoolAttributes;
		const { sizes, outShape } = poolOf(input, pooling, axes);
		checkGradient(dy, outShape);
		const [dx] = computeOn<AvgPoolLibrary>(backend, {
			inputs: [dy],
			outputs: [{ shape: input.shape, dtype: "float32" }],
			compute(library, { inputs: [from], outputs: [to] }) {
				library.avgPoolGrad(
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

/** Kernels of average pooling, for images and volumes. */
export const avgPoolKernels: readonly KernelConfig[] = [
	...onBoth("AvgPool", avgPool(2)),
	...onBoth("AvgPoolGrad", avgPoolGrad(2)),
	...onBoth("AvgPool3D", avgPool(3)),
	...onBoth("AvgPool3DGrad", avgPoolGrad(3)),
];

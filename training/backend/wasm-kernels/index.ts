import {
	getKernel,
	type KernelConfig,
	registerKernel,
	unregisterKernel,
} from "@tensorflow/tfjs-core";
import { complexKernels } from "../complex/kernels.ts";
import { arrayKernels } from "./arrays.ts";
import { avgPoolKernels } from "./avg-pool.ts";
import { fusedBatchNorm } from "./batch-norm.ts";
import { conv2D } from "./conv2d.ts";
import {
	conv2DBackpropFilter,
	conv2DBackpropInput,
} from "./conv2d-backprop.ts";
import { conv3DKernels } from "./conv3d.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { dilation2DKernels } from "./dilation2d.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { fusedConvolutionKernels } from "./fused-convolution.ts";
import { gatherKernels } from "./gather.ts";
import { anyRankKernels } from "./many-axes.ts";
import { matMulKernels } from "./mat-mul.ts";
import { maxPoolKernels } from "./max-pool.ts";
import { orderKernels } from "./order.ts";
import { reduceKernels } from "./reduce.ts";
import { resamplingKernels } from "./resampling.ts";
import { suppressionKernels } from "./suppression.ts";
import { textKernels } from "./texts.ts";
import { warpingKernels } from "./warping.ts";

let registered = false;

/** In the place of the kernel of tfjs of that name, if it has one: that is still set up, since other kernels of tfjs call it. */
function replace(config: KernelConfig): void {
	const original = getKernel(config.kernelName, config.backendName);
	if (original) unregisterKernel(config.kernelName, config.backendName);
	registerKernel({ setupFunc: original?.setupFunc, ...config });
}

const WITH_NOTHING: ReadonlySet<string> = new Set(
	[...arrayKernels, ...gatherKernels, ...reduceKernels, ...orderKernels].map(
		({ kernelName }) => kernelName,
	),
);

/** Does the kernel know what comes of tensors without values? */
export const computesWithNothing = (kernelName: string): boolean =>
	WITH_NOTHING.has(kernelName);

/**
 * Teaches the wasm backend what tfjs left out, slow or wrong. Call it before the
 * backend starts, so that tfjs sets the kernels up. A second call does nothing.
 */
export function registerTrainingKernels(): void {
	if (registered) return;
	registered = true;
	const kernels: readonly KernelConfig[] = [
		...complexKernels,
		...matMulKernels,
		fusedBatchNorm,
		conv2D,
		conv2DBackpropInput(),
		conv2DBackpropFilter(),
		...conv3DKernels(),
		...depthwiseKernels,
		...dilation2DKernels,
		...fusedConvolutionKernels,
		...maxPoolKernels,
		...avgPoolKernels,
		...elementwiseKernels(),
		...resamplingKernels,
		...warpingKernels,
		...suppressionKernels,
		...arrayKernels,
		...gatherKernels,
		...reduceKernels,
		...orderKernels,
		...textKernels(),
	];
	for (const kernel of kernels) replace(kernel);
	for (const kernel of anyRankKernels()) replace(kernel);
	// Of tfjs, with XNNPACK's packed weights; fused.matMul is composed of other kernels.
	unregisterKernel("_FusedMatMul", "wasm");
	// The gradient of LRN is composed, too.
	unregisterKernel("LRNGrad", "wasm");
}

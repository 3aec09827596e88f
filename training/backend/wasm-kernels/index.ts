import type { KernelConfig } from "@tensorflow/tfjs-core";
import { registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import {
	conv2DBackpropFilter,
	conv2DBackpropInput,
} from "./conv2d-backprop.ts";
import { fastBatchMatMul } from "./mat-mul.ts";
import { maxPool, maxPoolGrad, maxPoolWithArgmax } from "./max-pool.ts";

let registered = false;

function replace(config: KernelConfig): void {
	unregisterKernel(config.kernelName, config.backendName);
	registerKernel(config);
}

/**
 * Teaches the wasm backend what training needs and tfjs left out, slow or wrong:
 * gradients of convolutions, products of transposed matrices, maximum pooling. Call it
 * before the backend starts, so that tfjs sets the kernels up. A second call
 * does nothing.
 */
export function registerTrainingKernels(): void {
	if (registered) return;
	registered = true;
	const { config, matMul } = fastBatchMatMul();
	replace(config);
	replace(conv2DBackpropInput(matMul));
	registerKernel(conv2DBackpropFilter(matMul));
	for (const config of [maxPool, maxPoolGrad, maxPoolWithArgmax])
		replace(config);
}

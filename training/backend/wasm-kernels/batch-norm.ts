import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	getKernel,
	type KernelConfig,
	type NamedTensorInfoMap,
	type TensorInfo,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { release } from "./heap.ts";
import { sizeOf, spread } from "./strided.ts";

/** Does a tensor of this shape broadcast to the other? */
const fits = (own: readonly number[], shape: readonly number[]): boolean =>
	own.length <= shape.length &&
	own.every((size, axis) => {
		const all = shape[axis + shape.length - own.length];
		return size === 1 || size === all;
	});

/**
 * Normalisation by given means and variances. The original reads each of its inputs
 * round and round, so it is right for one number per channel, or one for each
 * number, and takes whatever else for one of these.
 */
export function fusedBatchNorm(): KernelConfig {
	const original = getKernel("FusedBatchNorm", "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const backend = call.backend as BackendWasm;
			const { x, ...others } = call.inputs as NamedTensorInfoMap & {
				x: TensorInfo;
			};
			const { shape } = x;
			const inputs: NamedTensorInfoMap = { x };
			const made: TensorInfo[] = [];
			if (sizeOf(shape) === 0) return backend.makeOutput(shape, "float32");
			for (const [name, given] of Object.entries(others)) {
				if (!given) continue;
				if (!fits(given.shape, shape))
					throw new UsageError(
						`batchNorm: ${name} of the shape [${given.shape}] does not fit x of the shape [${shape}]: give one number per channel, or a shape that broadcasts to that of x`,
					);
				const size = sizeOf(given.shape);
				const isAsIs =
					size === 1 ||
					size === sizeOf(shape) ||
					(size === shape.at(-1) && given.shape.at(-1) === size);
				const whole = isAsIs ? given : spread(backend, given, shape);
				if (!isAsIs) made.push(whole);
				inputs[name] = whole;
			}
			const result = original.kernelFunc({ ...call, inputs });
			for (const tensor of made) release(backend, tensor);
			return result;
		},
	};
}

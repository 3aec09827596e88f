import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { getKernel } from "@tensorflow/tfjs-core";

/**
 * The tensor's values, in place on the wasm heap. Allocate every output first:
 * an allocation may grow the heap, and that detaches every view taken before.
 */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
	return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** The same of a tensor of whole numbers. */
export function ints(backend: BackendWasm, tensor: TensorInfo): Int32Array {
	return backend.typedArrayFromHeap(tensor) as Int32Array;
}

/** Where the tensor's values begin in the backend's memory, in bytes. It stays there until the tensor is released. */
export function address(backend: BackendWasm, tensor: TensorInfo): number {
	return backend.getMemoryOffset(tensor.dataId);
}

/** Gives back a tensor that only a kernel knows, which tfjs therefore never counts. */
export function release(backend: BackendWasm, tensor: TensorInfo): void {
	backend.disposeData(tensor.dataId);
}

/** The tensor with its axes in this order, as a new one. */
export const transposed = (
	backend: BackendWasm,
	x: TensorInfo,
	perm: number[],
): TensorInfo =>
	getKernel("Transpose", "wasm").kernelFunc({
		inputs: { x },
		backend,
		attrs: { perm },
	}) as TensorInfo;

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

/** `tensor` with its last two axes swapped, as a new tensor. */
export function swapLastAxes(
	backend: BackendWasm,
	tensor: TensorInfo,
): TensorInfo {
	const perm = tensor.shape.map((_, axis) => axis);
	const last = perm.length - 1;
	perm[last] = last - 1;
	perm[last - 1] = last;
	return getKernel("Transpose", "wasm").kernelFunc({
		inputs: { x: tensor },
		backend,
		attrs: { perm },
	}) as TensorInfo;
}

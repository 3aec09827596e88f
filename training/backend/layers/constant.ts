import { engine, type Tensor } from "@tensorflow/tfjs-core";

/**
 * What `compute` gives, as a constant: nothing is noted for gradients. Comparisons have
 * none, and tfjs would refuse the gradient of everything that follows from them.
 */
export function constantOf<T extends Tensor>(compute: () => T): T {
	const { state } = engine();
	// As within a kernel, where operations are parts of one that is noted.
	state.kernelDepth++;
	try {
		return compute();
	} finally {
		state.kernelDepth--;
	}
}

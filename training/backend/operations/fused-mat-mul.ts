import { add, type fused, matMul, type Tensor } from "@tensorflow/tfjs-core";
import { activated, checkActivation } from "./fused-activations.ts";

type Options = Parameters<typeof fused.matMul>[0];

/**
 * A product of matrices, a bias and an activation. The one of tfjs-core flattens
 * each batch by itself, so that batches no longer broadcast, has no gradient of its
 * gradient where a bias is broadcast, and takes a bias of one axis only on wasm.
 */
export function fusedMatMul(options: Options): Tensor {
	const { a, b, transposeA, transposeB, bias } = options;
	const { activation, preluActivationWeights } = options;
	checkActivation("matMul", activation, preluActivationWeights);
	const product = matMul(a, b, transposeA, transposeB);
	return activated(
		bias === undefined || bias === null ? product : add(product, bias),
		options,
	);
}

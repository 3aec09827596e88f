import {
	add,
	elu,
	type fused,
	leakyRelu,
	matMul,
	prelu,
	relu,
	relu6,
	sigmoid,
	type Tensor,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../experiment/errors.ts";

type Options = Parameters<typeof fused.matMul>[0];

function activated(
	x: Tensor,
	{ activation, preluActivationWeights, leakyreluAlpha = 0.2 }: Options,
): Tensor {
	switch (activation) {
		case undefined:
		case "linear":
			return x;
		case "relu":
			return relu(x);
		case "relu6":
			return relu6(x);
		case "elu":
			return elu(x);
		case "sigmoid":
			return sigmoid(x);
		case "leakyrelu":
			return leakyRelu(x, leakyreluAlpha);
		case "prelu":
			if (preluActivationWeights === undefined)
				throw new UsageError(
					'fused.matMul: the activation "prelu" needs its slopes as preluActivationWeights',
				);
			return prelu(x, preluActivationWeights);
		default:
			throw new UsageError(
				`fused.matMul: there is no activation "${activation}"; there are linear, relu, relu6, elu, sigmoid, leakyrelu and prelu`,
			);
	}
}

/**
 * A product of matrices, a bias and an activation. The one of tfjs-core flattens
 * each batch by itself, so that batches no longer broadcast, has no gradient of its
 * gradient where a bias is broadcast, and takes a bias of one axis only on wasm.
 */
export function fusedMatMul(options: Options): Tensor {
	const { a, b, transposeA, transposeB, bias } = options;
	const product = matMul(a, b, transposeA, transposeB);
	return activated(
		bias === undefined || bias === null ? product : add(product, bias),
		options,
	);
}

import { Tensor, type TensorLike, tensor } from "@tensorflow/tfjs-core";

/** A tensor of what an operation was given: a tensor, or numbers in lists. */
export const tensorOf = (value: Tensor | TensorLike): Tensor =>
	value instanceof Tensor ? value : tensor(value);

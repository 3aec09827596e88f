import {
	engine,
	type NamedAttrMap,
	type NamedTensorMap,
	type Tensor,
} from "@tensorflow/tfjs-core";

export type Attributes = Readonly<Record<string, unknown>>;

/** What a kernel makes of tensors, noted for gradients of this gradient. */
export const run = (
	kernel: string,
	inputs: NamedTensorMap,
	attrs: Attributes,
): Tensor =>
	engine().runKernel(kernel, inputs, attrs as NamedAttrMap) as Tensor;

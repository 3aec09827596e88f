import {
	broadcast_util,
	reshape,
	sum,
	type Tensor,
	util,
} from "@tensorflow/tfjs-core";

/** The gradient of a tensor of this shape that was broadcast: what each of its numbers was used for, summed. */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
	if (util.arraysEqual(dy.shape, [...shape])) return dy;
	const axes = broadcast_util.getReductionAxes([...shape], dy.shape);
	return reshape(axes.length > 0 ? sum(dy, axes) : dy, [...shape]);
}

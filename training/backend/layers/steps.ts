import { reshape, type Tensor, unstack } from "@tensorflow/tfjs-core";

/** The parts of a tensor along an axis; tfjs has no gradient of the only one. */
export const stepsOf = (x: Tensor, axis: number): Tensor[] =>
	x.shape[axis] === 1
		? [
				reshape(
					x,
					x.shape.filter((_, at) => at !== axis),
				),
			]
		: unstack(x, axis);

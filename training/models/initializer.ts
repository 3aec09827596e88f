import * as tf from "../backend/tf.ts";

/**
 * PyTorch's default for weights and biases of a layer with `fanIn` inputs per
 * unit: uniform in ±1/√fanIn (what `kaiming_uniform_` with a = √5 comes to).
 * It has no seed of its own: tfjs takes one from `Math.random`, which a run
 * replaces by its stream "init".
 */
export function uniformByFanIn(fanIn: number): {
	kernelInitializer: ReturnType<typeof tf.initializers.randomUniform>;
	biasInitializer: ReturnType<typeof tf.initializers.randomUniform>;
} {
	const bound = 1 / Math.sqrt(fanIn);
	const uniform = () =>
		tf.initializers.randomUniform({ minval: -bound, maxval: bound });
	return { kernelInitializer: uniform(), biasInitializer: uniform() };
}

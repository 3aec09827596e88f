import { constrain } from "./backend/fit/constraints.ts";
import * as tf from "./backend/tf.ts";
import type { Restorable } from "./checkpoint.ts";
import type { OptimizerName } from "./optimizer-names.ts";

/** Takes one step down the gradients of the variables it was made for. */
export interface Updater {
	step(gradients: tf.NamedTensorMap): void;
	/** What its next step depends on, by name: a checkpoint reads it and writes it back in place. */
	readonly state: Restorable;
	dispose(): void;
}

interface Rule {
	/** New values from old values and gradient; may write to its own state. */
	readonly update: (values: Float32Array, gradient: Float32Array) => void;
	readonly state: Readonly<Record<string, Float32Array | Float64Array>>;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;
const momentum = 0.9;

function adam(learningRate: number, size: number): Rule {
	const first = new Float32Array(size);
	const second = new Float32Array(size);
	/** beta1 and beta2 to the power of the steps. */
	const powers = Float64Array.of(1, 1);
	const update: Rule["update"] = (values, gradient) => {
		const power1 = (powers[0] as number) * beta1;
		const power2 = (powers[1] as number) * beta2;
		powers.set([power1, power2]);
		for (let i = 0; i < size; i++) {
			const g = gradient[i] as number;
			const m = beta1 * (first[i] as number) + (1 - beta1) * g;
			const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
			first[i] = m;
			second[i] = v;
			const step = m / (1 - power1) / (Math.sqrt(v / (1 - power2)) + epsilon);
			values[i] = (values[i] as number) - learningRate * step;
		}
	};
	return { update, state: { first, second, powers } };
}

function sgd(learningRate: number): Rule {
	return {
		update(values, gradient) {
			for (let i = 0; i < values.length; i++)
				values[i] =
					(values[i] as number) - learningRate * (gradient[i] as number);
		},
		state: {},
	};
}

function heavyBall(learningRate: number, size: number): Rule {
	const velocity = new Float32Array(size);
	return {
		update(values, gradient) {
			for (let i = 0; i < size; i++) {
				const v = momentum * (velocity[i] as number) + (gradient[i] as number);
				velocity[i] = v;
				values[i] = (values[i] as number) - learningRate * v;
			}
		},
		state: { velocity },
	};
}

const rules: Record<OptimizerName, (rate: number, size: number) => Rule> = {
	adam,
	sgd,
	momentum: heavyBall,
};

/** Where reading a tensor copies or shares memory, and does not wait for a device. */
const backendsInMemory = ["wasm", "cpu"];

/**
 * An optimizer for `variables`. The formulas and constants are those of
 * `tf.train.adam`, `sgd` and `momentum` (0.9). On the wasm and cpu backends
 * each variable is updated in one pass over its values instead of a dozen
 * tensor operations, which is most of the time of a small model's step.
 */
export function createOptimizer(
	name: OptimizerName,
	learningRate: number,
	variables: readonly tf.Variable[],
): Updater {
	if (!backendsInMemory.includes(tf.getBackend()))
		return tfOptimizer(name, learningRate);
	const updates = variables.map((variable) => ({
		variable,
		rule: rules[name](learningRate, variable.size),
	}));
	return {
		state: Object.fromEntries(
			updates.flatMap(({ rule }, i) =>
				Object.entries(rule.state).map(([name, values]) => [
					`${name}-${i}`,
					values,
				]),
			),
		),
		step(gradients) {
			for (const { variable, rule } of updates) {
				const gradient = gradients[variable.name];
				if (!gradient) continue;
				const values = Float32Array.from(variable.dataSync());
				rule.update(values, gradient.dataSync() as Float32Array);
				// A new tensor, never the old memory: XNNPACK keeps packed weights by tensor.
				const next = tf.tensor(values, variable.shape, "float32");
				variable.assign(next);
				next.dispose();
				constrain(variable);
			}
		},
		dispose() {},
	};
}

function tfOptimizer(name: OptimizerName, learningRate: number): Updater {
	const optimizer =
		name === "adam"
			? tf.train.adam(learningRate, beta1, beta2, epsilon)
			: name === "momentum"
				? tf.train.momentum(learningRate, momentum)
				: tf.train.sgd(learningRate);
	return {
		state: { optimizer },
		step: (gradients) =>
			optimizer.applyGradients(
				Object.entries(gradients).map(([name, tensor]) => ({ name, tensor })),
			),
		dispose: () => optimizer.dispose(),
	};
}

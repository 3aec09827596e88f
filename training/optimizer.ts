import { constrain, isConstrained } from "./backend/fit/constraints.ts";
import * as tf from "./backend/tf.ts";
import type { Restorable } from "./checkpoint.ts";
import type { Room } from "./executor/program.ts";
import type { Output, Steps } from "./executor/steps.ts";
import type { OptimizerName } from "./optimizer-names.ts";

/** Takes steps down gradients. */
export interface Updater {
	/** @param gradients of these variables, which are some of those it was made for */
	step(variables: readonly tf.Variable[], gradients: readonly Output[]): void;
	/** What its next step depends on, by name, as it is now: a checkpoint reads it, and writes it back in place before the next step. */
	state(): Restorable;
	dispose(): void;
}

/** assembly/optimizers.ts, which documents them. */
interface OptimizerLibrary {
	descend(...args: number[]): void;
	descendWithMomentum(...args: number[]): void;
	adam(...args: number[]): void;
}

interface Rule {
	/** What is remembered of each number of a variable, by name. */
	readonly slots: readonly string[];
	/** Takes a step of one variable of `size` numbers. */
	update(
		library: OptimizerLibrary,
		places: readonly [value: number, gradient: number, ...slots: number[]],
		size: number,
		powers: Float64Array,
	): void;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-7;
const momentum = 0.9;

const rules: Record<OptimizerName, (rate: number) => Rule> = {
	adam: (rate) => ({
		slots: ["first", "second"],
		update(library, places, size, powers) {
			const power1 = (powers[0] as number) * beta1;
			const power2 = (powers[1] as number) * beta2;
			powers.set([power1, power2]);
			const shares = [1 - power1, 1 - power2] as const;
			library.adam(...places, 0, size, rate, beta1, beta2, ...shares, epsilon);
		},
	}),
	sgd: (rate) => ({
		slots: [],
		update: (library, places, size) =>
			library.descend(...places, 0, size, rate),
	}),
	momentum: (rate) => ({
		slots: ["velocity"],
		update: (library, places, size) =>
			library.descendWithMomentum(...places, 0, size, rate, momentum),
	}),
};

/** Where reading a tensor copies or shares memory, and does not wait for a device. */
const backendsInMemory = ["wasm", "cpu"];

/** What belongs to one variable. */
interface Own {
	/** Where a gradient that is a tensor is put, and the slots, in bytes. */
	readonly gradient: number;
	readonly slots: readonly number[];
	/** beta1 and beta2 to the power of the steps. */
	readonly powers: Float64Array;
}

/**
 * An optimizer of variables of `steps`. The formulas and constants are those of
 * `tf.train.adam`, `sgd` and `momentum` (0.9), computed in 64 bits and rounded once. On the wasm and cpu backends
 * each variable is updated in the room of the steps, in one pass over its values.
 */
export function createOptimizer(
	name: OptimizerName,
	learningRate: number,
	variables: readonly tf.Variable[],
	steps: Steps,
): Updater {
	if (!backendsInMemory.includes(tf.getBackend()))
		return tfOptimizer(name, learningRate, steps);
	const rule = rules[name](learningRate);
	const { room } = steps;
	const owns = new Map<tf.Variable, Own>(
		variables.map((variable) => [
			variable,
			{
				gradient: steps.zerosFor(variable, "gradient"),
				slots: rule.slots.map((slot) => steps.zerosFor(variable, slot)),
				powers: Float64Array.of(1, 1),
			},
		]),
	);
	return {
		state: () => stateOf(name, rule, variables, owns, room),
		step(updated, gradients) {
			steps.bringIn();
			const library = room.library as unknown as OptimizerLibrary;
			for (const [k, variable] of updated.entries()) {
				const { place, values } = gradients[k] as Output;
				const { gradient, slots, powers } = owns.get(variable) as Own;
				if (place === undefined)
					room.floats(gradient, variable.size).set(values);
				const from = place ?? gradient;
				const value = steps.placeOf(variable);
				rule.update(library, [value, from, ...slots], variable.size, powers);
			}
			steps.advance();
			if (!updated.some(isConstrained)) return;
			steps.bringBack();
			for (const variable of updated) constrain(variable);
		},
		dispose() {},
	};
}

function stateOf(
	name: OptimizerName,
	rule: Rule,
	variables: readonly tf.Variable[],
	owns: ReadonlyMap<tf.Variable, Own>,
	room: Room,
): Restorable {
	const entries = variables.flatMap((variable, k) => {
		const { slots, powers } = owns.get(variable) as Own;
		const own: [string, Float32Array | Float64Array][] = rule.slots.map(
			(slot, at) => [
				`${slot}-${k}`,
				room.floats(slots[at] as number, variable.size),
			],
		);
		if (name === "adam") own.push([`powers-${k}`, powers]);
		return own;
	});
	return Object.fromEntries(entries);
}

function tfOptimizer(
	name: OptimizerName,
	learningRate: number,
	steps: Steps,
): Updater {
	const optimizer =
		name === "adam"
			? tf.train.adam(learningRate, beta1, beta2, epsilon)
			: name === "momentum"
				? tf.train.momentum(learningRate, momentum)
				: tf.train.sgd(learningRate);
	return {
		state: () => ({ optimizer }),
		step: (variables, gradients) => {
			steps.bringBack();
			optimizer.applyGradients(
				variables.map(({ name }, k) => ({
					name,
					tensor: gradients[k]?.tensor as tf.Tensor,
				})),
			);
		},
		dispose: () => optimizer.dispose(),
	};
}

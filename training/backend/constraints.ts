import { tidy, type Variable } from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

interface Constraint {
	apply(weight: Variable): Variable;
}

/** What the values of a layer's weight have to keep to. */
const constraints = new WeakMap<Variable, Constraint>();

/** Puts the values back into the bounds that the variable's layer set. Optimizers call it after each update. */
export function constrain(variable: Variable): void {
	const constraint = constraints.get(variable);
	if (constraint) tidy(() => variable.assign(constraint.apply(variable)));
}

type AddWeight = (
	this: object,
	...args: unknown[]
) => { readonly val: Variable; readonly constraint?: Constraint | null };

/** tfjs keeps constraints for `setWeights` alone: an update by an optimizer passes them by. */
export function noteConstraints(): void {
	const prototype = layers.Layer.prototype as unknown as {
		addWeight: AddWeight;
	};
	const { addWeight } = prototype;
	prototype.addWeight = function (...args) {
		const weight = addWeight.apply(this, args);
		if (weight.constraint) constraints.set(weight.val, weight.constraint);
		return weight;
	};
}

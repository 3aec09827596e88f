import { type Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { LayerVariable, layers } from "@tensorflow/tfjs-layers";

interface Constraint {
	apply(weight: Variable): Variable;
}

/** What the values of a layer's weight have to keep to. */
const constraints = new WeakMap<Variable, Constraint>();

/** Do its values have to keep to something? */
export const isConstrained = (variable: Variable): boolean =>
	constraints.has(variable);

/** Puts the values back into the bounds that the variable's layer set. Optimizers call it after each update. */
export function constrain(variable: Variable): void {
	const constraint = constraints.get(variable);
	if (constraint) tidy(() => variable.assign(constraint.apply(variable)));
}

type AddWeight = (
	this: object,
	...args: unknown[]
) => { readonly val: Variable; readonly constraint?: Constraint | null };

/** A layer's weight, with what tfjs declares private of it. */
interface Weight {
	constraint: Constraint | null;
	write(value: Tensor): Weight;
}

/**
 * Makes constraints hold after each update by an optimizer, which tfjs passes by. Weights
 * that are set or loaded stay as they are, as in Keras: a model that was saved computes
 * the same bits again.
 */
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
	const weights = LayerVariable.prototype as unknown as Weight;
	const { write } = weights;
	weights.write = function (this: Weight, value) {
		const { constraint } = this;
		this.constraint = null;
		try {
			return write.call(this, value);
		} finally {
			this.constraint = constraint;
		}
	};
}

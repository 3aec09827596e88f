/*
 * How the optimizers of `tf.train` update variables, and what of it they save. They keep
 * the classes, names and formulas of tfjs, but for what is wrong in it:
 *
 * - its state belongs to places in the list of gradients, so a variable that has none for
 *   once, or a second model, goes on with the momentum of another variable;
 * - Adadelta divides by the mean of squares as it was before the step;
 * - centered RMSProp subtracts epsilon where it has to be added, which gives NaN;
 * - the momentum that `setMomentum` sets is not used, nor a `learningRate` that is assigned;
 * - Adam's powers of beta lose digits from step to step, and others come out of `setWeights`;
 * - Adamax cannot save its state.
 */
import {
	AdadeltaOptimizer,
	AdagradOptimizer,
	AdamaxOptimizer,
	AdamOptimizer,
	abs,
	add,
	div,
	engine,
	fill,
	MomentumOptimizer,
	maximum,
	mul,
	type NamedTensorMap,
	RMSPropOptimizer,
	SGDOptimizer,
	scalar,
	sqrt,
	square,
	sub,
	Tensor,
	tidy,
	train,
	util,
	type Variable,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { constrain } from "./constraints.ts";

/** What an optimizer remembers of one variable. */
interface Slot {
	/** The variable's name, and what is remembered of it. */
	originalName: string;
	readonly variable: Variable;
}

interface NamedTensor {
	readonly name: string;
	readonly tensor: Tensor;
}

/** An optimizer, with what tfjs declares private of it. */
interface Internals {
	learningRate: number;
	iterations_: number;
	readonly iterations: number;
	getClassName(): string;
	incrementIterations(): void;
	[key: string]: unknown;
}

/** One step of one variable: from its value, its gradient and its slots to its next value and theirs. */
type Update = (
	value: Tensor,
	gradient: Tensor,
	...slots: Tensor[]
) => readonly [value: Tensor, ...slots: Tensor[]];

interface Formula {
	/** Where tfjs keeps the slots, and what it calls them in files. */
	slots(
		optimizer: Internals,
	): readonly (readonly [list: string, suffix: string])[];
	/** What the slots of a new variable hold; 0 where nothing is said. */
	initial?(optimizer: Internals): number;
	/** The step that comes next, the first of all is 1. */
	update(optimizer: Internals, step: number): Update;
}

/** `base` to the power of a whole number, with the same bits in every engine. */
function power(base: number, exponent: number): number {
	let [result, square, rest] = [1, base, exponent];
	for (; rest > 0; rest = Math.floor(rest / 2)) {
		if (rest % 2 === 1) result *= square;
		square *= square;
	}
	return result;
}

const none = (): [] => [];

/** v + (1 - rate) · (x - v), as tfjs rounds it. */
const meanOf = (rate: number) => {
	const [kept, added] = [scalar(rate), scalar(1 - rate)];
	return (mean: Tensor, value: Tensor) =>
		add(mul(mean, kept), mul(value, added));
};

const numbersOf = <K extends string>(optimizer: Internals, ..._: K[]) =>
	optimizer as Record<string, unknown> as Record<K, number>;

const sgd: Formula = {
	slots: none,
	update({ learningRate }) {
		const rate = scalar(-learningRate);
		return (value, gradient) => [add(mul(rate, gradient), value)];
	},
};

/** The learning rate is that of the step, as in PyTorch: it is no part of the velocity. */
const momentum: Formula = {
	slots: () => [["accumulations", "momentum"]],
	update(optimizer) {
		const { learningRate, momentum } = numbersOf(
			optimizer,
			"learningRate",
			"momentum",
		);
		const [rate, kept] = [scalar(-learningRate), scalar(momentum)];
		return (value, gradient, velocity) => {
			const next = add(mul(kept, velocity as Tensor), gradient);
			const along = optimizer.useNesterov
				? add(gradient, mul(next, kept))
				: next;
			return [add(mul(rate, along), value), next];
		};
	},
};

const adagrad: Formula = {
	slots: () => [["accumulatedGrads", "accumulator"]],
	initial: (optimizer) =>
		numbersOf(optimizer, "initialAccumulatorValue").initialAccumulatorValue,
	update({ learningRate }) {
		const epsilon = scalar(engine().backend.epsilon());
		const rate = scalar(-learningRate);
		return (value, gradient, sum) => {
			const next = add(sum as Tensor, square(gradient));
			const along = div(gradient, sqrt(add(next, epsilon)));
			return [add(mul(along, rate), value), next];
		};
	},
};

const adadelta: Formula = {
	slots: () => [
		["accumulatedGrads", "accum_grad"],
		["accumulatedUpdates", "accum_var"],
	],
	update(optimizer) {
		const numbers = numbersOf(optimizer, "learningRate", "rho", "epsilon");
		const mean = meanOf(numbers.rho);
		const epsilon = scalar(numbers.epsilon);
		const rate = scalar(-numbers.learningRate);
		const root = (squares: Tensor) => sqrt(add(squares, epsilon));
		return (value, gradient, squares, updates) => {
			const next = mean(squares as Tensor, square(gradient));
			const along = mul(div(root(updates as Tensor), root(next)), gradient);
			return [
				add(mul(along, rate), value),
				next,
				mean(updates as Tensor, square(along)),
			];
		};
	},
};

const adam: Formula = {
	slots: () => [
		["accumulatedFirstMoment", "m"],
		["accumulatedSecondMoment", "v"],
	],
	update(optimizer, step) {
		const numbers = numbersOf(
			optimizer,
			"learningRate",
			"beta1",
			"beta2",
			"epsilon",
		);
		const mean = [meanOf(numbers.beta1), meanOf(numbers.beta2)] as const;
		const begun1 = scalar(1 - power(numbers.beta1, step));
		const begun2 = scalar(1 - power(numbers.beta2, step));
		const epsilon = scalar(numbers.epsilon);
		const rate = scalar(-numbers.learningRate);
		return (value, gradient, first, second) => {
			const m = mean[0](first as Tensor, gradient);
			const v = mean[1](second as Tensor, square(gradient));
			const along = div(div(m, begun1), add(sqrt(div(v, begun2)), epsilon));
			return [add(mul(along, rate), value), m, v];
		};
	},
};

const adamax: Formula = {
	slots: () => [
		["accumulatedFirstMoment", "m"],
		["accumulatedWeightedInfNorm", "v"],
	],
	update(optimizer, step) {
		const numbers = numbersOf(
			optimizer,
			"learningRate",
			"beta1",
			"beta2",
			"epsilon",
			"decay",
		);
		const mean = meanOf(numbers.beta1);
		const kept = scalar(numbers.beta2);
		const epsilon = scalar(numbers.epsilon);
		const decayed = numbers.learningRate / (1 + (step - 1) * numbers.decay);
		const rate = scalar(-decayed / (1 - power(numbers.beta1, step)));
		return (value, gradient, first, norm) => {
			const m = mean(first as Tensor, gradient);
			const u = maximum(mul(norm as Tensor, kept), abs(gradient));
			return [add(mul(rate, div(m, add(u, epsilon))), value), m, u];
		};
	},
};

const rmsprop: Formula = {
	slots: ({ centered }) => [
		["accumulatedMeanSquares", "rms"],
		["accumulatedMoments", "momentum"],
		...(centered ? [["accumulatedMeanGrads", "mg"] as const] : []),
	],
	update(optimizer) {
		const numbers = numbersOf(
			optimizer,
			"learningRate",
			"decay",
			"momentum",
			"epsilon",
		);
		const mean = meanOf(numbers.decay);
		const epsilon = scalar(numbers.epsilon);
		const kept = scalar(numbers.momentum);
		const rate = scalar(numbers.learningRate);
		return (value, gradient, squares, moments, gradients) => {
			const next = mean(squares as Tensor, square(gradient));
			const center = gradients && mean(gradients, gradient);
			// A difference of two means of rounded numbers may lie just below 0.
			const spread = center
				? maximum(sub(next, square(center)), scalar(0))
				: next;
			const along = div(mul(gradient, rate), sqrt(add(spread, epsilon)));
			const moment = add(mul(moments as Tensor, kept), along);
			return [sub(value, moment), next, moment, ...(center ? [center] : [])];
		};
	},
};

const FORMULAS: readonly (readonly [
	{ readonly prototype: object },
	Formula,
])[] = [
	[AdadeltaOptimizer, adadelta],
	[AdagradOptimizer, adagrad],
	[AdamOptimizer, adam],
	[AdamaxOptimizer, adamax],
	[MomentumOptimizer, momentum],
	[RMSPropOptimizer, rmsprop],
	[SGDOptimizer, sgd],
];

/** How many slots, from the first on, belong to variables; the others were loaded, and wait for theirs. */
const taken = new WeakMap<object, number>();

const listOf = (optimizer: Internals, list: string): Slot[] => {
	optimizer[list] ??= [];
	return optimizer[list] as Slot[];
};

/** Gives each of the named variables its place in the optimizer's lists: the one it has, one that was loaded for it, or a new one. */
function placesOf(
	optimizer: Internals,
	formula: Formula,
	variables: readonly (readonly [name: string, Variable])[],
): number[] {
	const lists = formula
		.slots(optimizer)
		.map(([list, suffix]) => [listOf(optimizer, list), suffix] as const);
	const [first] = lists;
	if (!first) return variables.map(() => 0);
	const [slots, suffix] = first;
	const own = taken.get(optimizer) ?? slots.length;
	const place = (name: string) =>
		slots.findIndex(({ originalName }) => originalName === `${name}/${suffix}`);
	const known = (name: string) => {
		const at = place(name);
		return at >= 0 && at < own;
	};
	const newcomers = variables.filter(([name]) => !known(name));
	// What was loaded is for variables of these names; where it is for a model built anew, for those in the same order.
	const isByName = newcomers.every(([name]) => place(name) >= 0);
	let next = own;
	for (const [name, variable] of newcomers) {
		const from = isByName ? place(name) : next;
		for (const [list, suffix] of lists) {
			const loaded = list[from];
			if (loaded) {
				checkFit(name, variable, loaded.variable);
				list.splice(from, 1);
				list.splice(next, 0, loaded);
				loaded.originalName = `${name}/${suffix}`;
			} else
				list.push({
					originalName: `${name}/${suffix}`,
					variable: fill(
						variable.shape,
						formula.initial?.(optimizer) ?? 0,
					).variable(false),
				});
		}
		next++;
	}
	taken.set(optimizer, next);
	return variables.map(([name]) => place(name));
}

function checkFit(name: string, { shape }: Tensor, loaded: Tensor): void {
	if (!util.arraysEqual(shape, loaded.shape))
		throw new UsageError(
			`the state that the optimizer was given does not fit: ${name} has the shape [${shape}], and what stands in its place [${loaded.shape}]; give the state of an optimizer of the same model`,
		);
}

/** @throws UsageError for what is no variable, or not its gradient */
function variableOf(name: string, gradient: Tensor | null | undefined) {
	const variable = engine().registeredVariables[name];
	if (!variable)
		throw new UsageError(
			`there is no variable ${JSON.stringify(name)} to update: give gradients by the name of their tf.variable, as tf.variableGrads does`,
		);
	if (gradient && !util.arraysEqual(variable.shape, gradient.shape))
		throw new UsageError(
			`the gradient of ${name} has the shape [${gradient.shape}], and the variable [${variable.shape}]: they need the same`,
		);
	return variable;
}

function applyGradients(
	this: Internals,
	formula: Formula,
	gradients: NamedTensorMap | readonly NamedTensor[],
): void {
	if (!Number.isFinite(this.learningRate))
		throw new UsageError(
			`the learning rate of ${this.getClassName()} is ${this.learningRate}: give a number, such as 0.01`,
		);
	const given = (
		Array.isArray(gradients)
			? gradients.map(({ name, tensor }) => [name, tensor] as const)
			: Object.entries(gradients as NamedTensorMap)
	).map(
		([name, gradient]) => [name, gradient, variableOf(name, gradient)] as const,
	);
	tidy(() => {
		const places = placesOf(
			this,
			formula,
			given.map(([name, , variable]) => [name, variable]),
		);
		const lists = formula.slots(this).map(([list]) => listOf(this, list));
		const update = formula.update(this, this.iterations + 1);
		// Of a variable that the loss does not depend on.
		for (const [k, [, gradient, variable]] of given.entries())
			if (gradient)
				tidy(() => {
					const slots = lists.map(
						(list) => (list[places[k] as number] as Slot).variable,
					);
					const [value, ...next] = update(variable, gradient, ...slots);
					for (const [at, slot] of slots.entries())
						slot.assign(next[at] as Tensor);
					variable.assign(value);
					constrain(variable);
				});
	});
	this.incrementIterations();
}

const slotsOf = (optimizer: Internals, formula: Formula): Slot[] =>
	formula.slots(optimizer).flatMap(([list]) => listOf(optimizer, list));

async function getWeights(
	this: Internals,
	formula: Formula,
): Promise<NamedTensor[]> {
	return [
		{ name: "iter", tensor: scalar(this.iterations, "int32") },
		...slotsOf(this, formula).map(({ originalName, variable }) => ({
			name: originalName,
			tensor: variable,
		})),
	];
}

async function setWeights(
	this: Internals,
	formula: Formula,
	[iterations, ...weights]: readonly NamedTensor[],
): Promise<void> {
	const lists = formula.slots(this);
	const count = lists.length === 0 ? 0 : weights.length / lists.length;
	if (!iterations || !Number.isInteger(count) || (count === 0 && weights[0]))
		throw new UsageError(
			`${this.getClassName()} takes the number of steps and ${lists.length} tensors for each variable, and was given ${weights.length + (iterations ? 1 : 0)}: give what getWeights() of an optimizer of the same kind gave`,
		);
	const [steps] = await iterations.tensor.data();
	this.iterations_ = Number(steps);
	const before = slotsOf(this, formula);
	for (const [k, [list]] of lists.entries())
		this[list] = weights
			.slice(k * count, (k + 1) * count)
			.map(({ name, tensor }) => ({
				originalName: name,
				variable: tensor.variable(false),
			}));
	taken.set(this, 0);
	for (const { variable } of before) variable.dispose();
}

function dispose(this: Internals, formula: Formula): void {
	for (const { variable } of slotsOf(this, formula)) variable.dispose();
	for (const [list] of formula.slots(this)) this[list] = [];
	taken.delete(this);
	for (const value of Object.values(this))
		if (value instanceof Tensor) value.dispose();
}

/** Mends the optimizers of tfjs. */
export function mendOptimizers(): void {
	for (const [{ prototype }, formula] of FORMULAS) {
		const methods = { applyGradients, getWeights, setWeights, dispose };
		for (const [name, method] of Object.entries(methods))
			Object.defineProperty(prototype, name, {
				configurable: true,
				writable: true,
				value(this: Internals, ...args: never[]) {
					return (method as (...args: unknown[]) => unknown).call(
						this,
						formula,
						...args,
					);
				},
			});
		// tfjs has it for SGD and Momentum alone.
		(prototype as Partial<SGDOptimizer>).setLearningRate ??= function (
			this: Internals,
			learningRate,
		) {
			this.learningRate = learningRate;
		};
	}
	const { momentum } = train;
	train.momentum = (learningRate, share, ...rest) => {
		if (!Number.isFinite(share))
			throw new UsageError(
				"tf.train.momentum needs to know how much of the velocity is kept: give a number such as tf.train.momentum(0.01, 0.9)",
			);
		return momentum(learningRate, share, ...rest);
	};
}

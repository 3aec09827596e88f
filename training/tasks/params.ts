import type { TaskContext, TaskParam } from "../task.ts";

/** Parameters that every training task has, with its own defaults. */
export function trainingParams(defaults: {
	readonly optimizer: string;
	readonly lr: number;
	readonly epochs: number;
	readonly batch: number;
}): Record<"optimizer" | "lr" | "epochs" | "batch", TaskParam> {
	return {
		optimizer: {
			type: "string",
			default: defaults.optimizer,
			description: "how weights follow gradients (momentum: SGD with 0.9)",
			choices: ["adam", "sgd", "momentum"],
		},
		lr: {
			type: "number",
			default: defaults.lr,
			description: "learning rate",
			above: 0,
		},
		epochs: {
			type: "number",
			default: defaults.epochs,
			description: "passes over the training examples",
			whole: true,
			least: 1,
		},
		batch: {
			type: "number",
			default: defaults.batch,
			description: "examples per step",
			whole: true,
			least: 1,
		},
	};
}

/** A parameter's value, one of its declared choices. @throws if it is not */
export function choiceOf<T extends string>(
	{ params }: TaskContext,
	name: string,
	choices: readonly T[],
): T {
	const value = params[name];
	const found = choices.find((choice) => choice === value);
	if (found === undefined)
		throw new Error(
			`The parameter ${name} is ${JSON.stringify(value)}. Choose one of: ${choices.join(", ")}.`,
		);
	return found;
}

/** A parameter's value, a whole number of at least `minimum`. @throws if it is not */
export function countOf(
	{ params }: TaskContext,
	name: string,
	minimum = 1,
): number {
	const value = params[name];
	if (typeof value !== "number" || !Number.isInteger(value) || value < minimum)
		throw new Error(
			`The parameter ${name} is ${JSON.stringify(value)}. Give a whole number of at least ${minimum}.`,
		);
	return value;
}

/** A parameter's value, a finite number above 0. @throws if it is not */
export function positiveOf({ params }: TaskContext, name: string): number {
	const value = params[name];
	if (typeof value !== "number" || !Number.isFinite(value) || value <= 0)
		throw new Error(
			`The parameter ${name} is ${JSON.stringify(value)}. Give a number above 0.`,
		);
	return value;
}

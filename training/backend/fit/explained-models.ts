import { Tensor } from "@tensorflow/tfjs-core";
import {
	CustomCallback,
	type CustomCallbackArgs,
	LayersModel,
	Sequential,
} from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { explainError, putInFront } from "../../explain/explain.ts";
import { checkOptions, OPTIONS_AT } from "./options.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** What the arguments of a method are called. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
	fit: ["the inputs", "the labels"],
	fitDataset: ["the data set"],
	trainOnBatch: ["the inputs", "the labels"],
	evaluate: ["the inputs", "the labels"],
	evaluateDataset: ["the data set"],
	predict: ["the inputs"],
	predictOnBatch: ["the inputs"],
};

/** Those that answer by a Promise, errors too. */
const ASYNCHRONOUS = ["fit", "fitDataset", "trainOnBatch", "evaluateDataset"];

const WITH_CALLBACKS = ["fit", "fitDataset"];

const isPromise = (value: unknown): boolean =>
	typeof value === "object" && value !== null && "then" in value;

/** What tells why a call cannot be: tfjs looks at the arguments one by one, and says what it stumbled over. */
function problemOf(value: unknown, name: string): string | undefined {
	const verb = name.endsWith("s") ? "are" : "is";
	if (value === undefined || value === null)
		return `${name} ${verb} ${value}: give a tensor`;
	if (isPromise(value))
		return `${name} ${verb} a Promise: write await before what makes it`;
	if (value instanceof Tensor) {
		if (value.isDisposed)
			return `${name} ${verb} a tensor that was disposed before: by dispose(), or at the end of a tf.tidy in which it was made; return it from the tidy, tf.keep it, or make it anew`;
		return value.dtype === "string"
			? `${name} ${verb} texts, and a model computes with numbers; number the classes, for example labels.map((label) => classes.indexOf(label))`
			: undefined;
	}
	if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined;
	const [first] = Array.from(value as ArrayLike<unknown>).flat(5);
	if (typeof first === "string")
		return `${name} ${verb} texts, and a model computes with numbers; number the classes, for example labels.map((label) => classes.indexOf(label)), and make a tensor of the list`;
	if (typeof first === "number" || typeof first === "boolean")
		return `${name} ${verb} a list of numbers, and a model takes tensors: make one of all examples, such as tf.tensor2d(rows) or tf.tensor1d(labels)`;
	return (value as unknown[])
		.map((one) =>
			one instanceof Tensor || isPromise(one)
				? problemOf(one, name)
				: undefined,
		)
		.find((problem) => problem !== undefined);
}

function explain(
	method: string,
	args: readonly unknown[],
	error: unknown,
): unknown {
	if (!(error instanceof Error) || error instanceof UsageError) return error;
	const problem = (ARGUMENTS[method] ?? [])
		.map((name, at) => problemOf(args[at], name))
		.find((found) => found !== undefined);
	if (problem === undefined) return explainError(error);
	putInFront(error, `model.${method}: ${problem}`);
	return error;
}

/** tfjs takes a list of objects or one of instances: here one may stand beside the other. */
function withInstances(options: unknown): unknown {
	if (typeof options !== "object" || options === null) return options;
	const { callbacks, yieldEvery } = options as {
		callbacks?: unknown;
		yieldEvery?: ConstructorParameters<typeof CustomCallback>[1];
	};
	for (const callback of [callbacks].flat())
		if (callback && typeof callback !== "object")
			throw new UsageError(
				`callbacks: ${String(callback)} is none; give objects such as { onEpochEnd: (epoch, logs) => … }, or callbacks made by functions of tf`,
			);
	if (!Array.isArray(callbacks)) return options;
	return {
		...options,
		// What a condition left out, as in `isLong && earlyStopping`, is no callback.
		callbacks: callbacks
			.filter(Boolean)
			.map((callback: unknown) =>
				typeof callback !== "object" ||
				callback === null ||
				"setParams" in callback
					? callback
					: new CustomCallback(callback as CustomCallbackArgs, yieldEvery),
			),
	};
}

/** Makes errors of models' methods say what is wrong with their arguments, and lists of callbacks take what the documentation shows. */
export function installExplanations(): void {
	for (const { prototype } of [LayersModel, Sequential]) {
		const methods = prototype as unknown as Record<string, Method>;
		for (const name of Object.keys(ARGUMENTS)) {
			if (!Object.hasOwn(prototype, name)) continue;
			const original = methods[name] as Method;
			const at = WITH_CALLBACKS.includes(name) ? OPTIONS_AT[name] : undefined;
			methods[name] = function (...args) {
				try {
					checkOptions(name, args);
					if (at !== undefined && args.length > at)
						args[at] = withInstances(args[at]);
					const result = original.apply(this, args);
					return result instanceof Promise
						? result.catch((error: unknown) => {
								throw explain(name, args, error);
							})
						: result;
				} catch (error) {
					const explained = explain(name, args, error);
					if (ASYNCHRONOUS.includes(name)) return Promise.reject(explained);
					throw explained;
				}
			};
		}
	}
}

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../base/errors.ts";
import { isObject } from "../../base/value-text.ts";
import { checkSpec } from "../../experiment/definitions/check-spec.ts";
import { definedBy } from "../../experiment/definitions/defined-by.ts";
import { Registry } from "../../experiment/definitions/registry.ts";
import { described } from "../../experiment/described.ts";
import { models } from "./catalogue.ts";
import type { Architecture } from "./model.ts";

export interface ModelDefinition {
	/** For `model=NAME`. */
	readonly name: string;
	/** One line for help. */
	readonly summary: string;
	/** Of one example: `[2]`, or `[height, width, channels]`. */
	readonly inputShape: readonly number[];
	/**
	 * A fresh model. It ends in two layers, `logits` (dense, one unit per class) and
	 * `probabilities` (a softmax). Initial weights follow the run's stream "init".
	 */
	create(classes: number): LayersModel;
}

const registry = new Registry<Architecture>(
	"model",
	models.map(({ name }) => name),
);

/** The model that users' code has defined under this name. */
export const definedModel = (name: string): Architecture | undefined =>
	registry.get(name);

/** Names of all models, built in or defined. */
export const modelNames = (): string[] => registry.allNames;

/**
 * Defines the model `NAME`, in a cell, a script or a package that they import.
 * `%dd run task=points model=NAME` takes one for points `[2]`, and
 * `task=image-classification` one for images `[height, width, 3]`, to whose size
 * they are resized; `dd.architecture("NAME").create(classes)` makes one. A model
 * of the same name is replaced.
 * @example
 * import * as tf from "@tensorflow/tfjs";
 *
 * dd.defineModel({
 *   name: "narrow",
 *   summary: "2 → 8 tanh → classes",
 *   inputShape: [2],
 *   create: (classes) =>
 *     tf.sequential({
 *       layers: [
 *         tf.layers.dense({ inputShape: [2], units: 8, activation: "tanh" }),
 *         tf.layers.dense({ name: "logits", units: classes }),
 *         tf.layers.softmax({ name: "probabilities" }),
 *       ],
 *     }),
 * });
 * await dd.run({ task: "points", params: { model: "narrow", set: "xor", epochs: 2 } });
 * @throws UsageError for what is missing or wrong, for a built-in name, and when two packages define the name
 */
export function defineModel(spec: ModelDefinition): void {
	const caller = checkSpec("dd.defineModel", spec, {
		inputShape: {
			type: "list",
			required: true,
			meaning: "the shape of one example, for example [2] or [32, 32, 3]",
		},
		create: {
			type: "function",
			required: true,
			meaning: "the function that makes a model for a number of classes",
		},
	});
	const { name, summary } = spec;
	const inputShape = [...spec.inputShape];
	if (
		inputShape.length === 0 ||
		!inputShape.every((size) => Number.isInteger(size) && size >= 1)
	)
		throw new UsageError(
			`${caller}: inputShape must be a list of whole numbers of at least 1, for example [2] or [32, 32, 3], not [${inputShape.map(described).join(", ")}]`,
		);
	registry.define(
		caller,
		{
			name,
			description: summary,
			inputShape,
			create(classes) {
				if (classes === undefined)
					throw new UsageError(
						`${caller}: create needs a number of classes, for example create(2)`,
					);
				const model: unknown = spec.create(classes);
				requireModel(caller, model, inputShape, classes);
				return model;
			},
		},
		{ name, summary, inputShape, by: definedBy(defineModel) },
	);
}

/** Is it a model, of whatever copy of TensorFlow.js? */
const isModel = (value: unknown): value is LayersModel =>
	isObject(value) &&
	"layers" in value &&
	Array.isArray(value.layers) &&
	"inputs" in value &&
	Array.isArray(value.inputs);

/** `[?, 3]`: sizes that are open have a question mark. */
export const shapeText = (shape: readonly (number | null)[]) =>
	`[${shape.map((size) => size ?? "?").join(", ")}]`;

/** @throws UsageError for a model that a task cannot train */
export function requireModel(
	caller: string,
	model: unknown,
	inputShape: readonly number[],
	classes: number,
): asserts model is LayersModel {
	const refuse = (why: string): never => {
		throw new UsageError(`${caller}: ${why}`);
	};
	if (!isModel(model))
		return refuse(
			`create must return a model, for example tf.sequential({ layers: [ … ] }), not ${described(model)}`,
		);
	const given = model.inputs.map(({ shape }) => shape.slice(1));
	const [input, ...more] = given;
	if (!input || more.length > 0 || input.join() !== inputShape.join())
		refuse(
			`create made a model for examples of ${given.map(shapeText).join(" and ")}, and inputShape says ${shapeText(inputShape)}`,
		);
	const names = model.layers.slice(-2).map((layer) => layer.name);
	if (names.join() !== "logits,probabilities")
		refuse(
			`its last two layers must be named "logits" and "probabilities", not ${names.map((one) => JSON.stringify(one)).join(" and ")}; end it with tf.layers.dense({ name: "logits", units: classes }) and tf.layers.softmax({ name: "probabilities" })`,
		);
	const output = model.outputs[0]?.shape.slice(1) ?? [];
	if (output.length !== 1 || output[0] !== classes)
		refuse(
			`the model's output is ${shapeText(output)} per example, not [${classes}]: one value for each class`,
		);
}

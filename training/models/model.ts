import type { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { described } from "../../experiment/described.ts";
import {
	type ModelInfo,
	type ModelName,
	models,
	type OptionsOf,
} from "./catalogue.ts";

/**
 * An architecture. Models that classify end in two layers, `logits` and
 * `probabilities`: `predict` gives class probabilities, training takes the
 * logits. Layer names are fixed, so that two models built one after the other
 * save under the same names.
 */
export interface Architecture {
	readonly name: string;
	readonly description: string;
	/** Of one example: `[2]` or `[height, width, channels]`. Options may change it. */
	readonly inputShape: readonly number[];
	/**
	 * A fresh model, its weights drawn from `Math.random`. A built-in one has a usual number of classes, and
	 * options for its size.
	 * @throws UsageError for a number of classes or an option that it cannot have
	 */
	create(
		classes?: number,
		options?: Readonly<Record<string, number>>,
	): LayersModel;
}

/** Of a number of filters, another one; of a factor, another factor. */
const isLike = (number: number, value: number): boolean =>
	Number.isFinite(value) &&
	value > 0 &&
	(Number.isInteger(value) || !Number.isInteger(number));

/** The architecture of this name in the catalogue, built by `build`. */
export function architectureOf<N extends ModelName>(
	name: N,
	build: (classes: number, options: OptionsOf<N>) => LayersModel,
): Architecture {
	const info = models.find((model) => model.name === name) as ModelInfo;
	const { description, inputShape, options: defaults = {} } = info;
	return {
		name,
		description,
		inputShape,
		create(classes = info.classes, given = {}) {
			const refuse = (why: string): never => {
				throw new UsageError(`the model ${name} ${why}`);
			};
			if (!Number.isInteger(classes) || classes < Math.min(1, info.classes))
				refuse(
					`is for a whole number of classes, at least 1, not ${described(classes)}`,
				);
			for (const [option, value] of Object.entries(given))
				if (!Object.hasOwn(defaults, option))
					refuse(
						`has no option "${option}"${suggestion(option, Object.keys(defaults))}`,
					);
				else if (!isLike(defaults[option] as number, value))
					refuse(
						`takes a ${Number.isInteger(defaults[option]) ? "whole " : ""}number above 0 as ${option}, not ${described(value)}`,
					);
			return build(classes, { ...defaults, ...given } as OptionsOf<N>);
		},
	};
}

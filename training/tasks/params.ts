import { choice, count, positive } from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import { type OptimizerName, optimizerNames } from "../optimizer-names.ts";

/** Parameters that every training task has, with its own defaults. */
export const trainingFields = (defaults: {
	readonly optimizer: OptimizerName;
	readonly lr: number;
	readonly epochs: number;
	readonly batch: number;
}) => ({
	optimizer: choice(
		optimizerNames,
		defaults.optimizer,
		"how weights follow gradients (momentum: SGD with 0.9)",
	),
	lr: positive(defaults.lr, "learning rate"),
	epochs: count(defaults.epochs, "passes over the training examples"),
	batch: count(defaults.batch, "examples per step"),
});

const trainingParams = schema(
	trainingFields({ optimizer: "adam", lr: 1, epochs: 1, batch: 1 }),
);
/** Values of `trainingFields`. */
export type TrainingParams = ParamsOf<typeof trainingParams>;

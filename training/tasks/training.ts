import type * as tf from "../backend/tf.ts";
import { collectState, restoreState } from "../checkpoint.ts";
import {
	type Evaluation,
	type Examples,
	evaluate,
	type Score,
	train,
} from "../loop.ts";
import type { TaskContext } from "../task.ts";
import type { TrainingParams } from "./params.ts";

/**
 * Trains a task's model by the parameters optimizer, lr, epochs and batch, and
 * validates after every epoch. Logs loss, accuracy, val_loss and val_accuracy,
 * reports every batch as progress. Keeps a checkpoint, and goes on from one
 * when the run is resumed.
 */
export async function trainAndValidate(
	context: TaskContext<TrainingParams>,
	model: tf.LayersModel,
	examples: { readonly train: Examples; readonly val: Examples },
	onEpoch: (epoch: number, validation: Evaluation) => void,
): Promise<void> {
	const { optimizer, lr, epochs, batch } = context.params;
	await train({
		model,
		examples: examples.train,
		optimizer,
		lr,
		epochs,
		batch,
		signal: context.signal,
		order: context.rng("order"),
		restore: async (state) => {
			const checkpoint = context.restore?.();
			if (!checkpoint) return 0;
			await restoreState(state, checkpoint);
			return checkpoint.step;
		},
		checkpoint: async (step, state) =>
			context.checkpoint?.(step, collectState(state), { ifDue: true }),
		onSlow: (reason) =>
			console.warn(
				`The model ${model.name} is trained operation by operation, which takes several times as long: ${reason}.`,
			),
		onBatch: ({ epoch, done, total, loss }) =>
			context.progress({
				done,
				total,
				unit: "batch",
				label: `epoch ${epoch}/${epochs}`,
				values: { loss },
			}),
		onEpoch: async (epoch, score) => {
			const validation = await evaluate(model, examples.val, context.signal);
			context.log(
				{ ...scoreOf(score), ...scoreOf(validation, "val_") },
				{ step: epoch },
			);
			onEpoch(epoch, validation);
		},
	});
}

/** Loss and accuracy under their metric names, e.g. `val_loss`. */
export function scoreOf(
	{ loss, accuracy }: Score,
	prefix = "",
): Record<string, number> {
	return { [`${prefix}loss`]: loss, [`${prefix}accuracy`]: accuracy };
}

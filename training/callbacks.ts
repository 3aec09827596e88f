import {
	DivergedError,
	divergenceAt,
	isLoss,
	lostLosses,
} from "../experiment/divergence.ts";
import type { ProgressEvent } from "../experiment/events.ts";
import { session } from "../experiment/session.ts";
import * as tf from "./backend/tf.ts";

/** Where a training reports to, and what may end it. `TaskContext` is one. */
export interface Reporter {
	log(values: Record<string, number>, options: { step: number }): void;
	progress(progress: Omit<ProgressEvent, "type">): void;
	readonly signal: AbortSignal;
}

const names: Readonly<Record<string, string>> = {
	acc: "accuracy",
	val_acc: "val_accuracy",
};

/** The scalars of tfjs's logs under the names of the field; `batch` and `size` are no metrics. */
function scalars(logs: tf.Logs | undefined): Record<string, number> {
	const values: Record<string, number> = {};
	for (const [key, value] of Object.entries(logs ?? {}))
		if (typeof value === "number" && key !== "batch" && key !== "size")
			values[names[key] ?? key] = value;
	return values;
}

const methods = [
	"onTrainBegin",
	"onTrainEnd",
	"onEpochBegin",
	"onEpochEnd",
	"onBatchBegin",
	"onBatchEnd",
] as const;

class RunCallback extends tf.CustomCallback {
	constructor(args: tf.CustomCallbackArgs) {
		super(args);
		// Another copy of tfjs does not know this class: it would take the methods
		// off and call them with a `this` of its own.
		for (const name of methods) this[name] = this[name].bind(this) as never;
	}
}

/**
 * A callback for `model.fit`: logs loss and metrics at every epoch's end (step
 * 1 is the first epoch, `acc` is called `accuracy`), reports each batch as
 * progress, and ends the training with the signal's reason once it is aborted,
 * or with a DivergedError once a loss is not a finite number.
 *
 * @example
 * await model.fit(x, y, { callbacks: fitCallbacks(context) });
 * await model.fit(x, y, { callbacks: [fitCallbacks(context), tf.callbacks.earlyStopping()] });
 */
export function fitCallbacks(reporter: Reporter): tf.CustomCallback {
	let epoch = 0;
	const total = () => {
		const { epochs, samples, batchSize, steps } = (callback.params ??
			{}) as Record<string, number | null | undefined>;
		const batches =
			steps ?? (samples && batchSize ? Math.ceil(samples / batchSize) : 0);
		return { epochs: epochs ?? 0, batches };
	};
	const callback = new RunCallback({
		onEpochBegin: (index) => {
			epoch = index + 1;
		},
		onBatchEnd: (index, logs) => {
			const { epochs, batches } = total();
			reporter.progress({
				done: index + 1,
				...(batches > 0 ? { total: batches } : {}),
				unit: "batch",
				label: `epoch ${epoch}${epochs > 0 ? `/${epochs}` : ""}`,
				values: scalars(logs),
			});
			reporter.signal.throwIfAborted();
			const place = `in epoch ${epoch}, batch ${index + 1}`;
			endIfLost(lossesOf(scalars(logs)), place, (lost) =>
				reporter.log(lost, { step: epoch }),
			);
		},
		onEpochEnd: (index, logs) => {
			const values = scalars(logs);
			reporter.log(values, { step: index + 1 });
			reporter.signal.throwIfAborted();
			endIfLost(lossesOf(values), `in epoch ${index + 1}`);
		},
	});
	return callback;
}

const lossesOf = (values: Readonly<Record<string, number>>) =>
	Object.fromEntries(Object.entries(values).filter(([name]) => isLoss(name)));

/** @throws DivergedError where a loss is not finite */
function endIfLost(
	losses: Record<string, number>,
	place: string,
	before?: (losses: Record<string, number>) => void,
): void {
	const [lost] = lostLosses(losses);
	if (!lost || session().replay?.goesOn) return;
	before?.(losses);
	throw new DivergedError(divergenceAt(...lost, place));
}

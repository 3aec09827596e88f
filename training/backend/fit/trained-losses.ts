import { type History, LayersModel } from "@tensorflow/tfjs-layers";
import { activeRun } from "../../../experiment/record/active-run.ts";

/** Those methods of models that train. */
interface Training {
	fit(...args: unknown[]): Promise<History>;
	fitDataset(...args: unknown[]): Promise<History>;
	trainOnBatch(...args: unknown[]): Promise<number | number[]>;
}

/** What a model is called by who made it: one of layers in a row trains by another inside of it. */
const nameOf = ({ name }: LayersModel): string => name.replace(/_model$/, "");

/** The last value of each scalar of a training. */
const lastValues = ({ history }: History): Record<string, number> =>
	Object.fromEntries(
		Object.entries(history).flatMap(([name, values]) => {
			const last = values.at(-1);
			return typeof last === "number" ? [[name, last]] : [];
		}),
	);

/**
 * Makes `fit`, `fitDataset` and `trainOnBatch` tell the run they are part of
 * with which losses they ended, so that it has diverged where one is lost, even
 * if its code logs none.
 */
export function installLossNotes(): void {
	const training = LayersModel.prototype as unknown as Training;
	const { fit, fitDataset, trainOnBatch } = training;
	for (const [name, original] of Object.entries({ fit, fitDataset }))
		training[name as "fit" | "fitDataset"] = async function (
			this: LayersModel & Training,
			...args
		) {
			const history = await original.apply(this, args);
			activeRun()?.trained(nameOf(this), lastValues(history));
			return history;
		};
	training.trainOnBatch = async function (
		this: LayersModel & Training,
		...args
	) {
		const values = await trainOnBatch.apply(this, args);
		// The loss comes before the metrics.
		const [loss] = [values].flat();
		if (loss !== undefined) activeRun()?.trained(nameOf(this), { loss });
		return values;
	};
}

import { keep, type Tensor } from "@tensorflow/tfjs-core";
import {
	callbacks,
	type EarlyStoppingCallbackArgs,
	type Logs,
	EarlyStopping as Original,
} from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";

/** More of these is better. */
const RISES = /acc|auc|precision|recall|r2|f1|dice|iou/i;
/** Less of these is better. */
const FALLS =
	/loss|error|entropy|divergence|hinge|cosh|poisson|proximity|cosine|mse|mae|mape|msle|rmse|kld|perplexity/i;

/** Does a quantity of this name improve by rising? @throws UsageError where nobody can tell */
function doesRise(monitor: string, mode: string): boolean {
	if (mode === "min" || mode === "max") return mode === "max";
	if (RISES.test(monitor)) return true;
	if (FALLS.test(monitor)) return false;
	throw new UsageError(
		`tf.callbacks.earlyStopping cannot tell whether ${monitor} is to rise or to fall: give mode: "max" or mode: "min"`,
	);
}

/** What tfjs keeps to itself. */
interface Fields {
	wait: number;
	stoppedEpoch: number;
	monitorFunc: (current: number, best: number) => boolean;
	minDelta: number;
	best: number;
	getMonitorValue(logs: Logs | undefined): number | Tensor | undefined;
}

/**
 * Ends a training whose monitored quantity no longer improves, and can give the model
 * back the weights of its best epoch, as in Keras. tfjs throws for the latter.
 */
export class EarlyStopping extends Original {
	readonly #restores: boolean;
	/** Counted from 1. */
	#stoppedIn: number | undefined;
	#best: { readonly value: number; readonly weights: Tensor[] } | undefined;

	constructor(args: EarlyStoppingCallbackArgs = {}) {
		const { mode = "auto", monitor = "val_loss" } = args;
		if (!["auto", "min", "max"].includes(mode))
			throw new UsageError(
				`tf.callbacks.earlyStopping: there is no mode ${JSON.stringify(mode)}; give "min", "max", or "auto"`,
			);
		super({
			...args,
			mode: doesRise(monitor, mode) ? "max" : "min",
			restoreBestWeights: false,
		});
		this.#restores = args.restoreBestWeights === true;
	}

	override async onTrainBegin(logs?: Logs): Promise<void> {
		this.#forget();
		this.#stoppedIn = undefined;
		await super.onTrainBegin(logs);
	}

	override async onEpochEnd(epoch: number, logs?: Logs): Promise<void> {
		const fields = this as unknown as Fields;
		const given = fields.getMonitorValue(logs);
		if (given === undefined || given === null) return;
		const current =
			typeof given === "number" ? given : ((await given.data())[0] as number);
		this.#remember(current);
		if (fields.monitorFunc(current - fields.minDelta, fields.best)) {
			fields.best = current;
			fields.wait = 0;
			return;
		}
		fields.wait++;
		if (fields.wait < this.patience) return;
		fields.stoppedEpoch = epoch;
		this.#stoppedIn = epoch + 1;
		this.model.stopTraining = true;
	}

	override async onTrainEnd(): Promise<void> {
		if (this.verbose && this.#stoppedIn !== undefined)
			console.log(`Epoch ${this.#stoppedIn}: early stopping.`);
		if (this.#best)
			for (const [at, weight] of this.model.weights.entries()) {
				const best = this.#best.weights[at];
				if (best) weight.write(best);
			}
		this.#forget();
	}

	/** Keeps the weights where none were better. */
	#remember(value: number): void {
		if (!this.#restores) return;
		const { monitorFunc, minDelta } = this as unknown as Fields;
		if (this.#best && !monitorFunc(value - minDelta, this.#best.value)) return;
		this.#forget();
		const weights = this.model.weights.map((weight) =>
			keep(weight.read().clone()),
		);
		this.#best = { value, weights };
	}

	#forget(): void {
		for (const weight of this.#best?.weights ?? []) weight.dispose();
		this.#best = undefined;
	}
}

/** Puts it in the place of that of tfjs. */
export function installEarlyStopping(): void {
	callbacks.earlyStopping = (args) => new EarlyStopping(args);
}

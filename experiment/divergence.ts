import { UsageError } from "../base/errors.ts";

/**
 * A training whose loss is no longer a finite number. Thrown where it shows, it
 * ends the run with the status `diverged`.
 * @example
 * try {
 *   await dd.run({ name: "lost" }, () => dd.log({ loss: Number.NaN }));
 * } catch (error) {
 *   if (error instanceof dd.DivergedError) console.log(error.message);
 * }
 */
export class DivergedError extends UsageError {
	override readonly name: string = "DivergedError";
}

/** Words that say of a loss that it is not the one trained with now, or of what gets lost. */
const NO_LOSS = /^(?:best|min|minimum|lowest|packets?|change|delta)$/;
/** Words after "loss" that make a figure about it. */
const FIGURE = /^(?:ratio|scale|scaling|norm|rate|weight|coefficient|count)s?$/;

/** `valLoss`, `GLoss` and `head/loss_2` as words. */
const wordsOf = (name: string): string[] =>
	name
		.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
		.replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
		.toLowerCase()
		.split(/[^\p{L}]+/u)
		.filter((word) => word !== "");

/** Sets of data whose losses are written in one word. */
const JOINED = /^(?:train(?:ing)?|val(?:id(?:ation)?)?|test|dev|eval)loss$/;

/**
 * Does a metric measure a loss? If one of the words of its name is "loss":
 * `loss`, `val_loss`, `lossG`, `trainLoss`, `head/loss`, and none says that it
 * is a figure about one: `best_loss`, `loss_ratio`. Other metrics may be
 * undefined, as a precision without positives, and nothing is wrong.
 */
export function isLoss(name: string): boolean {
	const words = wordsOf(name);
	const at = words.findIndex((word) => word === "loss" || JOINED.test(word));
	return (
		at >= 0 &&
		!words.some((word) => NO_LOSS.test(word)) &&
		!words.slice(at).some((word) => FIGURE.test(word))
	);
}

/** The losses whose last value is not a finite number, with it. As values of a record, which are texts there, or of a run. */
export function lostLosses(
	metrics: Readonly<Record<string, number | string>>,
): [name: string, value: number | string][] {
	return Object.entries(metrics).filter(
		([name, value]) => isLoss(name) && !Number.isFinite(Number(value)),
	);
}

/**
 * How a run that got to its end ended: it diverged where the last value of a
 * loss is not finite. Earlier versions called such a run finished.
 */
export function finalStatus<Status extends string>(
	status: Status,
	metrics: Readonly<Record<string, number | string>>,
): Status | "diverged" {
	return status === "finished" && lostLosses(metrics).length > 0
		? "diverged"
		: status;
}

/** What most often makes a loss NaN or infinite. */
const LIKELY_CAUSES = `Likely causes: a learning rate that is too high; log(0), a root of 0 or a division by 0 in a loss or layer of your own; labels that do not fit the loss; NaN or very large values in the data.`;

/** What to say at the step at which a loss is NaN or infinite. */
export const divergenceAt = (
	name: string,
	value: number | string,
	place: string,
): string => `${name} became ${value} ${place}. ${LIKELY_CAUSES}`;

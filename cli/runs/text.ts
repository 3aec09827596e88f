import { firstOf, shownValue } from "../../base/shown-text.ts";
import {
	isSealBroken,
	type StoredRun,
	statusOf,
} from "../../experiment/record/store/store.ts";
import { formatNumber } from "../../widgets/text/text.ts";

export const shortTime = (iso: string) => iso.slice(0, 19).replace("T", " ");

const WIDEST_NAME = 60;

const value = (one: number | string) =>
	typeof one === "number" ? formatNumber(one) : shownValue(one);

/** Longest text in a line. */
const MOST_PAIRS = 50;

/** `lr=0.1 epochs=20`. */
export const pairs = (
	entries: Readonly<Record<string, number | string>>,
): string =>
	firstOf(
		Object.entries(entries),
		MOST_PAIRS,
		([key, one]) => `${shownValue(key, WIDEST_NAME)}=${value(one)}`,
		(count) => `… and ${count} more, which --json has`,
	).join(" ");

/** A record for programs: with what became of its run, and a word where it is not as it was written. */
export const recordAsJson = (run: StoredRun) => ({
	...run.record,
	status: statusOf(run),
	...(isSealBroken(run) ? { sealBroken: true } : {}),
});

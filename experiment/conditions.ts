import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";

export const LEAK_POLICIES = ["ignore", "warn", "error"] as const;

/** What is done about a run that read the clock, entropy, an unordered listing or the environment. */
export type LeakPolicy = (typeof LEAK_POLICIES)[number];

/** Under what circumstances a run computes and is recorded; no part of which run it is. */
export interface Conditions {
	/** Default: warn. Whatever it is, the record has the leaks. */
	readonly onLeak: LeakPolicy;
	/** The instant (ISO 8601, with its zone) at which the run's own clock starts. */
	readonly freezeTime?: string;
	/** Functions of `Math` and `**` that give the same bits in every engine. */
	readonly strictMath?: boolean;
	/** Draw its pictures for TensorBoard when it closes. Default: true. */
	readonly images?: boolean;
}

export const DEFAULT_CONDITIONS: Conditions = { onLeak: "warn" };

const INSTANT =
	/^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 instant. A time needs its zone: without
 * one it would be another instant on another machine.
 * @throws UsageError for anything else
 */
export function parseInstant(text: string): number {
	const [, date] = INSTANT.exec(text) ?? [];
	const milliseconds = Date.parse(text);
	if (
		date === undefined ||
		Number.isNaN(milliseconds) ||
		// The 31st of February is read as a day of March.
		new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date
	)
		throw new UsageError(
			`"${text}" is not a time to freeze at; give it in ISO 8601 with its zone, for example 2026-01-01T00:00:00Z`,
		);
	return milliseconds;
}

/** @throws UsageError for conditions that do not exist */
export function checkConditions(conditions: {
	readonly onLeak?: string;
	readonly freezeTime?: string;
	readonly strictMath?: boolean;
	readonly images?: boolean;
}): Partial<Conditions> {
	const { onLeak, freezeTime, strictMath, images } = conditions;
	const policy = LEAK_POLICIES.find((one) => one === onLeak);
	if (onLeak !== undefined && policy === undefined)
		throw new UsageError(
			`"${onLeak}" says not what to do about leaks${suggestion(String(onLeak), LEAK_POLICIES)}`,
		);
	if (freezeTime !== undefined) parseInstant(String(freezeTime));
	if (images !== undefined && typeof images !== "boolean")
		throw new UsageError(
			`images is true (draw the pictures of a run for TensorBoard when it closes) or false, not ${JSON.stringify(images)}`,
		);
	return {
		...(policy === undefined ? {} : { onLeak: policy }),
		...(freezeTime === undefined ? {} : { freezeTime }),
		...(strictMath === undefined ? {} : { strictMath }),
		...(images === undefined ? {} : { images }),
	};
}

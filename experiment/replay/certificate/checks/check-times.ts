import { levelStatedBy, type Provenance } from "../provenance.ts";
import type { Statement } from "../statement.ts";
import type { Check } from "./check.ts";

/** Two honest clocks may be so far apart. */
const CLOCKS_APART = 5 * 60_000;

/** No certificate is older than the format that it is written in. */
const EARLIEST = "2023-01-01T00:00:00Z";

const isBefore = (one: string, other: string) =>
	Date.parse(one) < Date.parse(other) - CLOCKS_APART;

/** A time in whole seconds. */
const short = (time: string) => time.replace(/\.\d+Z$/, "Z");

/** Is this a time that the clock here has yet to reach? */
export const isAhead = (time: string, now: number): boolean =>
	Date.parse(time) > now + CLOCKS_APART;

/** What makes a time come before one that it must follow; undefined where it does not. */
export const tooEarly = (
	[what, time]: readonly [string, string],
	[after, earliest]: readonly [string, string],
): string | undefined =>
	isBefore(time, earliest)
		? `${what} on ${short(time)}, and ${after} only on ${short(earliest)}`
		: undefined;

/** Times are the signer's word; what cannot be is found. */
export function checkTimes(
	statement: Statement<Provenance>,
	now: number,
): Check[] {
	const { startedOn, finishedOn } =
		statement.predicate.runDetails.metadata ?? {};
	const level = levelStatedBy(statement);
	const replayedOn = level.level === "replayed" ? level.finishedOn : undefined;
	const times = [
		["the run started", startedOn],
		["it ended", finishedOn],
		["it was replayed", replayedOn],
		["it was signed", level.signedOn],
	].flatMap(([what = "", time]): [string, string][] =>
		time === undefined ? [] : [[what, time]],
	);
	const broken = times.flatMap((later, index) =>
		times
			.slice(0, index)
			.map((earlier) => tooEarly(later, earlier))
			.filter((problem) => problem !== undefined),
	);
	if (broken.length > 0)
		return broken.map((detail) => ({
			what: "times",
			status: "broken",
			detail,
		}));
	return times.flatMap(([what, time]): Check[] =>
		isAhead(time, now)
			? [
					{
						what: "times",
						status: "could not check",
						detail: `${what} on ${short(time)}, which lies in the future by the clock here, ${short(new Date(now).toISOString())}; one of the clocks is wrong, or it is not true`,
					},
				]
			: isBefore(time, EARLIEST)
				? [
						{
							what: "times",
							status: "could not check",
							detail: `${what} on ${short(time)}, before there were certificates; the clock there was wrong, or it is not true`,
						},
					]
				: [],
	);
}

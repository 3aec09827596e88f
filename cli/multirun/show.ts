import { plural } from "../../base/plural.ts";
import { firstOf, oneLine, shown } from "../../base/shown-text.ts";
import {
	missingPoints,
	type StoredMultirun,
} from "../../experiment/record/store/multiruns.ts";
import { brokenSeals, statusOf } from "../../experiment/record/store/store.ts";
import { pointLabel } from "../../experiment/sweep/point.ts";
import {
	reportMember,
	reportMultirun,
} from "../../experiment/sweep/statistics/report/members.ts";
import type { MultirunReport } from "../../experiment/sweep/statistics/report/types.ts";
import type { Drawing } from "../../widgets/drawing/picture.ts";
import { valueDrawings } from "../../widgets/kinds/multirun/values.ts";
import {
	formatReport,
	type ReportFormat,
} from "../../widgets/text/report/format.ts";
import { print, printError } from "../print.ts";
import { shortTime } from "../runs/text.ts";

export interface ReportedOptions {
	readonly baseline: string | undefined;
	/** Default: all. */
	readonly metrics: readonly string[];
}

export interface ShowOptions extends ReportedOptions {
	readonly format: ReportFormat;
}

/** `deepdiva multirun show ID`: its members together, and what became of those that are in no mean. */
export function showMultirun(
	multirun: StoredMultirun,
	{ format, ...options }: ShowOptions,
): number {
	const report = reportStored(multirun, options);
	const body = formatReport(report, format);
	// Other formats are for programs, and have what failed in them or nothing to say of it.
	print(
		format === "text"
			? [
					...head(multirun),
					body,
					...drawnValues(multirun, report, options).flatMap(({ text }) => [
						"",
						text,
					]),
				].join("\n")
			: body,
	);
	return tellBroken(multirun);
}

/** What its members say together. */
export function reportStored(
	{ members, vary }: StoredMultirun,
	{ baseline, metrics }: ReportedOptions,
): MultirunReport {
	const plain = members.map(({ run }) => {
		// One that is taken over may be of a multirun in which other streams varied.
		const { vary: _ofItsOwn, ...member } = reportMember(run);
		return vary ? { ...member, vary } : member;
	});
	return reportMultirun(plain, {
		...(baseline === undefined ? {} : { baseline }),
		...(metrics.length === 0 ? {} : { metrics }),
	});
}

/** What its last values show, as the multirun's cell does: nothing of a single one. */
export const drawnValues = (
	{ experiment }: StoredMultirun,
	report: MultirunReport,
	{ baseline }: ReportedOptions,
): Drawing[] =>
	report.finished > 1 && report.metrics.length > 0
		? valueDrawings(report, experiment, baseline).map((draw) => draw())
		: [];

/** Tells whose records are not as they were written, and returns the exit code. */
export function tellBroken({ members }: StoredMultirun): number {
	const broken = brokenSeals(members.map(({ run }) => run));
	for (const message of broken) printError(`deepdiva: ${message}`);
	return broken.length > 0 ? 1 : 0;
}

/** Points that are named of those that lack runs. */
const MOST_POINTS = 10;

function head(multirun: StoredMultirun): string[] {
	const { id, experiment, started, members } = multirun;
	return [
		shown`multirun ${id} · ${experiment} · began ${shortTime(started)} UTC`,
		...members
			.filter(({ run }) => statusOf(run) !== "finished")
			.map(({ run }) => {
				const { record } = run;
				const why = record.error
					? oneLine(`: ${record.error.name}: ${record.error.message}`)
					: "";
				return `${shown`run ${record.id} (repeat ${record.repeat}) ${statusOf(run)}`}${why}`;
			}),
		...othersOf(multirun),
		...missingOf(multirun),
	];
}

/** Members that were computed for other multiruns. */
function othersOf({ members, total }: StoredMultirun): string[] {
	const others = members.filter(({ isTakenOver }) => isTakenOver);
	if (others.length === 0) return [];
	const from = new Map<string, number>();
	for (const { run } of others) {
		const id = run.record.multirun?.id;
		const origin = id === undefined ? "single runs" : `multirun ${id}`;
		from.set(origin, (from.get(origin) ?? 0) + 1);
	}
	const text = [...from].map(([origin, count]) => `${count} of ${origin}`);
	return [
		shown`${others.length} of ${plural(total, "member")} taken over: ${text.join(", ")}`,
	];
}

function missingOf(multirun: StoredMultirun): string[] {
	const { id, total, repeats = 1, grid, members } = multirun;
	const missing = total - members.length;
	if (missing <= 0) return [];
	const points = missingPoints(multirun, MOST_POINTS + 1).map(
		({ point, missing: count }) =>
			`${pointLabel(point)} (${count === repeats ? "all" : count} of ${plural(repeats, "repeat")})`,
	);
	const named =
		grid && Object.keys(grid).length > 0
			? `: ${firstOf(
					points,
					MOST_POINTS,
					(text) => text,
					() => "…",
				).join(", ")}`
			: "";
	const what =
		grid === undefined
			? "on record under this id: not computed yet, or taken over from an earlier multirun"
			: "on record";
	return [
		shown`${missing} of ${plural(total, "member")} ${missing === 1 ? "is" : "are"} not ${what}${named}; deepdiva multirun resume ${id} computes what is missing`,
	];
}

import { isA } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import type { Params } from "../../experiment/events.ts";
import { mergeReports } from "../../experiment/leaks/report.ts";
import { describeError } from "../../experiment/record/error-place.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	memberLabel,
	type RunInfo,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import {
	RecordingError,
	withReason,
} from "../../experiment/record/recording-error.ts";
import { pointLabel, pointOf } from "../../experiment/sweep/point.ts";
import { leaksText } from "../text/leaks.ts";
import type { RunGroup, TableRun } from "../text/runs-table.ts";
import { shownPoints } from "../text/shown-points.ts";
import { formatNumber, shownName, wrapped } from "../text/text.ts";

/** Front ends break longer lines in the middle of a word. */
const SUMMARY_WIDTH = 96;

/** `repeat 2`, of which streams, if not all. */
const repeatOf = ({ repeat, multirun }: RunInfo): string[] =>
	repeat === 0
		? []
		: [
				`repeat ${repeat}${multirun?.vary ? oneLine(` of ${multirun.vary.join(", ")}`) : ""}`,
			];

function summaryParts(run: RunInfo, outcome: RunOutcome) {
	return {
		head: [
			`run ${run.id}`,
			shownName(run.experiment),
			withReason(
				outcome.status,
				isA(outcome.error, RecordingError) ? outcome.error : undefined,
			),
			`seed ${run.seed} (${[`root ${run.rootSeed}`, ...repeatOf(run)].join(", ")})`,
			`${(outcome.milliseconds / 1000).toFixed(1)} s`,
		],
		metrics: Object.entries(outcome.metrics).map(
			([name, value]) => `${shownName(name)} ${formatNumber(value)}`,
		),
	};
}

/** What stays in a terminal when a run is over. */
export function summaryLine(run: RunInfo, outcome: RunOutcome): string {
	const { head, metrics } = summaryParts(run, outcome);
	return [...head, ...metrics].join(" · ");
}

/**
 * The same for a notebook: name and status of the run, and its metrics below.
 */
export function summaryText(run: RunInfo, outcome: RunOutcome): string {
	const { head, metrics } = summaryParts(run, outcome);
	return [
		head.join(" · "),
		...wrapped(metrics, " · ", SUMMARY_WIDTH).map((line) => `  ${line}`),
	].join("\n");
}

/** Why a member of a multirun failed, and where: told at once, since the others go on. */
export function failureText(run: RunInfo, outcome: RunOutcome): string {
	if (!hasFailed(outcome)) return "";
	const { name, message, place } = describeError(outcome.error);
	return [
		`${memberLabel(run.multirun?.varied ?? [], run)} ${outcome.status} · ${name}: ${message}`,
		...(place
			? [
					`  at ${place.name}:${place.line}${place.code === undefined ? "" : `  ${place.code}`}`,
				]
			: []),
	].join("\n");
}

/**
 * The leaks of the runs that are to be warned about. A place that several runs
 * read is listed once.
 */
export function leakWarning(outcomes: readonly RunOutcome[]): string {
	return leaksText(
		mergeReports(
			outcomes
				.filter(({ onLeak }) => onLeak !== "ignore")
				.map(({ leaks }) => leaks),
		),
	);
}

/** Members by the parameters that vary, in the order they ran. */
export function groupsOf(
	multirun: MultirunInfo,
	members: readonly MultirunMember[],
): RunGroup[] {
	const groups = new Map<string, { params: Params; runs: TableRun[] }>();
	for (const { run, outcome } of members) {
		const params = pointOf(multirun, run);
		const key = pointLabel(params);
		const group = groups.get(key) ?? { params, runs: [] };
		groups.set(key, group);
		group.runs.push({
			id: run.id,
			seed: run.seed,
			metrics: outcome.metrics,
			status: outcome.status,
		});
	}
	const all = [...groups.values()];
	const shown = shownPoints(all.map(({ params }) => params));
	return all.map(({ runs }, i) => ({ params: shown[i] ?? {}, runs }));
}

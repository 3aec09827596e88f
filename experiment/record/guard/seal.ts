import { presentTime } from "../../../base/clock.ts";
import { withReads } from "../../code/record-code.ts";
import { environments } from "../../leaks/environment-reads.ts";
import { type LeakReport, mergeReports } from "../../leaks/report.ts";
import { runsDirectory } from "../../session.ts";
import { outsideOfRuns } from "../active-run.ts";
import type { WitnessedRun } from "../hidden-state.ts";
import { jsonNumber } from "../metric-log.ts";
import type { RunOutcome } from "../observer.ts";
import {
	dataRoots,
	metricNumbers,
	type RecordedData,
	type RunRecord,
} from "../record.ts";
import { RecordingError } from "../recording-error.ts";
import { describeEnvironment } from "../surroundings/environment.ts";
import { projectLicense } from "../surroundings/packages.ts";
import { writeImages } from "../tensorboard/images.ts";
import { notifyInTurn } from "./notify.ts";
import { type OpenRun, warnOfState } from "./open.ts";
import { recordedError } from "./without-secrets.ts";

/** Completes and seals the record of a run that is over, and tells observers what became of it. */
export async function seal(
	open: OpenRun,
	status: RunOutcome["status"],
	error?: unknown,
): Promise<RunOutcome> {
	const { info, recorder } = open;
	const { session } = open.admitted;
	const ended = presentTime();
	const data = await open.run.verifiedData();
	open.watch.close();
	const hiddenState = open.witnessed?.end();
	warnOfState(open, hiddenState?.warnings ?? []);
	const leaks = open.watch.report();
	const end: RunEnd = { status, error, ended, data, hiddenState, leaks };
	session.leaks = mergeReports([session.leaks, leaks]);
	session.redactor.learnEnvironment(...environments());
	// Another run may have begun meanwhile, with secrets of its own.
	if (info.recorded && session.redactor.learnt > open.secretsKnown)
		rewriteSources(open);
	try {
		open.record = recorder.close(
			completedRecord(open, end),
			projectLicense(runsDirectory()),
		);
	} finally {
		// Now the record says that the run is over; what lies beside it is sealed below.
		open.heartbeat?.stop();
	}
	const outcome = outcomeOf(open, end);
	await outsideOfRuns(() =>
		notifyInTurn(session.observers, (observer) =>
			observer.runEnded?.(info, outcome),
		),
	);
	if (info.recorded && open.admitted.conditions.images !== false)
		await writeImages(info.directory, open.record);
	// TensorBoard's file.
	open.record = recorder.sealFiles(open.record);
	return outcome;
}

/** How a run ended, secrets included. */
interface RunEnd {
	readonly status: RunOutcome["status"];
	readonly error: unknown;
	readonly ended: Date;
	readonly data: readonly RecordedData[];
	readonly hiddenState: ReturnType<WitnessedRun["end"]> | undefined;
	readonly leaks: LeakReport;
}

/** What only the end of a run tells, added to its record. */
function completedRecord(open: OpenRun, end: RunEnd): RunRecord {
	const { record, run, watch } = open;
	const { redactor } = open.admitted.session;
	return {
		...record,
		status: end.status,
		...(end.error === undefined
			? {}
			: { error: recordedError(end.error, redactor) }),
		seed: { ...record.seed, streams: redactor.deep(run.streams.draws()) },
		...withReads(record.git, watch.files),
		// The body may have chosen another backend.
		environment: redactor.deep(describeEnvironment()),
		data: redactor.deep(end.data),
		leaks: redactor.deep(end.leaks),
		...(end.hiddenState
			? { hiddenState: redactor.deep(end.hiddenState.state) }
			: {}),
		metrics: Object.fromEntries(
			Object.entries(run.metrics).map(([name, value]) => [
				name,
				jsonNumber(value),
			]),
		),
		ended: end.ended.toISOString(),
		milliseconds: millisecondsOf(open, end),
	};
}

const millisecondsOf = ({ started }: OpenRun, { ended }: RunEnd): number =>
	ended.getTime() - started.getTime();

/** What callers and observers are told. Metrics are those on record, where a full disk did not take all. */
function outcomeOf(open: OpenRun, end: RunEnd): RunOutcome {
	const { info, record, recorder, run } = open;
	return Object.freeze({
		status: end.status,
		error: end.error,
		metrics: Object.freeze(metricNumbers(record.metrics)),
		...(recorder.metricLines === undefined
			? {}
			: { metricLines: recorder.metricLines }),
		data: dataRoots(end.data),
		digest: record.digest,
		leaks: end.leaks,
		onLeak: open.admitted.conditions.onLeak,
		milliseconds: millisecondsOf(open, end),
		...(info.multirun?.vary ? { drawn: run.streams.drawn() } : {}),
	});
}

/** Takes secrets that were learnt late out of the sources on record. */
function rewriteSources({ recorder, sources }: OpenRun): void {
	for (const [path, text] of Object.entries(sources()))
		try {
			recorder.file(path, text);
		} catch (error) {
			if (!(error instanceof RecordingError)) throw error;
			// There is no room for the new one, and the old one has the secret.
			recorder.drop(path);
		}
}

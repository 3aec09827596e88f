import { presentTime } from "../../../base/clock.ts";
import { join } from "../../../host/paths.ts";
import { randomBytes } from "../../../host/system-random.ts";
import { parseInstant } from "../../conditions.ts";
import type { NoticeEvent } from "../../events.ts";
import { FrozenClock } from "../../leaks/frozen-clock.ts";
import { LeakWatch } from "../../leaks/watch.ts";
import { runsDirectory } from "../../session.ts";
import { ActiveRun, outsideOfRuns } from "../active-run.ts";
import type { WitnessedRun } from "../hidden-state.ts";
import { fixedSeed, runSeed } from "../identity.ts";
import { beginHeartbeat, type Heartbeat } from "../lease/heartbeat.ts";
import type { RunInfo } from "../observer.ts";
import { installPrintCapture } from "../prints.ts";
import type { RunRecord } from "../record.ts";
import { Recorder } from "../recorder.ts";
import type { AdmittedRun } from "./admit.ts";
import { firstRecord } from "./first-record.ts";
import { notify } from "./notify.ts";
import { sourceFiles } from "./without-secrets.ts";

/** A run that observers know of, from its first record to its seal. */
export interface OpenRun {
	readonly admitted: AdmittedRun;
	readonly info: RunInfo;
	readonly started: Date;
	readonly run: ActiveRun;
	readonly recorder: Recorder;
	readonly watch: LeakWatch;
	/** What is to become `run.json`, as far as it is known. */
	record: RunRecord;
	/** Rejects when nothing can be recorded any more. */
	readonly failure: Promise<never>;
	/** By which other hosts see that it is running; absent in a replay, which is nobody's to go on with. */
	readonly heartbeat: Heartbeat | undefined;
	/** Of a recorded run in a notebook. */
	readonly witnessed: WitnessedRun | undefined;
	/** How many secrets were known when the sources were written. */
	readonly secretsKnown: number;
	/** What is executed, as files without the secrets that are known at the call. */
	sources(): Record<string, string>;
}

/**
 * Makes the run's folder with its first record, and announces the run.
 * @throws RecordingError where the folder cannot be written; nothing of it stays then
 */
export function openRun(admitted: AdmittedRun): OpenRun {
	const { session, conditions, plan, resumed } = admitted;
	const { redactor, source } = session;
	const started = presentTime();
	const info = describeRun(admitted, started);
	installPrintCapture();
	const { recorder, failure } = openRecorder(admitted, info);
	const run = new ActiveRun(
		info,
		recorder,
		stoppedBy(source?.signal, plan.claim?.lost),
		redactor,
		resumed?.directory,
	);
	const { freezeTime } = conditions;
	const watch = new LeakWatch(
		freezeTime === undefined
			? undefined
			: new FrozenClock(parseInstant(freezeTime)),
	);
	const record = firstRecord(admitted, info, started);
	// The session goes on adding to its own.
	const cells = [...session.cells];
	const sources = () => sourceFiles(redactor, source, cells);
	const secretsKnown = redactor.learnt;
	if (info.recorded) recorder.open(sources(), record);
	const isKept = admitted.kind === "record";
	const heartbeat = isKept ? beginHeartbeat(info.directory) : undefined;
	if (isKept) session.recorded.push(info.directory);
	outsideOfRuns(() =>
		notify(session.observers, (observer) => observer.runStarted?.(info)),
	);
	// A run that is computed on the way to another says nothing.
	const witnessed = info.recorded ? session.witness?.begin() : undefined;
	const open: OpenRun = {
		admitted,
		info,
		started,
		run,
		recorder,
		watch,
		record,
		failure,
		heartbeat,
		witnessed,
		secretsKnown,
		sources,
	};
	warnOfState(open, witnessed?.warnings ?? []);
	return open;
}

/** What ends the run: the user, or somebody who took it over. */
function stoppedBy(
	user = new AbortController().signal,
	lost?: AbortSignal,
): AbortSignal {
	return lost ? AbortSignal.any([user, lost]) : user;
}

function describeRun(admitted: AdmittedRun, started: Date): RunInfo {
	const { kind, plan, identity } = admitted;
	const { rootSeed, recordFormat, replay } = admitted.session;
	const id = randomBytes(4).toString("hex");
	const name = `${folderTime(started)}-${id}`;
	const fixed = fixedSeed(rootSeed, identity, recordFormat);
	// Listeners are handed it, and must not change the run.
	return Object.freeze({
		id,
		recorded: kind !== "compute",
		experiment: plan.experiment,
		...(plan.task ? { task: plan.task } : {}),
		params: Object.freeze({ ...plan.params }),
		rootSeed,
		seed: runSeed(rootSeed, identity, recordFormat),
		...(fixed === undefined ? {} : { fixedSeed: fixed }),
		repeat: plan.repeat,
		...(plan.multirun ? { multirun: plan.multirun } : {}),
		directory:
			kind === "target" && replay
				? replay.directory
				: join(runsDirectory(), plan.experiment, name),
	});
}

/** `20261130T121530Z` */
const folderTime = (time: Date): string =>
	time
		.toISOString()
		.replace(/\.\d+Z$/, "Z")
		.replace(/[-:]/g, "");

function openRecorder(
	{ session: { redactor } }: AdmittedRun,
	{ recorded, directory }: RunInfo,
): Pick<OpenRun, "recorder" | "failure"> {
	let fail: (reason: unknown) => void = () => undefined;
	const failure = new Promise<never>((_, reject) => {
		fail = reject;
	});
	// Awaited while the body runs; a failure before or after is thrown in its place.
	failure.catch(() => undefined);
	const folder = recorded ? directory : undefined;
	return { recorder: new Recorder(folder, fail, redactor.clean), failure };
}

/** Tells observers, and so the user, of something that may be wrong with the run. */
export function warn({ admitted, info }: OpenRun, text: string): void {
	const { observers, redactor } = admitted.session;
	const notice: NoticeEvent = {
		type: "notice",
		level: "warning",
		text: redactor.text(text),
	};
	outsideOfRuns(() =>
		notify(observers, (observer) => observer.event?.(info, notice)),
	);
}

/** Warns of what the run depends on, or changed, beside its own code. */
export function warnOfState(open: OpenRun, warnings: readonly string[]): void {
	for (const text of warnings) warn(open, `hidden state: ${text}`);
}

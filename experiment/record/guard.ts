import { dirname, join, relative } from "node:path";
import { presentTime } from "../../base/clock.ts";
import {
	isA,
	isInterrupt,
	KeyboardInterrupt,
	UsageError,
} from "../../base/errors.ts";
import { randomBytes } from "../../base/system-random.ts";
import type { GitMode } from "../code/git-mode.ts";
import { recordCode, withReads } from "../code/record-code.ts";
import {
	type Conditions,
	checkConditions,
	DEFAULT_CONDITIONS,
	parseInstant,
} from "../conditions.ts";
import { DivergedError, finalStatus } from "../divergence.ts";
import type { Params } from "../events.ts";
import { onVariableSet } from "../leaks/environment-reads.ts";
import { FrozenClock } from "../leaks/frozen-clock.ts";
import { installLeakWatch } from "../leaks/install.ts";
import { LeakError } from "../leaks/leak-error.ts";
import { mergeReports, NO_LEAKS } from "../leaks/report.ts";
import { LeakWatch, watched } from "../leaks/watch.ts";
import type { ParamOrigin } from "../parameters/params.ts";
import { installRandom } from "../random/install.ts";
import { withStreams } from "../random/scope.ts";
import type { Redactor } from "../secrets/redact.ts";
import { learnSecretFiles } from "../secrets/secret-files.ts";
import { loadRules } from "../secrets/secret-rules.ts";
import {
	type ExecutedCell,
	type ExecutedSource,
	runsDirectory,
	session,
} from "../session.ts";
import { isStrict, withStrictMath } from "../strict-math/strict-math.ts";
import { ActiveRun, withRun } from "./active-run.ts";
import {
	isOfSource,
	latestRun,
	requireResumable,
	resumePoint,
} from "./checkpoint.ts";
import { describeError, type RecordedError } from "./error-place.ts";
import {
	identifyingParams,
	identityDigest,
	type RunIdentity,
	runSeed,
} from "./identity.ts";
import { jsonNumber } from "./metric-log.ts";
import { checkName, requireOneSpelling } from "./names.ts";
import type { MultirunMembership, RunInfo, RunOutcome } from "./observer.ts";
import { installPrintCapture } from "./prints.ts";
import type { RunRecord } from "./record.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { RecordingError } from "./recording-error.ts";
import { requireSealed, type StoredRun, statusOf } from "./store/store.ts";
import { describeEnvironment } from "./surroundings/environment.ts";
import { thisProcess } from "./surroundings/liveness.ts";
import { projectLicense } from "./surroundings/packages.ts";

/** Everything that decides a run, before it starts. */
export interface RunPlan {
	readonly experiment: string;
	readonly task?: string;
	readonly params: Params;
	readonly origins: Readonly<Record<string, ParamOrigin>>;
	/** Parameters that are paths: recorded, but no part of the identity. */
	readonly paths: readonly string[];
	/** Data folders to verify before the body starts. */
	readonly data: readonly string[];
	readonly repeat: number;
	readonly multirun?: MultirunMembership;
	/** What the code asks for; the command line wins. */
	readonly conditions?: Partial<Conditions>;
	/** What to do about the state of the code. Default "snapshot". */
	readonly git?: GitMode;
	/** Go on with the latest run of the same identity that has not finished. */
	readonly resume?: boolean;
}

/** What a finished run leaves to its caller. */
export interface RunResult<T> {
	readonly run: RunInfo;
	readonly outcome: RunOutcome;
	/** What the body returned. */
	readonly value: T;
}

function folderTime(time: Date): string {
	return time
		.toISOString()
		.replace(/\.\d+Z$/, "Z")
		.replace(/[-:]/g, "");
}

/**
 * Is this run recorded, computed only, or left out? Outside of a replay every
 * run is recorded. A replay records its target; what came before is computed,
 * except what leaves nothing behind: tasks, and other members of the target's multirun.
 */
function admit(plan: RunPlan, identity: string, occurrence: number) {
	const { replay } = session();
	if (!replay) return "record";
	if (replay.identity === identity && replay.occurrence === occurrence)
		return "target";
	const inTargetCell = session().cells.length === replay.earlierCells;
	return plan.task || (plan.multirun && inTargetCell) ? "skip" : "compute";
}

/**
 * Guards `body`: verifies the data, notes the state of code and environment,
 * opens the run's streams, records what the body logs, and seals the record.
 * An error of the body is recorded and thrown again.
 */
export async function guard<T>(
	given: RunPlan,
	body: (run: ActiveRun) => T | Promise<T>,
): Promise<RunResult<T> | undefined> {
	installRandom();
	installLeakWatch();
	onVariableSet((name, value) =>
		session().redactor.learnEnvironment({ [name]: value }),
	);
	const current = session();
	const conditions: Conditions = {
		...DEFAULT_CONDITIONS,
		...checkConditions(given.conditions ?? {}),
		...current.conditions,
		...(isStrict() ? { strictMath: true } : {}),
	};
	const { redactor } = current;
	loadRules();
	redactor.learn(given.params);
	learnAround(redactor);
	const plan = {
		...given,
		experiment: redactor.fileName(given.experiment),
	};
	checkName(plan.experiment, "run");
	const identity: RunIdentity = {
		experiment: plan.experiment,
		params: identifyingParams(
			recordedParams(plan.params, redactor),
			plan.paths,
		),
		repeat: plan.repeat,
	};
	const digest = identityDigest(identity);
	const occurrence = current.occurrences.get(digest) ?? 0;
	current.occurrences.set(digest, occurrence + 1);
	const admission = admit(plan, digest, occurrence);
	if (admission === "skip") return undefined;
	const recorded = admission !== "compute";
	if (admission === "record")
		requireOneSpelling(runsDirectory(), plan.experiment);

	const earlier = plan.resume ? earlierRun(plan, digest) : undefined;
	if (plan.multirun && earlier && isSettled(earlier))
		return asItWas(earlier, plan.multirun);
	const resumed = earlier;
	const started = presentTime();
	const id = randomBytes(4).toString("hex");
	const directory =
		admission === "target" && current.replay
			? current.replay.directory
			: join(runsDirectory(), plan.experiment, `${folderTime(started)}-${id}`);
	const info: RunInfo = {
		id,
		recorded,
		experiment: plan.experiment,
		...(plan.task ? { task: plan.task } : {}),
		params: plan.params,
		rootSeed: current.rootSeed,
		seed: runSeed(current.rootSeed, identity, current.recordFormat),
		repeat: plan.repeat,
		...(plan.multirun ? { multirun: plan.multirun } : {}),
		directory,
	};
	installPrintCapture();
	let fail: (reason: unknown) => void = () => undefined;
	const failure = new Promise<never>((_, reject) => {
		fail = reject;
	});
	// Awaited while the body runs; a failure before or after is thrown in its place.
	failure.catch(() => undefined);
	const recorder = createRecorder(
		recorded ? directory : undefined,
		fail,
		redactor.clean,
	);
	const run = new ActiveRun(
		info,
		recorder,
		current.source?.signal ?? new AbortController().signal,
		redactor,
		resumed?.directory,
	);
	const { freezeTime } = conditions;
	const watch = new LeakWatch(
		freezeTime === undefined
			? undefined
			: new FrozenClock(parseInstant(freezeTime)),
	);
	let record: RunRecord = {
		...openRecord(plan, info, digest, occurrence, started, redactor),
		conditions: { ...conditions, commandLine: current.conditions },
		...(resumed ? { resumed: resumed.record.id } : {}),
	};
	const { source } = current;
	// The session goes on adding to its own.
	const cells = [...current.cells];
	const known = redactor.learnt;
	if (recorded) recorder.open(sourceFiles(redactor, source, cells), record);
	if (admission === "record") current.recorded.push(directory);
	for (const observer of current.observers) observer.runStarted?.(info);
	const warn = (text: string) => {
		for (const observer of current.observers)
			observer.event?.(info, {
				type: "notice",
				level: "warning",
				text: redactor.text(text),
			});
	};
	const warnOfState = (warnings: readonly string[]) => {
		for (const text of warnings) warn(`hidden state: ${text}`);
	};
	// A run that is computed on the way to another says nothing.
	const witnessed = recorded ? current.witness?.begin() : undefined;
	warnOfState(witnessed?.warnings ?? []);

	const seal = async (
		status: RunOutcome["status"],
		error?: unknown,
	): Promise<RunOutcome> => {
		const ended = presentTime();
		const milliseconds = ended.getTime() - started.getTime();
		const data = await run.verifiedData();
		watch.close();
		const seen = witnessed?.end();
		warnOfState(seen?.warnings ?? []);
		const leaks = watch.report();
		current.leaks = mergeReports([current.leaks, leaks]);
		redactor.learnEnvironment(process.env);
		// Another run may have begun meanwhile, with secrets of its own.
		if (recorded && redactor.learnt > known)
			rewrite(recorder, sourceFiles(redactor, source, cells));
		record = recorder.close(
			{
				...record,
				status,
				...(error === undefined
					? {}
					: { error: recordedError(error, redactor) }),
				seed: {
					...record.seed,
					streams: redactor.deep(run.streams.draws()),
				},
				// The body may have chosen another backend.
				...withReads(record.git, watch.files),
				environment: redactor.deep(describeEnvironment()),
				data: redactor.deep(data),
				leaks: redactor.deep(leaks),
				...(seen ? { hiddenState: redactor.deep(seen.state) } : {}),
				metrics: Object.fromEntries(
					Object.entries(run.metrics).map(([name, value]) => [
						name,
						jsonNumber(value),
					]),
				),
				ended: ended.toISOString(),
				milliseconds,
			},
			projectLicense(runsDirectory()),
		);
		const outcome: RunOutcome = {
			status,
			error,
			// What is on record, where a full disk did not take all.
			metrics: Object.fromEntries(
				Object.entries(record.metrics).map(([name, value]) => [
					name,
					Number(value),
				]),
			),
			...(recorder.metricLines === undefined
				? {}
				: { metricLines: recorder.metricLines }),
			data: Object.fromEntries(data.map(({ path, root }) => [path, root])),
			digest: record.digest,
			leaks,
			onLeak: conditions.onLeak,
			milliseconds,
		};
		for (const observer of current.observers)
			await observer.runEnded?.(info, outcome);
		// TensorBoard's file, and the pictures that were drawn last.
		record = recorder.sealFiles(record);
		return outcome;
	};

	let value: T;
	let sealed = () => {};
	try {
		try {
			value = await untilInterrupted(run.signal, failure, () =>
				withRun(run, async () => {
					for (const folder of plan.data) await run.data(folder);
					if (recorded) {
						const { git } = await recordCode({
							mode: session().git ?? plan.git ?? "snapshot",
							run: { id, directory },
							redactor,
							data: await run.verifiedData(),
							// A replay leaves nothing behind in the repository.
							keep: admission === "record",
							onWarning: warn,
						});
						record = {
							...record,
							...(git ? { git: withoutSecretNames(git, redactor) } : {}),
						};
						// Whatever becomes of the run, its record says which code it had.
						recorder.note(record);
					}
					const work = () =>
						withStreams(run.streams, () =>
							watched(watch, async () => body(run)),
						);
					return conditions.strictMath ? withStrictMath(work) : work();
				}),
			).finally(() => {
				sealed = beginSealing();
			});
			await run.close({ finished: true });
			recorder.finish();
			if (conditions.onLeak === "error" && watch.report().leaks.length > 0)
				throw new LeakError(watch.report());
			// A replay of a run that went on goes on, too.
			if (!current.replay?.goesOn) run.requireConverged();
		} catch (error) {
			await run.close({ finished: false }).catch(() => undefined);
			try {
				recorder.finish();
			} catch {
				// The run ends for its own error, or for this one already.
			}
			await seal(statusAfter(error, run), error);
			throw error;
		}
		const status = finalStatus("finished", run.metrics);
		return { run: info, outcome: await seal(status), value };
	} finally {
		sealed();
	}
}

/** From now on the run's record is being sealed, until the function is called that this returns. */
function beginSealing(): () => void {
	const { sealing } = session();
	let end = () => {};
	const sealed = new Promise<void>((resolve) => {
		end = resolve;
	});
	sealing.add(sealed);
	return () => {
		sealing.delete(sealed);
		end();
	};
}

/** What became of a run that an error ended. */
function statusAfter(error: unknown, run: ActiveRun): RunOutcome["status"] {
	const { signal } = run;
	if (isInterrupt(error) || (signal.aborted && isInterrupt(reasonOf(signal))))
		return "interrupted";
	if (isA(error, DivergedError)) return "diverged";
	// What a loss that is lost leads to, e.g. an embedding of NaN.
	const isOwn = isA(error, RecordingError) || isA(error, LeakError);
	return !isOwn && run.hasDiverged ? "diverged" : "failed";
}

/**
 * What a run that is to be resumed goes on from. Of a multirun, members that
 * have finished are left as they are, and those that never began are run.
 * @throws UsageError when a single run has nothing to go on from
 */
function earlierRun(plan: RunPlan, identity: string): StoredRun | undefined {
	const { replay, rootSeed, source, redactor } = session();
	// A replay computes all of it, and finds the same.
	if (replay) return undefined;
	const sought = { experiment: plan.experiment, identity, rootSeed };
	const latest = latestRun(sought);
	if (!plan.multirun) return requireResumable(latest, sought);
	const isKnown =
		latest &&
		(plan.task || isOfSource(latest, redactor.source(source?.text ?? "")));
	if (!isKnown) return undefined;
	requireSealed(latest);
	return isSettled(latest) ? latest : resumePoint(latest);
}

/** Would it only come to the same end again? */
const isSettled = (run: StoredRun): boolean =>
	["finished", "diverged"].includes(statusOf(run));

/** A member that has come to its end before, for the table of its multirun. */
function asItWas<T>(
	{ directory, record }: StoredRun,
	multirun: MultirunMembership,
): RunResult<T> {
	const { params, metrics, data, seed } = record;
	return {
		run: {
			id: record.id,
			recorded: true,
			experiment: record.experiment,
			...(record.task ? { task: record.task } : {}),
			params: Object.fromEntries(
				Object.entries(params).map(([key, { value }]) => [key, value]),
			),
			rootSeed: seed.root,
			seed: seed.run,
			repeat: record.repeat,
			multirun,
			directory,
		},
		outcome: {
			status:
				record.status === "diverged"
					? "diverged"
					: finalStatus("finished", metrics),
			metrics: Object.fromEntries(
				Object.entries(metrics).map(([name, value]) => [name, Number(value)]),
			),
			data: Object.fromEntries(data.map(({ path, root }) => [path, root])),
			digest: record.digest,
			leaks: record.leaks ?? NO_LEAKS,
			onLeak: "ignore",
			milliseconds: record.milliseconds ?? 0,
		},
		value: undefined as T,
	};
}

/** What ends the run: the user, unless its cell was ended for an error. */
const reasonOf = ({ reason }: AbortSignal): Error =>
	isA(reason, UsageError) ? reason : new KeyboardInterrupt();

/** Waits for `work`, but no longer than until the user interrupts or nothing can be recorded any more. */
function untilInterrupted<T>(
	signal: AbortSignal,
	failure: Promise<never>,
	work: () => Promise<T>,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(reasonOf(signal));
		if (signal.aborted) return stop();
		signal.addEventListener("abort", stop, { once: true });
		failure.catch(reject);
		void work()
			.then(resolve, reject)
			.finally(() => signal.removeEventListener("abort", stop));
	});
}

/** Parameters as a record has them: without secrets, and with texts for what JSON has no number for. */
const recordedParams = (params: Params, redactor: Redactor): Params =>
	Object.fromEntries(
		Object.entries(params).map(([key, value]) => {
			const recorded = redactor.param(key, value);
			return [
				key,
				typeof recorded === "number" ? jsonNumber(recorded) : recorded,
			];
		}),
	);

function openRecord(
	plan: RunPlan,
	info: RunInfo,
	identity: string,
	occurrence: number,
	started: Date,
	redactor: Redactor,
): RunRecord {
	const { source, rootSeed, seedOrigin, bootSeed, recordFormat } = session();
	const project = dirname(runsDirectory());
	const origin = (key: string): ParamOrigin => plan.origins[key] ?? "default";
	return {
		format: recordFormat,
		id: info.id,
		experiment: plan.experiment,
		...(plan.task ? { task: plan.task } : {}),
		status: "running",
		params: Object.fromEntries(
			Object.entries(recordedParams(plan.params, redactor)).map(
				([key, value]) => [key, { value, origin: origin(key) }] as const,
			),
		),
		...(plan.paths.length > 0 ? { paths: plan.paths } : {}),
		identity,
		occurrence,
		repeat: plan.repeat,
		...(plan.multirun ? { multirun: recordedMembership(plan.multirun) } : {}),
		seed: {
			root: rootSeed,
			origin: seedOrigin,
			boot: bootSeed,
			run: info.seed,
			streams: {},
		},
		source: source
			? {
					kind: source.kind,
					file: sourceFile(source.kind),
					...(source.path ? { path: relative(project, source.path) } : {}),
				}
			: { kind: "none" },
		...placesIn(project),
		overrides: Object.fromEntries(
			Object.entries(session().overrides).map(([key, text]) => [
				key,
				String(redactor.param(key, text)),
			]),
		),
		environment: redactor.deep(describeEnvironment()),
		data: [],
		metrics: {},
		outputs: {},
		files: {},
		digest: "",
		process: thisProcess(),
		started: started.toISOString(),
	};
}

function placesIn(project: string): Pick<RunRecord, "cwd" | "folder"> {
	const within = (folder: string) => relative(project, folder) || ".";
	const cwd = within(process.cwd());
	const folder = within(session().folder);
	return { cwd, ...(folder === cwd ? {} : { folder }) };
}

const sourceFile = (kind: "cell" | "script") => `${kind}.ts`;

const recordedMembership = ({
	id,
	total,
	index,
	repeats,
	varied,
}: MultirunMembership): RunRecord["multirun"] => ({
	id,
	total,
	index,
	repeats,
	varied,
});

/** What is secret in the session around a run: also in cells that failed, and in overrides of other runs. */
function learnAround(redactor: Redactor): void {
	const { overrides, cells, source } = session();
	redactor.learnTexts(overrides);
	redactor.learnEnvironment(process.env);
	for (const cell of cells) redactor.learnSource(cell.source);
	redactor.learnSource(source?.text ?? "");
	for (const folder of new Set([process.cwd(), dirname(runsDirectory())]))
		learnSecretFiles(folder, redactor);
}

/** What is executed, and what was before it, as files of the record. */
function sourceFiles(
	redactor: Redactor,
	source: ExecutedSource | undefined,
	cells: readonly ExecutedCell[],
): Record<string, string> {
	if (!source) return {};
	const files = { [sourceFile(source.kind)]: redactor.source(source.text) };
	if (source.kind !== "cell") return files;
	const clean = cells.map((cell) => ({
		...cell,
		source: redactor.source(cell.source),
	}));
	return {
		...files,
		"cells.json": `${JSON.stringify(clean, undefined, "\t")}\n`,
	};
}

/** The line that failed is a piece of a source. */
function recordedError(error: unknown, redactor: Redactor): RecordedError {
	const { place, ...told } = redactor.deep(describeError(error));
	if (!place) return told;
	const { code } = place;
	return {
		...told,
		place:
			code === undefined ? place : { ...place, code: redactor.source(code) },
	};
}

/** Branches and files are named by people; commits and trees are none's words. */
function withoutSecretNames(
	git: NonNullable<RunRecord["git"]>,
	redactor: Redactor,
): NonNullable<RunRecord["git"]> {
	if (git.mode === "ignore") return git;
	const { branch, remote, skipped, leftOut } = git;
	return {
		...git,
		...(branch === undefined ? {} : { branch: redactor.text(branch) }),
		...(remote === undefined ? {} : { remote: redactor.text(remote) }),
		skipped: redactor.deep(skipped),
		...(leftOut === undefined ? {} : { leftOut: redactor.deep(leftOut) }),
	};
}

/** Takes secrets out of what was recorded already. */
function rewrite(
	recorder: Recorder,
	files: Readonly<Record<string, string>>,
): void {
	for (const [path, text] of Object.entries(files))
		try {
			recorder.file(path, text);
		} catch (error) {
			if (!(error instanceof RecordingError)) throw error;
			// There is no room for the new one, and the old one has the secret.
			recorder.drop(path);
		}
}

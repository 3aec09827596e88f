import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { plural } from "../../base/plural.ts";
import { shown } from "../../base/shown-text.ts";
import { isOfSource } from "../../experiment/record/checkpoint.ts";
import { isExport } from "../../experiment/record/export/names.ts";
import { learnSecrets } from "../../experiment/record/guard/identified.ts";
import { isSettled } from "../../experiment/record/guard/settled.ts";
import { type RunRecord, startFolder } from "../../experiment/record/record.ts";
import {
	findMultirun,
	type StoredMultirun,
	storedMultiruns,
} from "../../experiment/record/store/multiruns.ts";
import {
	byStart,
	listRunSummaries,
	projectAround,
	readRun,
	requireSealed,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import { recordedZone } from "../../experiment/record/surroundings/time-zone.ts";
import { recordedCells } from "../../experiment/replay/recorded-cells.ts";
import { hasMark } from "../../experiment/secrets/secret-looks.ts";
import {
	configureSession,
	type ExecutedCell,
	type ExecutedSource,
	runsDirectory,
	session,
} from "../../experiment/session.ts";
import type { CodePolicy } from "../../experiment/sweep/code-policy.ts";
import type { StartWorker } from "../../experiment/sweep/workers.ts";
import { observeTerminal } from "../../widgets/live/terminal-observer.ts";
import { EXIT_INTERRUPTED } from "../exit-codes.ts";
import { print, printError } from "../print.ts";
import { stopOnSignals } from "../stop-signals.ts";
import { countsOf } from "./list.ts";
import { showMultirun } from "./show.ts";

export interface ResumeOptions {
	readonly code: CodePolicy | undefined;
	readonly jobs: number | undefined;
}

/**
 * `deepdiva multirun resume ID`: computes the members that are missing or failed, in processes that execute the recorded
 * cells, or the script, as far as the multirun. Whoever else computes members of it shares them.
 * @returns 0 where all members have finished at the end, else 1: one that diverged would diverge again
 * @throws UsageError for a multirun that cannot be resumed, ChangedRecordError where a member's record is not as it was written
 */
export async function resumeMultirun(
	multirun: StoredMultirun,
	{ code, jobs = 1 }: ResumeOptions,
): Promise<number> {
	const { id, experiment, total, members } = multirun;
	const unsettled = unsettledOf(multirun);
	// Nothing is computed beside numbers that somebody changed.
	if (code !== "redo")
		for (const { run } of members) if (isSettled(run)) requireSealed(run);
	// Whether one that came to its end is computed again the processes decide, who know the code.
	const wanted = code === "redo" ? [...Array(total).keys()] : unsettled;
	if (wanted.length === 0) {
		print(
			shown`multirun ${id} (${experiment}) is complete: ${total === 1 ? "its one member is" : `all ${total} members are`} there`,
		);
		return exitCodeOf(multirun);
	}
	const latest = latestOf(multirun);
	const { source, cells } = begin(latest, { code });
	const abort = new AbortController();
	process.once("SIGINT", () => abort.abort());
	stopOnSignals(abort);
	session().source = { ...source, signal: abort.signal };
	session().observers.add(observeTerminal(process.stdout));
	print(
		shown`multirun ${id} (${experiment}): ${total - unsettled.length} of ${plural(total, "member")} are there, ${unsettled.length} to run${code === "redo" ? ", and those that finished by other code" : ""}`,
	);
	const [{ computeElsewhere }, { Members }] = await Promise.all([
		import("../../training/parallel.ts"),
		import("../../training/members.ts"),
	]);
	try {
		await computeElsewhere({
			target: { multirun: id, earlierCells: cells.length, occurrence: 0 },
			indexes: wanted,
			members: new Members("continue"),
			jobs,
			workers: () => workersOf(latest.record),
			warn: (text) => printError(`warning: ${text}`),
		});
	} catch (error) {
		if (!abort.signal.aborted) throw error;
		printError(
			`deepdiva: interrupted; "deepdiva multirun resume ${id}" goes on`,
		);
		return Number(process.exitCode ?? EXIT_INTERRUPTED);
	}
	return tellEnd(id);
}

/** The indexes of members that did not come to their end. */
function unsettledOf({ total, members }: StoredMultirun): number[] {
	const settled = new Set(
		members.filter(({ run }) => isSettled(run)).map(({ index }) => index),
	);
	return [...Array(total).keys()].filter((index) => !settled.has(index));
}

/**
 * The run that began last of those that were computed for it: its cells are executed.
 * @throws UsageError where it has none that can be
 */
function latestOf({ id, members }: StoredMultirun): StoredRun {
	const [{ directory = "" } = {}] = members
		.filter(({ isTakenOver }) => !isTakenOver)
		.map(({ run }) => run)
		.sort((a, b) => byStart(b, a));
	const latest = readRun(directory);
	const { source, multirun } = latest.record;
	if (multirun?.index === undefined)
		throw new UsageError(
			`multirun ${id} was recorded by an earlier version, which did not say which member a run is; execute its line again with --resume`,
		);
	if (source.kind === "none")
		throw new UsageError(
			`multirun ${id} was started by a program of its own, which is not on record; start that again with resume: true`,
		);
	if (isExport(projectAround(latest)))
		throw new UsageError(
			`multirun ${id} lies in an export, which is not computed in; resume it in the project that it comes from, or execute one run again by: deepdiva replay ${latest.directory}`,
		);
	requireSealed(latest);
	return latest;
}

/** Makes this process's session the one that the multirun was begun in: other processes begin as it did. */
function begin(
	latest: StoredRun,
	{ code }: Pick<ResumeOptions, "code">,
): { source: ExecutedSource; cells: readonly ExecutedCell[] } {
	const { record } = latest;
	const runs = runsDirectory();
	const project = projectAround(latest);
	const folder = startFolder(record, project);
	const script = resolve(project, record.source.path ?? "script.ts");
	requireFolder(record, folder);
	process.env.DEEPDIVA_RUNS = runs;
	const zone = recordedZone(record.environment);
	if (zone !== undefined) process.env.TZ = zone;
	process.chdir(folder);
	const { boot, root, origin } = record.seed;
	configureSession({
		rootSeed: boot,
		// Of a seed that a cell has set, the origin says nothing of the one before.
		...(boot === root ? { seedOrigin: origin } : {}),
		overrides: record.overrides,
		conditions: record.conditions?.commandLine ?? {},
		resume: true,
		...(record.gitMode === undefined ? {} : { git: record.gitMode }),
		...(record.vary ? { vary: record.vary } : {}),
		...(code === undefined ? {} : { code }),
		...(record.jobs === undefined ? {} : { jobs: record.jobs }),
	});
	if (record.source.kind === "script")
		return { source: presentScript(latest, script), cells: [] };
	const { cells } = recordedCells(latest);
	requireNoSecrets(record, [
		...cells.map(({ source }) => source),
		...Object.values(record.overrides),
	]);
	session().cells = cells.slice(0, -1);
	const text = cells.at(-1)?.source ?? "";
	return { source: { kind: "cell", text }, cells: session().cells };
}

function requireFolder({ id }: RunRecord, folder: string): void {
	if (existsSync(folder)) return;
	throw new UsageError(
		`run ${id} was executed in ${folder}, which does not exist any more; put the project back as it was, or execute its notebook or script where it is now with --resume`,
	);
}

/** @throws UsageError where the script is gone, or is another one now */
function presentScript(latest: StoredRun, path: string): ExecutedSource {
	const { record } = latest;
	if (!existsSync(path))
		throw new UsageError(
			`the script of run ${record.id}, ${path}, is not there any more; put it back (${latest.directory}/script.ts is a copy), or start it where it is now with: deepdiva run SCRIPT --resume`,
		);
	requireNoSecrets(record, Object.values(record.overrides));
	const text = readFileSync(path, "utf8");
	const source: ExecutedSource = { kind: "script", text, path };
	session().source = source;
	const { redactor } = session();
	learnSecrets({ params: {} }, redactor);
	if (!isOfSource(latest, redactor.source(text)))
		throw new UsageError(
			`the script of run ${record.id}, ${path}, has changed since; go on with it as it is now by: deepdiva run ${path} --resume --code keep (members that finished stay as they are) or --code redo (they are computed again); or put ${latest.directory}/script.ts back`,
		);
	return source;
}

/** @throws UsageError for what has a mark in the place of a secret */
function requireNoSecrets({ id }: RunRecord, texts: readonly string[]): void {
	if (!texts.some(hasMark)) return;
	throw new UsageError(
		`the record of run ${id} lacks secrets that its cells or overrides had, so what it has cannot be executed; execute its notebook or script again with --resume`,
	);
}

/** What starts a process that executes the session's cells, or its script, again. */
async function workersOf({ source }: RunRecord): Promise<StartWorker> {
	if (source.kind === "cell") {
		const [{ cellWorkers }, { TerminalView }] = await Promise.all([
			import("../../kernel/jobs/cell-worker.ts"),
			import("../notebook/terminal.ts"),
		]);
		const view = new TerminalView(process.stdout);
		return cellWorkers({ ...process.env }, (output) => view.output(output));
	}
	const { scriptWorkers } = await import("../script-workers.ts");
	return scriptWorkers({
		script: session().source?.path ?? "",
		cwd: process.cwd(),
		environment: { ...process.env },
	});
}

/** Shows what there is of the multirun now. */
function tellEnd(id: string): number {
	const multirun = findMultirun(id, storedMultiruns(listRunSummaries().runs));
	const shownCode = showMultirun(multirun, {
		format: "text",
		baseline: undefined,
		metrics: [],
	});
	return Math.max(shownCode, exitCodeOf(multirun));
}

/** As of the line that began the multirun. */
const exitCodeOf = (multirun: StoredMultirun): number =>
	countsOf(multirun).finished < multirun.total ? 1 : 0;

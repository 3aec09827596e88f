import { ChangedRecordError, UsageError } from "../../../base/errors.ts";
import { isGitName } from "../../../base/files.ts";
import { DEEPEST_JSON, nestsTooDeeply } from "../../../base/json-nesting.ts";
import { isObject } from "../../../base/json-object.ts";
import { isEventFile } from "../../../formats/tfevents/event-file.ts";
import { existsSync, lstatSync, readdirSync } from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { basename, dirname, join, resolve, sep } from "../../../host/paths.ts";
import { finalStatus } from "../../divergence.ts";
import { RECORD_FORMATS, type RecordFormat } from "../../record-format.ts";
import { runsDirectory } from "../../session.ts";
import { wrongFields } from "../check/record-schema.ts";
import { isExport } from "../export/names.ts";
import { isStillRunning } from "../lease/still-running.ts";
import type { RunRecord } from "../record.ts";
import { RECORD_FILE, recordText, sealOf } from "../record-file.ts";
import { withReason } from "../recording-error.ts";
import { byBeginning } from "./by-beginning.ts";
import {
	filesOf,
	gitEntryIn,
	type OpenFile,
	piecesOf,
	readFileOf,
	withFileOf,
} from "./folder-files.ts";
import { RunIndex } from "./run-index.ts";
import { type RecordSummary, type RunSummary, summaryOf } from "./summary.ts";

/** A recorded run and where it lies. */
export interface StoredRun {
	readonly directory: string;
	readonly record: RunRecord;
}

/** A recorded run, whole or as a list shows it. */
export type AnyRun = StoredRun | RunSummary;

/** The folder that holds the runs: a run lies in `PROJECT/RUNS/<experiment>/<folder>`. */
export const projectAround = ({
	directory,
}: Pick<StoredRun, "directory">): string =>
	dirname(dirname(dirname(resolve(directory))));

/** Names of the folders in one, in order; of none where it is not there. */
export function folders(path: string): string[] {
	try {
		return (
			readdirSync(path, { withFileTypes: true })
				// A dot begins what is on its way out.
				.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
				.map((entry) => entry.name)
				.sort()
		);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
}

/**
 * What became of a run. A record says "running" until its run has ended; when
 * its process is gone it was interrupted: killed, or the machine went down. No
 * run that is running is exported, so in an export none is. What earlier
 * versions called finished has diverged if its loss says so.
 * @param run where its folder is not known, its process alone is asked
 */
export function statusOf({
	record,
	directory,
	isSealBroken,
}: {
	readonly record: RecordSummary;
	readonly directory?: string;
	/** Of a summary, which says what became of a run that has ended. */
	readonly isSealBroken?: boolean;
}): RunRecord["status"] {
	if (record.status !== "running" || !record.process)
		return isSealBroken === undefined
			? finalStatus(record.status, record.metrics)
			: record.status;
	const isExported =
		directory !== undefined && isExport(projectAround({ directory }));
	return isExported || !isStillRunning(record.process, directory)
		? "interrupted"
		: "running";
}

/** Is the record not as it was when its run ended? A run that has not ended, or was killed, has no seal. */
export const isSealBroken = (
	run: RunSummary | Pick<StoredRun, "record">,
): boolean =>
	"isSealBroken" in run
		? run.isSealBroken
		: run.record.status !== "running" && run.record.seal !== sealOf(run.record);

/** What became of a run, as people are told it: with a full disk as a reason, and whether that is as it was recorded. */
export function statusText(run: AnyRun): string {
	return [
		withReason(statusOf(run), run.record.error),
		...(isSealBroken(run) ? [SEAL_BROKEN] : []),
	].join(", ");
}

/** Stands beside every number of a record that is no longer as it was written. */
export const SEAL_BROKEN = "seal broken";

/** What to say of runs whose records are not as they were written; nothing where all are. */
export const brokenSeals = (runs: readonly AnyRun[]): string[] =>
	runs
		.filter(isSealBroken)
		.map(
			({ directory, record }) =>
				`run ${record.id}: ${SEAL_BROKEN}, ${join(directory, "run.json")} is not as it was written; restore the run folder from a copy`,
		);

/** @throws ChangedRecordError where the record is not as it was written */
export function requireSealed(run: AnyRun): void {
	const [broken] = brokenSeals([run]);
	if (broken !== undefined) throw new ChangedRecordError(broken);
}

/** Of a `run.json`: one of a run with a million metrics is smaller. */
const LARGEST_RECORD = 2 ** 28;

function recordIn(directory: string): string {
	const path = join(directory, "run.json");
	const content = readFileOf(directory, "run.json", LARGEST_RECORD);
	if (content) return content.toString();
	const found = lstatSync(path, { throwIfNoEntry: false });
	const why = !found
		? "ENOENT"
		: !found.isFile()
			? "it is a link, or no file at all"
			: found.size > LARGEST_RECORD
				? `it is larger than ${LARGEST_RECORD} bytes`
				: "EACCES";
	throw new UsageError(
		`${directory} is not a run: ${path} cannot be read (${why})`,
	);
}

/** No run makes one, and git would take settings from it that name programs. */
const gitRefusal = (directory: string, entry: string) =>
	new UsageError(
		`${directory} has ${JSON.stringify(entry)}, which git would take for a repository, and no run makes one, so it is not read; look where it came from, and remove it from the folder`,
	);

/** Reads a run folder. Throws a UsageError that says what is wrong with it. */
export function readRun(directory: string): StoredRun {
	const path = join(directory, "run.json");
	const text = recordIn(directory);
	const planted = readdirSync(directory).find(isGitName);
	if (planted !== undefined) throw gitRefusal(directory, planted);
	if (nestsTooDeeply(text))
		throw new UsageError(
			`${path} is damaged: it nests lists and objects more than ${DEEPEST_JSON} levels deep, and no run does; restore the run folder from a copy`,
		);
	let record: unknown;
	try {
		record = JSON.parse(text);
	} catch (error) {
		throw new UsageError(
			`${path} is damaged: not JSON (${(error as Error).message}); restore the run folder from a copy`,
		);
	}
	if (
		isObject(record) &&
		record.format !== undefined &&
		!RECORD_FORMATS.includes(record.format as RecordFormat)
	)
		throw new UsageError(
			`${path} has record format ${record.format}, and this version reads formats ${RECORD_FORMATS.join(" and ")}; read it with the version of deepdiva that wrote it`,
		);
	const problem = problemOf(record);
	if (problem)
		throw new UsageError(
			`${path} is damaged: ${problem}; restore the run folder from a copy`,
		);
	return { directory, record: record as RunRecord };
}

/** A run that was there a moment ago; undefined where somebody has removed it since. */
export function readIfThere(directory: string): StoredRun | undefined {
	try {
		return readRun(directory);
	} catch (error) {
		if (existsSync(join(directory, RECORD_FILE))) throw error;
		return undefined;
	}
}

/** Undefined for a folder without a run, and for a damaged run, which `deepdiva runs` shows. */
export function readIfWhole(directory: string): StoredRun | undefined {
	try {
		return readRun(directory);
	} catch {
		return undefined;
	}
}

/** What is wrong with the content of a `run.json`, if anything. */
function problemOf(record: unknown): string | undefined {
	if (!isObject(record)) return "not a run record";
	const wrong = wrongFields(record);
	return wrong.length > 0
		? `of a run record's fields, ${wrong.join(", ")} ${wrong.length === 1 ? "is" : "are"} missing or wrong`
		: undefined;
}

/**
 * All runs under `root`, oldest first, and the folders that could not be read.
 * @example
 * await dd.run({ name: "listed" }, () => dd.log({ loss: 1 }));
 * const { runs } = dd.listRuns();
 * const losses = runs.map(({ record }) => record.metrics.loss);
 */
export function listRuns(root = runsDirectory()): {
	runs: StoredRun[];
	damaged: DamagedRun[];
} {
	return listed(root, (_, directory) => readRun(directory));
}

/**
 * The same without what no list shows: it reads the records alone that were
 * written since the last time (see `run-index.ts`).
 */
export function listRunSummaries(root = runsDirectory()): {
	runs: RunSummary[];
	damaged: DamagedRun[];
} {
	const index = new RunIndex(root);
	const found = listed(root, (place, directory) =>
		index.summary(place, directory, readSummary),
	);
	index.save();
	return found;
}

function readSummary(directory: string): RunSummary {
	const { record } = readRun(directory);
	return summaryOf(directory, record, isSealBroken({ record }));
}

/** A folder that could not be read. */
interface DamagedRun {
	readonly directory: string;
	readonly message: string;
}

/** @param read called with `EXPERIMENT/FOLDER` and where that is */
function listed<Run extends AnyRun>(
	root: string,
	read: (place: string, directory: string) => Run,
): { runs: Run[]; damaged: DamagedRun[] } {
	const runs: Run[] = [];
	const damaged: DamagedRun[] = [];
	for (const experiment of folders(root)) {
		const around = join(root, experiment);
		for (const folder of folders(around)) {
			const directory = `${around}${sep}${folder}`;
			try {
				runs.push(read(`${experiment}/${folder}`, directory));
			} catch (error) {
				// One that was removed meanwhile is none.
				if (existsSync(directory))
					damaged.push({ directory, message: (error as Error).message });
			}
		}
	}
	return { runs: runs.sort(byStart), damaged };
}

/** What began first comes first: as times are recorded, their texts tell. */
export const byBegin = (
	a: { readonly started: string },
	b: { readonly started: string },
): number => (a.started < b.started ? -1 : a.started > b.started ? 1 : 0);

/** Folder names, in which runs come, say the second; the rest says the record. */
export const byStart = (
	{ record: a }: Pick<AnyRun, "record">,
	{ record: b }: Pick<AnyRun, "record">,
): number => byBegin(a, b);

/**
 * The run that `reference` means.
 * @example
 * await dd.run({ name: "found" }, () => dd.log({ loss: 1 }));
 * const { directory, record } = dd.findRun("last");
 * record.metrics; // → { loss: 1 }
 * @param reference a run's folder, its id or the beginning of it, or "last"
 * @param root the folder of runs; default: that of the project
 * @throws UsageError when there is none, or more than one
 */
export function findRun(reference: string, root = runsDirectory()): StoredRun {
	if (reference.endsWith(".ipynb"))
		throw new UsageError(
			`${reference} is a notebook, and no run; execute it (deepdiva execute ${reference}), then name the run that it recorded, for example last`,
		);
	if (/[\\/]/.test(reference) || reference.startsWith("."))
		return readRun(reference);
	const { runs, damaged } = listRunSummaries(root);
	if (reference === "last") {
		const last = runs.at(-1);
		if (last) return readRun(last.directory);
		throw new UsageError(`there are no runs in ${root}`);
	}
	const matches = meantBy(reference, runs, ({ record }) => [record.id]);
	const [match] = matches;
	if (match && matches.length === 1) return readRun(match.directory);
	if (matches.length > 1)
		throw new UsageError(
			`"${reference}" means ${matches.length} runs (${matches
				.map(({ record }) => record.id)
				.join(", ")}); write more of the id`,
		);
	const [broken] = meantBy(reference, damaged, () => []);
	if (broken) throw new UsageError(broken.message);
	throw new UsageError(
		`there is no run "${reference}" in ${root}; "deepdiva runs" lists them`,
	);
}

/**
 * Those that a folder's name, an id or the beginning of one means. A folder is named `<time>-<id>`.
 * @param idsOf ids besides that of the folder's name
 */
function meantBy<T extends Pick<StoredRun, "directory">>(
	reference: string,
	all: readonly T[],
	idsOf: (one: T) => readonly string[],
): T[] {
	const named = all.filter(
		({ directory }) => basename(directory) === reference,
	);
	if (named.length > 0) return named;
	return byBeginning(reference, all, (one) => {
		const name = basename(one.directory);
		return [...idsOf(one), name.slice(name.lastIndexOf("-") + 1)];
	});
}

/** A recorded file that is no longer as it was written. */
export interface FileProblem {
	/** Relative to the run folder. */
	readonly file: string;
	readonly problem: "missing" | "changed" | "not on record";
}

function sha256Of(file: OpenFile): string {
	const hash = createHash("sha256");
	for (const piece of piecesOf(file)) hash.update(piece);
	return `sha256:${hash.digest("hex")}`;
}

/** In format 1 TensorBoard's file was written beside the record. */
const isUnsealed = ({ format }: RunRecord, file: string) =>
	format === 1 && isEventFile(file);

/**
 * Hashes every file of a run again, the record's own seal included, and finds those that are not on record.
 * @throws UsageError for a folder with a repository in it, or without a record
 */
export function verifyFiles({ directory, record }: StoredRun): FileProblem[] {
	// First: a folder that was removed meanwhile is an error of use.
	const text = recordIn(directory);
	const planted = gitEntryIn(directory);
	if (planted !== undefined) throw gitRefusal(directory, planted);
	const problems: FileProblem[] = [];
	if (isSealBroken({ record }) || text !== recordText(record))
		problems.push({ file: "run.json", problem: "changed" });
	for (const [file, expected] of Object.entries(record.files)) {
		const isAsRecorded = withFileOf(
			directory,
			file,
			(found) =>
				// One that grew to any size is not read.
				found.bytes === expected.bytes && sha256Of(found) === expected.sha256,
		);
		if (isAsRecorded !== true)
			problems.push({
				file,
				problem: isAsRecorded === undefined ? "missing" : "changed",
			});
	}
	// A run that is running, or was killed, has files that no record knows yet.
	if (record.status !== "running")
		for (const file of filesOf(directory))
			if (!Object.hasOwn(record.files, file) && !isUnsealed(record, file))
				problems.push({ file, problem: "not on record" });
	return problems;
}

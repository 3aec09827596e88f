import { UsageError } from "../../base/errors.ts";
import { existsSync, mkdtempSync, rmSync } from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { basename, dirname, join, resolve } from "../../host/paths.ts";
import type { Conditions } from "../conditions.ts";
import {
	describeVerification,
	folderRoot,
	type Verification,
	verifyData,
} from "../data/index.ts";
import { siblingPaths } from "../data/manifest.ts";
import type { Leak } from "../leaks/report.ts";
import { describeContradiction } from "../record/check/contradiction.ts";
import { contradictions, couldRecord } from "../record/check/contradictions.ts";
import {
	lastMetrics,
	METRICS,
	readMetricLines,
} from "../record/metric-lines.ts";
import { type RunRecord, startFolder } from "../record/record.ts";
import { textOf } from "../record/store/folder-files.ts";
import {
	type FileProblem,
	projectAround,
	readIfWhole,
	type StoredRun,
	statusOf,
	verifyFiles,
} from "../record/store/store.ts";
import { recordedZone } from "../record/surroundings/time-zone.ts";
import type { ExecutedCell, ReplayTarget } from "../session.ts";
import {
	type ComparableRun,
	type ComparedPart,
	compareCode,
	compareRuns,
	compareTopologies,
	contradictionParts,
	fileParts,
	hasSameEnd,
	measureDifferences,
} from "./compare.ts";
import {
	differencesHere,
	type EnvironmentDifference,
	environmentDifferences,
} from "./environment.ts";
import { oddLeftBehind } from "./left-behind.ts";
import type { DataPlaces, Workplace } from "./workplace.ts";

/** What must be executed, and how, to have a run again. */
export interface ReplayRecipe {
	readonly cwd: string;
	readonly rootSeed: string;
	readonly overrides: Readonly<Record<string, string>>;
	/** `--jobs` of the command line. It starts no processes, but says what a multirun left to what came after it. */
	readonly jobs?: number;
	/** Of the command line. */
	readonly conditions: Partial<Conditions>;
	/** Of the command line. */
	readonly vary?: readonly string[];
	readonly target: ReplayTarget;
	/** The run's folder of `runs`, so that the replay knows the same project. */
	readonly runsDirectory: string;
	/** What `TZ` must be for dates to read as they did; absent where the record does not say. */
	readonly timeZone?: string;
	readonly source:
		| {
				readonly kind: "cell";
				readonly cells: readonly ExecutedCell[];
				readonly text: string;
		  }
		| { readonly kind: "script"; readonly path: string; readonly text: string };
}

/** Executes a recipe in a fresh engine; resolves to an error's text when the code failed. */
export type ExecuteRecipe = (
	recipe: ReplayRecipe,
	signal?: AbortSignal,
) => Promise<string | undefined>;

export interface ReplayOptions {
	/** See `measureDifferences`. */
	readonly tolerance?: number;
	/** Where it is executed; by default in the project that the run folder lies in. */
	readonly workplace?: Pick<Workplace, "project" | "data" | "code">;
	/** What `checkRecord` found a moment ago. */
	readonly checked?: RecordCheck;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/** @throws UsageError for a run that has nothing to execute, or nothing to compare with */
function requireReplayable(stored: StoredRun): void {
	const { record } = stored;
	if (record.source.kind === "none" || !record.source.file)
		throw new UsageError(
			`run ${record.id} was started by a program of its own, so its code is not in the record; start it with "deepdiva run SCRIPT" to make it replayable`,
		);
	if (record.status === "running" || record.status === "interrupted")
		throw new UsageError(
			`run ${record.id} did not end (${statusOf(stored)}), so there is nothing to compare a replay with`,
		);
}

/** Files without which, as they were, it would be another run that is executed. */
export const codeFiles = ({ source }: RunRecord) => [
	"run.json",
	"cells.json",
	source.file,
];

function recipeOf(
	{ directory, record }: StoredRun,
	into: string,
	workplace: ReplayOptions["workplace"],
): ReplayRecipe {
	const recorded = dirname(dirname(resolve(directory)));
	const project = workplace?.project ?? dirname(recorded);
	const runsDirectory = workplace
		? join(project, basename(recorded))
		: recorded;
	const data = Object.fromEntries(workplace?.data ?? []);
	const read = (file: string) => textOf(directory, file);
	const text = read(record.source.file as string);
	const cells =
		record.source.kind === "cell"
			? (JSON.parse(read("cells.json")) as ExecutedCell[])
			: [];
	const cwd = startFolder(record, project);
	const script = resolve(project, record.source.path ?? "script.ts");
	const folder = record.source.kind === "script" ? dirname(script) : cwd;
	const timeZone = recordedZone(record.environment);
	if (!existsSync(folder))
		throw new UsageError(
			`run ${record.id} was executed in ${folder}, which does not exist; put the run folder where it was, under RUNS/${record.experiment} of its project`,
		);
	return {
		cwd,
		rootSeed: record.seed.boot,
		overrides: record.overrides,
		...(record.jobs === undefined ? {} : { jobs: record.jobs }),
		conditions: record.conditions?.commandLine ?? {},
		...(record.vary ? { vary: record.vary } : {}),
		target: {
			identity: record.identity,
			occurrence: record.occurrence,
			format: record.format,
			earlierCells: cells.length,
			...(record.multirun ? { multirun: record.multirun.id } : {}),
			directory: into,
			...(record.status === "finished" ? { goesOn: true } : {}),
			...(Object.keys(data).length > 0 ? { data } : {}),
		},
		runsDirectory,
		...(timeZone === undefined ? {} : { timeZone }),
		source:
			record.source.kind === "cell"
				? { kind: "cell", cells, text }
				: { kind: "script", path: script, text },
	};
}

export interface ReplayResult {
	readonly parts: readonly ComparedPart[];
	/** Why the code did not get to the end, if so. */
	readonly failure: string | undefined;
	/** What the replay ran on; absent where it did not start the run again. */
	readonly environment?: RunRecord["environment"];
	/** What the replay ran on and the run did not; absent where nothing was executed. */
	readonly elsewhere?: readonly EnvironmentDifference[];
	/** What the run read that no record can give back; absent where nothing was executed, or it read no such thing. */
	readonly leaks?: readonly Leak[];
	/** Where both ran tensors by other kernels: by which, as far as the record says. */
	readonly otherNumerics?: {
		readonly recorded: string | undefined;
		readonly replayed: string;
	};
}

/** Another reason to come out different, beside the environment. */
export const leaksOf = (
	record: Pick<RunRecord, "leaks"> | undefined,
): Pick<ReplayResult, "leaks"> =>
	record?.leaks && record.leaks.leaks.length > 0
		? { leaks: record.leaks.leaks }
		: {};

/** What a record says of the kernels that computed it; undefined where no tensor was, or it does not say. */
function numericsOf({
	environment: { backend },
}: RunRecord): string | undefined {
	const { numerics } = (backend ?? {}) as { numerics?: unknown };
	return typeof numerics === "string" ? numerics : undefined;
}

function otherNumerics(
	recorded: RunRecord,
	replayed: RunRecord,
): Pick<ReplayResult, "otherNumerics"> {
	const [a, b] = [numericsOf(recorded), numericsOf(replayed)];
	return b === undefined || a === b
		? {}
		: { otherNumerics: { recorded: a, replayed: b } };
}

/** A replayed run with its last metrics as an earlier version would have them, where those on record are such. */
export function byRuleOf(
	{ metrics }: Pick<ComparableRun, "metrics">,
	replayed: StoredRun,
): StoredRun {
	const { directory, record } = replayed;
	if (!metrics || !Object.hasOwn(record.files, METRICS)) return replayed;
	const lines = readMetricLines(directory);
	return {
		directory,
		record: { ...record, metrics: lastMetrics(lines, metrics) },
	};
}

/** A replay leaves nothing behind: where a folder has no manifest, none is made. */
async function checkData(
	folder: string,
	root: string,
): Promise<Pick<Verification, "root" | "status"> & { message: string }> {
	if (existsSync(siblingPaths(folder).manifest)) {
		// What a stat index vouches for is read as well: it lies beside the data, and a verdict rests on this.
		const verification = await verifyData(folder, { mode: "deep" });
		return { ...verification, message: describeVerification(verification) };
	}
	const present = await folderRoot(folder, { expected: root });
	return {
		root: present,
		status: present === root ? "unchanged" : "changed",
		message: `${folder} has root ${present}, and the run was given ${root}`,
	};
}

/** Data folders that are no longer what the run was given. */
async function changedData(
	{ record }: StoredRun,
	cwd: string,
	places: DataPlaces,
): Promise<{ part: ComparedPart; message: string }[]> {
	const changed: { part: ComparedPart; message: string }[] = [];
	for (const { path, root } of record.data) {
		const part = (replayed?: string): ComparedPart => ({
			part: `data ${path}`,
			verdict: replayed === undefined ? "missing" : "different",
			recorded: root,
			...(replayed === undefined ? {} : { replayed }),
		});
		try {
			const verification = await checkData(
				places.get(path) ?? resolve(cwd, path),
				root,
			);
			if (verification.root !== root || verification.status === "changed")
				changed.push({
					part: part(verification.root),
					message: verification.message,
				});
		} catch (error) {
			changed.push({ part: part(), message: (error as Error).message });
		}
	}
	return changed;
}

/** What a record says of itself, found without executing anything. */
export interface RecordCheck {
	/** Recorded files that are not as they were written. */
	readonly problems: readonly FileProblem[];
	/** How the replay ends where nothing may be executed. */
	readonly refusal?: ReplayResult;
}

/**
 * Hashes the recorded files again and computes anew what in the record follows
 * from them. Whoever rebuilds code or asks the reader does that first.
 * @throws UsageError for a run that cannot be replayed
 */
export function checkRecord(stored: StoredRun): RecordCheck {
	requireReplayable(stored);
	const problems = verifyFiles(stored);
	if (problems.some(({ file }) => codeFiles(stored.record).includes(file)))
		return {
			problems,
			refusal: {
				parts: fileParts(problems),
				failure:
					"the recorded code is not as it was written, so it was not executed; restore the run folder from a copy",
			},
		};
	const damaged = new Set(problems.map(({ file }) => file));
	const against = contradictions(stored, { damaged });
	if (against.length > 0)
		return {
			problems,
			refusal: {
				parts: [...fileParts(problems), ...contradictionParts(against)],
				failure: `run.json contradicts itself or the run's files, so nothing was executed:\n${against
					.map((one) => `  ${describeContradiction(one)}`)
					.join("\n")}`,
			},
		};
	return { problems };
}

/**
 * Executes a recorded run again and compares every part with the record. The
 * recorded files are hashed again first, and what follows from them is computed
 * anew; when the code or the data changed, or the record contradicts itself,
 * nothing is executed, since nothing could be identical.
 * @throws UsageError for a run that cannot be replayed
 */
export async function replayRun(
	stored: StoredRun,
	execute: ExecuteRecipe,
	{ tolerance, workplace, signal, checked }: ReplayOptions = {},
): Promise<ReplayResult> {
	const { problems, refusal } = checked ?? checkRecord(stored);
	if (refusal) return refusal;
	const into = mkdtempSync(join(tmpdir(), "deepdiva-replay-"));
	try {
		const recipe = recipeOf(stored, into, workplace);
		const changed = await changedData(
			stored,
			resolve(workplace?.project ?? projectAround(stored), stored.record.cwd),
			workplace?.data ?? new Map(),
		);
		if (changed.length > 0)
			return {
				parts: [...fileParts(problems), ...changed.map(({ part }) => part)],
				failure: changed.map(({ message }) => message).join("\n"),
			};
		const failure = await execute(recipe, signal);
		signal?.throwIfAborted();
		const odd = oddLeftBehind(into);
		if (odd !== undefined) return { parts: fileParts(problems), failure: odd };
		const replayed = readIfWhole(into);
		if (!replayed)
			return {
				parts: fileParts(problems),
				failure: failure ?? "the code did not start this run again",
				elsewhere: differencesHere(stored.record.environment),
				...leaksOf(stored.record),
			};
		return outcomeOf(stored, byRuleOf(stored.record, replayed), problems, {
			failure,
			tolerance,
			workplace,
		});
	} finally {
		rmSync(into, { recursive: true, force: true });
	}
}

/**
 * How a run that was executed again compares with the record.
 * @param options.failure what the execution says went wrong
 */
function outcomeOf(
	stored: StoredRun,
	replayed: StoredRun,
	problems: readonly FileProblem[],
	{
		failure,
		tolerance,
		workplace,
	}: Pick<ReplayOptions, "tolerance" | "workplace"> & {
		readonly failure: string | undefined;
	},
): ReplayResult {
	const { record } = stored;
	const damaged = new Set(problems.map(({ file }) => file));
	const parts = [
		// The disk was not full here, so an error of that name is the code's own.
		...(couldRecord(record)
			? []
			: contradictionParts(contradictions(stored, { damaged, whole: true }))),
		...measureDifferences(
			compareRuns(record, replayed.record, problems),
			stored,
			replayed,
			tolerance,
		),
		...compareTopologies(stored, replayed),
		...(workplace?.code ?? compareCode(record, replayed.record)),
	];
	// Once the run ended as it did before, what fails after it says nothing about it.
	const ended = hasSameEnd(record, replayed.record);
	const { environment } = replayed.record;
	return {
		parts,
		failure: ended ? undefined : failure,
		environment,
		elsewhere: environmentDifferences(record.environment, environment),
		...leaksOf(record),
		...otherNumerics(record, replayed.record),
	};
}

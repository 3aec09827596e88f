import { UsageError } from "../base/errors.ts";
import { existsSync } from "../host/files.ts";
import { dirname, join, resolve } from "../host/paths.ts";
import { randomBytes } from "../host/system-random.ts";
import type { GitMode } from "./code/git-mode.ts";
import type { Conditions } from "./conditions.ts";
import { givenOptions, setReplay } from "./given-options.ts";
import { type LeakReport, NO_LEAKS } from "./leaks/report.ts";
import type { SeedOrigin } from "./origins.ts";
import type { GeneratorName } from "./random/generators.ts";
import { inherited } from "./random/inherited.ts";
import { currentStreams, setAmbientStreams } from "./random/scope.ts";
import {
	followSeed,
	type Stream,
	StreamSet,
	type StreamSetOptions,
} from "./random/stream.ts";
import { createTally, type Tally } from "./random/tally.ts";
import { isVaried } from "./random/varied.ts";
import type { StateWitness } from "./record/hidden-state.ts";
import type { RunObserver } from "./record/observer.ts";
import { type StartZone, startZone } from "./record/surroundings/time-zone.ts";
import { observeTensorBoard } from "./record/tensorboard/observer.ts";
import {
	RECORD_FORMAT,
	RECORD_FORMATS,
	type RecordFormat,
} from "./record-format.ts";
import { Redactor } from "./secrets/redact.ts";
import { setStrictMath } from "./strict-math/strict-math.ts";
import type { CodePolicy } from "./sweep/code-policy.ts";
import type { FailPolicy } from "./sweep/fail-policy.ts";
import { readJobs } from "./sweep/jobs.ts";
import type {
	MemberSource,
	StartWorker,
	WorkerTarget,
} from "./sweep/workers.ts";

/** A cell as it was executed, whatever became of it. */
export interface ExecutedCell {
	readonly source: string;
	readonly status: "ok" | "error";
}

/** Which run a replay is after: the n-th of this identity in its session. */
export interface ReplayTarget {
	readonly identity: string;
	readonly occurrence: number;
	/** By whose rules the session computes. */
	readonly format: RecordFormat;
	/** Cells that are executed before the target's. */
	readonly earlierCells: number;
	/** The id of its multirun, whose other members are left out. Unknown for a record of format 1: there every multirun of the target's cell is. */
	readonly multirun?: string;
	/** Where the replayed run is recorded. */
	readonly directory: string;
	/** The run was called finished, as earlier versions did though a loss was not finite: no loss ends it. */
	readonly goesOn?: boolean;
	/** Where data lie that are not at their recorded path. */
	readonly data?: Readonly<Record<string, string>>;
}

/** What the process was started with; the same until it ends. */
export interface SessionSettings {
	/** The seed this process started with, before any `%dd seed`. */
	readonly bootSeed: string;
	/** Where that seed came from. */
	readonly bootOrigin: SeedOrigin;
	/** Where this process started, before any change of the working directory; absolute. */
	readonly folder: string;
	/** The time zone this process started in. */
	readonly zone: StartZone;
	/** `-p key=value` of the command line, for every run. */
	readonly overrides: Readonly<Record<string, string>>;
	/** Of the command line: conditions of every run. */
	readonly conditions: Partial<Conditions>;
	readonly replay: ReplayTarget | undefined;
	/** `--git` of the command line, for every run. */
	readonly git: GitMode | undefined;
	/** `--member` of the command line: of a multirun, only this one is computed (0-based). */
	readonly member: number | undefined;
	/** `--fail` of the command line, for every multirun. */
	readonly fail: FailPolicy | undefined;
	/** `--resume` of the command line: multiruns keep what there is of them, runs go on where they stopped. */
	readonly resume: boolean;
	/** `--code` of the command line, for every multirun. */
	readonly code: CodePolicy | undefined;
	/** `--jobs` of the command line, for every multirun. */
	readonly jobs: number | undefined;
	/** `--vary` of the command line, for every multirun: the random streams that alone differ between repeats. */
	readonly vary: readonly string[] | undefined;
	/** Set in a process that computes members of another process's multirun. */
	readonly worker: WorkerTarget | undefined;
}

/** What a command line sets besides the code: parameters of every run, and for multiruns `--vary` and `--jobs`. */
export interface CommandLine {
	readonly overrides?: Readonly<Record<string, string>>;
	readonly vary?: readonly string[];
	readonly jobs?: number;
}

/** What cells and runs change as they go. */
export interface SessionState {
	/** The command line of the runs that an exported script repeats; what this process was started with wins over it. */
	repeated: CommandLine;
	rootSeed: string;
	seedOrigin: SeedOrigin;
	/** By whose rules runs get their seeds: of the present format, unless an earlier one is replayed. */
	recordFormat: RecordFormat;
	/** What all runs so far read that a replay cannot repeat. */
	leaks: LeakReport;
	/** Names of the parameters that runs declared so far. */
	readonly declaredParams: Set<string>;
	/** Has a multirun had repeats that `--vary` of a command line speaks of? */
	hasVaried: boolean;
	/** Knows the secrets of all runs so far: what was one once is left out of every record after. */
	readonly redactor: Redactor;
	/** Cells executed before the present one, oldest first. */
	cells: ExecutedCell[];
	/** The cell or script being executed, as the user wrote it. */
	source: ExecutedSource | undefined;
	/** Folders of the runs that were recorded, in their order. */
	readonly recorded: string[];
	/** Of each run whose body is over and whose record is being sealed; an interrupted cell does not wait for that. */
	readonly sealing: Set<Promise<void>>;
	/** How often each run identity occurred. */
	readonly occurrences: Map<string, number>;
	/** How often each multirun began, by the number of its cell and its id. */
	readonly multiruns: Map<string, number>;
	/** What was drawn so far, by stream. */
	readonly draws: Tally;
}

/** Where a host (notebook, terminal, test) connects to runs. */
export interface SessionHooks {
	/** Told of everything that runs. */
	readonly observers: Set<RunObserver>;
	/** In a notebook: looks at what cells leave behind. */
	witness: StateWitness | undefined;
	/** Loads what starts processes that compute members; undefined where none can be. */
	workers: (() => Promise<StartWorker>) | undefined;
	/** In such a process: who hands out the members. */
	members: MemberSource | undefined;
}

/** What is true for everything that runs in this process. */
export interface Session extends SessionSettings, SessionState, SessionHooks {}

export interface ExecutedSource {
	readonly kind: "cell" | "script";
	readonly text: string;
	/** Of a script: its file. */
	readonly path?: string;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

export interface SessionOptions {
	/** Drawn from the system's entropy when absent. */
	readonly rootSeed?: string;
	/** Where the root seed came from, in a process that goes on for another. Default: given. */
	readonly seedOrigin?: SeedOrigin;
	/** `-p key=value` for every run, given on the command line. */
	readonly overrides?: Readonly<Record<string, string>>;
	readonly conditions?: Partial<Conditions>;
	/** Record one run only, into a folder of its own; see experiment/replay. */
	readonly replay?: ReplayTarget;
	/** `--git` for every run. */
	readonly git?: GitMode;
	/** `--member` of a script's one multirun. */
	readonly member?: number;
	/** `--fail` for every multirun, given on the command line. */
	readonly fail?: FailPolicy;
	/** `--resume` and `--code` for every run and multirun, given on the command line. */
	readonly resume?: boolean;
	readonly code?: CodePolicy;
	/** `--jobs` for every multirun. */
	readonly jobs?: number;
	/** `--vary` for every multirun. */
	readonly vary?: readonly string[];
	/** Compute members of another session's multirun; see kernel/jobs. */
	readonly worker?: WorkerTarget;
}

function drawSeed(): string {
	return String(randomBytes(4).readUInt32LE(0));
}

/**
 * The seed that a process starts with: what it was told, what the code that
 * created it (as a worker) was under, `DEEPDIVA_SEED`, else one drawn.
 */
function startSeed({
	rootSeed,
	seedOrigin = "given",
}: SessionOptions): Pick<SessionState, "rootSeed" | "seedOrigin"> {
	const given = rootSeed ?? inherited?.seed ?? process.env.DEEPDIVA_SEED;
	return given === undefined
		? { rootSeed: drawSeed(), seedOrigin: "drawn" }
		: { rootSeed: checkSeed(given), seedOrigin };
}

function openSession(options: SessionOptions): Session {
	const seed = startSeed(options);
	const settings: SessionSettings = {
		bootSeed: seed.rootSeed,
		bootOrigin: seed.seedOrigin,
		folder: process.cwd(),
		zone: startZone(),
		overrides: options.overrides ?? {},
		conditions: options.conditions ?? {},
		replay: options.replay,
		git: options.git,
		member: options.member,
		fail: options.fail,
		resume: options.resume ?? false,
		code: options.code,
		jobs: options.jobs,
		vary: options.vary,
		worker: options.worker,
	};
	const state: SessionState = {
		...seed,
		repeated: {},
		recordFormat: options.replay?.format ?? RECORD_FORMAT,
		leaks: NO_LEAKS,
		declaredParams: new Set(),
		hasVaried: false,
		redactor: new Redactor(),
		cells: [],
		source: undefined,
		recorded: [],
		sealing: new Set(),
		occurrences: new Map(),
		multiruns: new Map(),
		draws: createTally(),
	};
	const hooks: SessionHooks = {
		observers: new Set([observeTensorBoard()]),
		witness: undefined,
		workers: undefined,
		members: undefined,
	};
	return { ...settings, ...state, ...hooks };
}

let current: Session | undefined;

/** The session of this process. */
export function session(): Session {
	current ??= openSession({});
	return current;
}

/** Starts the process's session anew; the kernel's engine and `deepdiva run` call it at boot. */
export function configureSession(options: SessionOptions): void {
	current = openSession(options);
	setReplay(current.replay !== undefined);
	setStrictMath(current.conditions.strictMath ?? false);
	useStream("session");
}

export interface SeedOptions {
	/** Functions of `Math` and `**` that give the same bits in every engine, from now on. */
	readonly strictMath?: boolean;
	/** Seeds by the rules of an earlier format of records; a script that is exported from such a run says so. */
	readonly recordFormat?: RecordFormat;
}

/**
 * Sets the root seed: every stream opened from now on derives from it.
 * @example
 * dd.seed(42);
 * const first = Math.random();
 * dd.seed("another");
 * @param seed an integer or any text without line breaks
 */
export function seed(seed: number | string, options: SeedOptions = {}): void {
	const open = session();
	const { strictMath = open.conditions.strictMath ?? false, recordFormat } =
		givenOptions("dd.seed", options, "dd.seed(42, { strictMath: true })");
	if (recordFormat !== undefined) open.recordFormat = checkFormat(recordFormat);
	open.rootSeed = checkSeed(seed);
	open.seedOrigin = "given";
	setStrictMath(strictMath);
	// A script that was started without us begins to follow the seed here.
	if (!currentStreams()) useStream("session");
}

/** @throws UsageError for a format that this version does not know */
function checkFormat(format: RecordFormat): RecordFormat {
	if (!RECORD_FORMATS.includes(format))
		throw new UsageError(
			`there is no record format ${format}; there are ${RECORD_FORMATS.join(" and ")}`,
		);
	return format;
}

/** @throws UsageError for what is no seed */
export function checkSeed(seed: unknown): string {
	const text = String(seed);
	if (
		!["number", "string"].includes(typeof seed) ||
		Number.isNaN(seed) ||
		text.trim() === "" ||
		/[\r\n\0]/.test(text)
	)
		throw new UsageError(
			`"${text}" is not a seed; give an integer, for example 42`,
		);
	return text;
}

const rootSeed = () => session().rootSeed;
/** In a worker, some may follow another seed than the rest, until `dd.seed` sets one for all. */
const seedOf = (name: string) => () => {
	const { seed, varied } = inherited ?? {};
	return varied && rootSeed() === seed && isVaried(varied.names, name)
		? varied.seed
		: rootSeed();
};
/** Two workers must not draw the same: each one's names begin with its own. */
const placeOf = (name: string) =>
	inherited ? `${inherited.name}/${name}` : name;

const tallied: StreamSetOptions = {
	isChosen: () => inherited?.isChosen ?? session().seedOrigin === "given",
	opened: (name, stream) => session().draws.add(name, stream),
	format: () => session().recordFormat,
};

/**
 * The streams of code outside of any run, opened anew: the same name gives the
 * same draws each time, under whatever root seed holds when a number is drawn.
 * @param name of the stream that `Math.random` draws from; the others are `NAME/init` and so on
 */
export function codeStreams(name: string): StreamSet {
	const main = placeOf(name);
	return new StreamSet(rootSeed, { ...tallied, main, prefix: `${main}/` });
}

/** One stream of code outside of any run, likewise opened anew. */
export function codeStream(name: string, generator?: GeneratorName): Stream {
	const stream = followSeed(seedOf(name), placeOf(name), generator);
	session().draws.add(stream.name, stream);
	return stream;
}

/**
 * Everything after this call, outside of runs, draws from the stream `name`. An exported script calls it once a cell.
 * @example
 * dd.useStream("cell:1");
 * Math.random();
 */
export function useStream(name: string): void {
	setAmbientStreams(codeStreams(name));
}

/**
 * Gives every run after this call what a command line gave the runs that the script repeats, whether or not the
 * code names it. An exported script calls it at its head; its own command line wins.
 * @example
 * dd.useCommandLine({ overrides: { lr: "0.1" }, vary: ["init"] });
 */
export function useCommandLine(given: CommandLine): void {
	const {
		overrides = {},
		vary,
		jobs,
	} = givenOptions(
		"dd.useCommandLine",
		given,
		'dd.useCommandLine({ overrides: { lr: "0.1" } })',
	);
	for (const [key, text] of Object.entries(overrides))
		if (typeof text !== "string")
			throw new UsageError(
				`dd.useCommandLine takes the text of ${key} as it is typed, for example "0.1"`,
			);
	const open = session();
	open.redactor.learnTexts(overrides);
	open.repeated = {
		overrides,
		...(vary ? { vary } : {}),
		...(jobs === undefined ? {} : { jobs: readJobs(jobs) }),
	};
}

/** Parameters by what is typed: of the command line, else of the one that an exported script repeats. */
export const typedOverrides = (): Readonly<Record<string, string>> => ({
	...session().repeated.overrides,
	...session().overrides,
});

/** Streams that alone differ between repeats, likewise; undefined where no command line says so. */
export const typedVary = (): readonly string[] | undefined =>
	session().vary ?? session().repeated.vary;

/**
 * The folder runs are recorded under, absolute: `DEEPDIVA_RUNS`, else `runs` in the
 * nearest enclosing folder with a `.git` or a `package.json`, else in the
 * working directory.
 */
export function runsDirectory(from = process.cwd()): string {
	if (process.env.DEEPDIVA_RUNS) return resolve(process.env.DEEPDIVA_RUNS);
	return join(projectRoot(from), "runs");
}

/** The nearest enclosing folder with a `.git` or a `package.json`, else the folder itself. */
export function projectRoot(from = process.cwd()): string {
	for (let folder = from; ; folder = dirname(folder)) {
		if (
			existsSync(join(folder, ".git")) ||
			existsSync(join(folder, "package.json"))
		)
			return folder;
		if (dirname(folder) === folder) return from;
	}
}

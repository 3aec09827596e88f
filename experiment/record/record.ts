import { digestOf } from "../../base/canonical.ts";
import { resolve } from "../../host/paths.ts";
import type { GitMode } from "../code/git-mode.ts";
import type { Conditions } from "../conditions.ts";
import type { RecordedDefinition } from "../definitions/definition.ts";
import type { Params, ParamValue } from "../events.ts";
import type { LeakReport } from "../leaks/report.ts";
import type { ParamOrigin, SeedOrigin } from "../origins.ts";
import type { RecordFormat } from "../record-format.ts";
import type { VariedGrid } from "../sweep/grid.ts";
import type { RecordedError } from "./error-place.ts";
import type { HiddenState } from "./hidden-state.ts";
import type { ProcessIdentity } from "./surroundings/liveness.ts";

/** A file of the run folder, as it was written. */
export interface RecordedFile {
	readonly sha256: string;
	readonly bytes: number;
}

/** Something a run produced: its files, and the digest of what they say. */
export interface RecordedOutput {
	readonly digest: string;
	/** Relative to the run folder. */
	readonly files: readonly string[];
}

export interface RecordedData {
	/** As the user wrote it. */
	readonly path: string;
	readonly root: string;
	readonly files: number;
	readonly bytes: number;
}

/** Something of the work tree that the recorded code lacks. */
export interface LeftOut {
	/** Relative to the repository's top; of a folder with many such files the folder, with their number. */
	readonly path: string;
	/** For people. */
	readonly why: string;
	/** Did the run open it? Absent where it did not, and in records of earlier versions. */
	readonly read?: true;
}

/** The state of the code when the run started; what the user chose not to look at is not known. */
export type RecordedGit =
	| { readonly mode: "ignore" }
	| {
			readonly mode: "require" | "snapshot";
			readonly commit?: string;
			readonly branch?: string;
			/** Without a password. */
			readonly remote?: string;
			/** The folder that holds `runs`, relative to the work tree's top, with `/`; absent where that is the top, or it lies elsewhere. */
			readonly project?: string;
			/** Where it lies elsewhere: the work tree's top, relative to the folder that holds `runs`, with `/`. */
			readonly top?: string;
			/** Did anything differ from the commit? */
			readonly dirty: boolean;
			/** Of the code as it was: the commit's, or the snapshot's. */
			readonly tree?: string;
			/** When dirty: a commit of the whole work tree, kept by `ref` in the repository, as is a commit without changes. */
			readonly snapshot?: {
				readonly ref: string;
				readonly commit: string;
				/** Paths of submodules that have a snapshot of their own: the commit names it. */
				readonly submodules?: readonly string[];
			};
			/** Files that are not in the snapshot as they were: large, many, unreadable, or repositories themselves. */
			readonly skipped: readonly string[];
			/** Everything of the work tree that the recorded code lacks, with the reason; absent in records of earlier versions. */
			readonly leftOut?: readonly LeftOut[];
	  };

/** Which member of which multirun a run is. */
export interface RecordedMembership {
	/** By content: a digest of name, grid, repeats, streams that vary and root seed, so the same in every process. Random in format 1. */
	readonly id: string;
	readonly total: number;
	/** From 0: points of the grid in their order, the repeats of each. Absent in format 1, as what follows. */
	readonly index?: number;
	/** Of each point of the grid. */
	readonly repeats?: number;
	/** Parameters with more than one value. */
	readonly varied?: readonly string[];
	/** The random streams that alone differ between repeats, sorted; absent where all do. */
	readonly vary?: readonly string[];
	/** Each of these with its values, as they are recorded: with the member's own parameters all points that there are. Absent in records of earlier versions; of more than a thousand values in all members but 0, 1, 2, 4, 8, … */
	readonly grid?: VariedGrid;
}

/** The content of `run.json`. */
export interface RunRecord {
	readonly format: RecordFormat;
	readonly id: string;
	readonly experiment: string;
	readonly task?: string;
	/** `diverged`: it ended, or failed, with a loss that was not a finite number. */
	status: "running" | "finished" | "failed" | "interrupted" | "diverged";
	error?: RecordedError;
	readonly params: Readonly<
		Record<string, { readonly value: ParamValue; readonly origin: ParamOrigin }>
	>;
	/** Names of the parameters that are paths, and so no part of the identity; absent where there are none. */
	readonly paths?: readonly string[];
	/** Tasks, models, data sets and pictures that users' code had defined when the run began; absent where there were none. */
	readonly definitions?: readonly RecordedDefinition[];
	/** Digest of experiment, parameters without paths and secrets, repeat and, of a later one, the streams that vary. */
	readonly identity: string;
	/** How many runs of the same identity came before in the same session. */
	readonly occurrence: number;
	readonly repeat: number;
	readonly multirun?: RecordedMembership;
	/** The id of the run that this one went on with from its checkpoint. */
	readonly resumed?: string;
	readonly seed: {
		readonly root: string;
		readonly origin: SeedOrigin;
		/** The session's seed before its first cell. */
		readonly boot: string;
		readonly run: string;
		/** Of a later repeat in which only some streams differ: the seed of all others. */
		readonly fixed?: string;
		/** Numbers drawn per stream. */
		streams: Readonly<Record<string, number>>;
	};
	/** The file with the cell or script; earlier cells are in cells.json. */
	readonly source: {
		readonly kind: "cell" | "script" | "none";
		readonly file?: string;
		/** Of a script: its path relative to the project. */
		readonly path?: string;
	};
	/** Working directory, relative to the project (the folder that holds `runs`). */
	readonly cwd: string;
	/** Where the session started, likewise; absent where that is `cwd`. */
	readonly folder?: string;
	readonly overrides: Readonly<Record<string, string>>;
	/** `--vary` of the command line: the random streams that alone differ between repeats of every multirun of the session. */
	readonly vary?: readonly string[];
	/**
	 * `--jobs` of the command line. What the body of an earlier multirun changed is on the way to this run what
	 * its last member alone made of it, where it had several jobs; a replay goes the same way.
	 */
	readonly jobs?: number;
	/** `--git` of the command line; absent where it said none, and in records of earlier versions. */
	readonly gitMode?: GitMode;
	/** Absent outside of any repository. */
	git?: RecordedGit;
	readonly environment: Readonly<Record<string, unknown>>;
	data: readonly RecordedData[];
	/** Under what circumstances it computed, and what of that the command line said. */
	readonly conditions?: Conditions & {
		readonly commandLine: Partial<Conditions>;
	};
	/** What its code read that a replay cannot repeat. */
	leaks?: LeakReport;
	/** Of a run in a notebook: what it depended on, and what it changed, beside its own code. */
	hiddenState?: HiddenState;
	/** Last value of each metric. */
	metrics: Readonly<Record<string, number | string>>;
	outputs: Readonly<Record<string, RecordedOutput>>;
	/** Every file of the folder but this one. */
	files: Readonly<Record<string, RecordedFile>>;
	/** Over the digests of all outputs: equal for runs that came out the same. */
	digest: string;
	/** Of the engine or script: tells a run that was killed from one that runs. */
	readonly process?: ProcessIdentity;
	readonly started: string;
	ended?: string;
	milliseconds?: number;
	/** Over this record without this field. */
	seal?: string;
}

/** The digest of a run: over the digests of all that it put out. */
export const digestOfOutputs = (outputs: RunRecord["outputs"]): string =>
	digestOf(
		Object.fromEntries(
			Object.entries(outputs).map(([name, { digest }]) => [name, digest]),
		),
	);

/** What the command line set besides the code: parameters, and for multiruns `--vary`. */
export const commandLineOf = ({
	overrides,
	vary,
}: Pick<RunRecord, "overrides" | "vary">): RunRecord["overrides"] => ({
	...overrides,
	...(vary ? { "--vary": vary.join(",") } : {}),
});

/** Where the first cell was executed, absolute: later ones may have changed the working directory. */
export const startFolder = (
	{ folder, cwd }: Pick<RunRecord, "folder" | "cwd">,
	project: string,
): string => resolve(project, folder ?? cwd);

/** Parameters without where their values came from. */
export const paramValues = ({
	params,
}: {
	readonly params: Readonly<Record<string, { readonly value: ParamValue }>>;
}): Params =>
	Object.fromEntries(
		Object.entries(params).map(([name, { value }]) => [name, value]),
	);

/** Metrics as numbers, also those for which JSON has only a text. */
export const metricNumbers = (
	metrics: RunRecord["metrics"],
): Readonly<Record<string, number>> =>
	Object.fromEntries(
		Object.entries(metrics).map(([name, value]) => [name, Number(value)]),
	);

/** The root of each data folder, by the folder's path. */
export const dataRoots = (
	data: readonly RecordedData[],
): Readonly<Record<string, string>> =>
	Object.fromEntries(data.map(({ path, root }) => [path, root]));

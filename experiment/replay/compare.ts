import { canonicalJson } from "../../base/canonical.ts";
import { SAID_BELOW } from "../../base/errors.ts";
import {
	compareNumbers,
	type NumericDifference,
} from "../../formats/numbers.ts";
import { finalStatus } from "../divergence.ts";
import type { ParamValue } from "../events.ts";
import type { LeakReport } from "../leaks/report.ts";
import type { ParamOrigin } from "../origins.ts";
import { type Contradiction, namesOf } from "../record/check/contradiction.ts";
import { ownerlessFiles } from "../record/check/file-contradictions.ts";
import { readOutput } from "../record/output.ts";
import {
	commandLineOf,
	type RecordedData,
	type RunRecord,
} from "../record/record.ts";
import type { FileProblem, StoredRun } from "../record/store/store.ts";
import { topologiesOf } from "./topology.ts";

export type Verdict =
	| "identical"
	/** Not identical, but no number is further away than was asked for. */
	| "within tolerance"
	| "different"
	| "missing"
	| "not recorded"
	| "file changed"
	| "file missing"
	/** It lies in the run's folder, and no run wrote it there. */
	| "file not on record"
	/** The record says it, and what it follows from says something else. */
	| "does not follow";

/** One line of a comparison. */
export interface ComparedPart {
	/** Of an output or file, e.g. "artifact/model" or "data data/digits". */
	readonly part: string;
	readonly verdict: Verdict;
	readonly recorded?: string;
	readonly replayed?: string;
	/** Of an output that says the same but for its numbers: how far they lie apart. */
	readonly difference?: NumericDifference;
}

/** What of a run is compared; what one side does not know, such as a script that an earlier version made, is not. */
export interface ComparableRun
	extends Partial<
		Pick<
			RunRecord,
			| "format"
			| "experiment"
			| "task"
			| "repeat"
			| "occurrence"
			| "multirun"
			| "metrics"
			| "conditions"
			| "overrides"
			| "vary"
			| "leaks"
			| "git"
			| "resumed"
		>
	> {
	readonly outputs: Readonly<Record<string, { readonly digest: string }>>;
	readonly data: readonly (Pick<RecordedData, "path" | "root"> &
		Partial<RecordedData>)[];
	readonly seed: { readonly run: string } & Partial<RunRecord["seed"]>;
	readonly params?: Readonly<
		Record<
			string,
			{ readonly value: ParamValue; readonly origin?: ParamOrigin }
		>
	>;
	readonly status: RunRecord["status"];
	readonly error?: { readonly name: string; readonly message: string };
}

/**
 * Compares a recorded run with its replay, part by part: the recorded files as
 * they lie on disk, the data, the digest of every output, and whatever else of
 * the record an execution shows.
 */
export function compareRuns(
	recorded: ComparableRun,
	replayed: ComparableRun,
	problems: readonly FileProblem[],
): ComparedPart[] {
	return [
		...fileParts(problems),
		...compareMaps("", outputDigests(recorded), outputDigests(replayed)),
		...compareMaps("data ", dataRoots(recorded), dataRoots(replayed)),
		...compareMaps(
			"",
			endOf(recorded, isRecorded(recorded)),
			endOf(replayed, isRecorded(recorded)),
		),
		...GROUPS.flatMap((group) => compareGroup(group, recorded, replayed)),
		...compareLeaks(recorded, replayed),
	];
}

type Facts = Readonly<Record<string, unknown>>;

/** Facts that are one part where all are equal; else each that differs is one. */
interface Group<Subject = ComparableRun> {
	readonly name: string;
	/** What one of them is called, e.g. "parameter" for "parameter lr". */
	readonly one: string;
	/** By name; undefined where a run does not say. */
	readonly of: (run: Subject) => Facts | undefined;
}

/** Does it come from a record, which has all there is to say? A script says less. */
const isRecorded = (run: ComparableRun): run is RunRecord => "format" in run;

const GROUPS: readonly Group[] = [
	{
		name: "parameters",
		one: "parameter",
		of: ({ params }) => params && mapped(params, ({ value }) => value),
	},
	{
		name: "origins of parameters",
		one: "origin of",
		of: ({ params }) => params && whole(mapped(params, ({ origin }) => origin)),
	},
	{
		name: "files of outputs",
		one: "files of",
		of: (run) =>
			isRecorded(run) ? mapped(run.outputs, ({ files }) => files) : undefined,
	},
	{
		name: "other files",
		one: "file",
		// The code may have written them itself; their content is its own affair.
		of: (run) =>
			isRecorded(run)
				? Object.fromEntries(
						ownerlessFiles(run).map((file) => [file, "on record"]),
					)
				: undefined,
	},
	{
		name: "place of the error",
		one: "the error's",
		// A cell may have had another number, and a file lies elsewhere in a rebuilt tree.
		of: (run) =>
			isRecorded(run) && run.error
				? { line: run.error.place?.line, code: run.error.place?.code }
				: undefined,
	},
	{
		name: "final metrics",
		one: "final metric",
		of: ({ metrics }) => metrics,
	},
	{
		name: "draws",
		one: "draws from",
		of: ({ seed: { streams } }) => streams,
	},
	{
		name: "seeds of the session",
		one: "seed",
		of: ({ seed: { root, boot } }) => whole({ root, boot }),
	},
	{
		name: "identity",
		one: "identity",
		of: ({ experiment, task, repeat, occurrence, multirun }) =>
			occurrence === undefined
				? undefined
				: {
						experiment,
						task,
						repeat,
						occurrence,
						members: multirun?.total,
					},
	},
	{
		name: "place in the multirun",
		one: "multirun",
		// In format 1 the id was another one each time, and the rest not on record.
		of: ({ multirun }) => {
			if (!multirun) return undefined;
			const { index, grid: _, ...rest } = multirun;
			return whole({ index, ...rest });
		},
	},
	{
		name: "grid",
		one: "values of",
		// Records of earlier versions do not have it.
		of: ({ multirun }) => multirun?.grid,
	},
	{
		name: "conditions",
		one: "condition",
		of: ({ conditions }) => conditions && { ...conditions },
	},
	{
		name: "overrides",
		one: "override",
		of: ({ overrides, vary }) =>
			overrides && commandLineOf({ overrides, ...(vary ? { vary } : {}) }),
	},
	{
		name: "sizes of data",
		one: "size of",
		of: ({ data }) =>
			whole(
				byPath(data, ({ files, bytes }) =>
					files === undefined ? undefined : { files, bytes },
				),
			),
	},
];

/** What of the leaks can be compared: not the places of what a busy loop read, which were looked up now and then. */
function compareLeaks(
	recorded: ComparableRun,
	replayed: ComparableRun,
): ComparedPart[] {
	const untraced = new Set(
		[recorded, replayed].flatMap(({ leaks }) =>
			Object.keys(leaks?.untraced ?? {}),
		),
	);
	const parts = compareGroup(
		{
			name: "leaks",
			one: "leak",
			of: ({ leaks }: ComparableRun) => leaks && leaksOf(leaks, untraced),
		},
		recorded,
		replayed,
	);
	if (recorded.resumed === undefined) return parts;
	// What was read between its checkpoint and its end, a resumed run has not read.
	const known = parts.filter(({ verdict }) => verdict !== "not recorded");
	return known.length > 0 || parts.length === 0
		? known
		: [{ part: "leaks", verdict: "identical" }];
}

const CODE: Group = {
	name: "code",
	one: "code",
	// Where it lies in history is nothing that an execution shows.
	of: ({ git }) =>
		git === undefined || git.mode === "ignore"
			? undefined
			: whole({ tree: git.tree }),
};

/** Compares the state of the code that both runs were made with, as far as it is known. */
export const compareCode = (recorded: ComparableRun, replayed: ComparableRun) =>
	compareGroup(CODE, recorded, replayed);

/** Compares what models are made of: their weights alone are digested. */
export const compareTopologies = (recorded: StoredRun, replayed: StoredRun) =>
	compareGroup(
		{ name: "layers of models", one: "layers of", of: (facts: Facts) => facts },
		topologiesOf(recorded),
		topologiesOf(replayed),
	);

const mapped = <T>(
	entries: Readonly<Record<string, T>>,
	value: (entry: T) => unknown,
): Facts =>
	Object.fromEntries(
		Object.entries(entries).map(([key, entry]) => [key, value(entry)]),
	);

/** The facts, unless one of them is not known. */
const whole = (facts: Facts): Facts | undefined =>
	Object.values(facts).includes(undefined) ? undefined : facts;

/**
 * What the code read that a replay cannot repeat, without how often: that may
 * depend on the time. Nor in which file: it lies elsewhere in a rebuilt tree.
 */
const leaksOf = ({ leaks }: LeakReport, untraced: ReadonlySet<string>): Facts =>
	Object.fromEntries(
		leaks.map(({ kind, what, line, code }) => [
			untraced.has(what)
				? what
				: `${what} in line ${line}${code === undefined ? "" : `, ${code}`}`,
			kind,
		]),
	);

function compareGroup<Subject>(
	{ name, one, of }: Group<Subject>,
	recorded: Subject,
	replayed: Subject,
): ComparedPart[] {
	const [a, b] = [of(recorded), of(replayed)];
	if (!a || !b) return [];
	const parts = compareMaps(`${one} `, textsOf(a), textsOf(b));
	const differing = parts.filter(({ verdict }) => verdict !== "identical");
	if (differing.length > 0) return differing;
	return parts.length === 0 ? [] : [{ part: name, verdict: "identical" }];
}

const textsOf = (facts: Facts): Record<string, string> =>
	Object.fromEntries(
		Object.entries(facts).flatMap(([key, value]) =>
			value === undefined
				? []
				: [[key, typeof value === "string" ? value : canonicalJson(value)]],
		),
	);

/**
 * Says of every output that differs by how much, where both sides have the same
 * shape. With a tolerance, what lies within is no longer "different".
 * @param tolerance largest |a - b| / max(|a|, |b|) of any number
 */
export function measureDifferences(
	parts: readonly ComparedPart[],
	recorded: StoredRun,
	replayed: StoredRun,
	tolerance?: number,
): ComparedPart[] {
	return parts.map((part) => {
		if (part.verdict !== "different") return part;
		const difference = part.part.startsWith(FINAL_METRIC)
			? metricDifference(part.part, recorded, replayed)
			: differenceOf(part.part, recorded, replayed);
		if (!difference) return part;
		const within =
			tolerance !== undefined && difference.maxRelative <= tolerance;
		return {
			...part,
			verdict: within ? "within tolerance" : "different",
			difference,
		};
	});
}

const FINAL_METRIC = "final metric ";

/** How far the last values of a metric lie apart. */
function metricDifference(
	part: string,
	recorded: StoredRun,
	replayed: StoredRun,
): NumericDifference | undefined {
	const series = ({ record: { metrics } }: StoredRun) => [
		{
			format: "float64" as const,
			values: Float64Array.of(Number(metrics[part.slice(FINAL_METRIC.length)])),
		},
	];
	return compareNumbers(series(recorded), series(replayed));
}

function differenceOf(
	name: string,
	recorded: StoredRun,
	replayed: StoredRun,
): NumericDifference | undefined {
	const [a, b] = [recorded, replayed].map(({ directory, record }) => {
		const output = record.outputs[name];
		try {
			return output && readOutput(directory, name, output);
		} catch {
			// A recorded file that was damaged since is told as a part of its own.
			return undefined;
		}
	});
	return a && b && a.skeleton === b.skeleton
		? compareNumbers(a.numbers, b.numbers)
		: undefined;
}

/** Recorded files that are no longer as they were written, and others that lie among them. */
export function fileParts(problems: readonly FileProblem[]): ComparedPart[] {
	return problems.map(({ file, problem }) => ({
		part: file,
		verdict: `file ${problem}` as const,
	}));
}

/** What a record says against itself. */
export function contradictionParts(
	found: readonly Contradiction[],
): ComparedPart[] {
	return found.map(({ what, recorded, derived }) => ({
		part: what,
		verdict: "does not follow",
		recorded,
		...(derived === undefined ? {} : { replayed: derived }),
	}));
}

/** Is nothing further away than the tolerance that the parts were measured with? */
export const isWithinTolerance = (parts: readonly ComparedPart[]) =>
	parts.every(
		({ verdict }) => verdict === "identical" || verdict === "within tolerance",
	);

export const isIdentical = (parts: readonly ComparedPart[]) =>
	parts.every(({ verdict }) => verdict === "identical");

/** Did both end in the same way? */
export const hasSameEnd = (
	recorded: ComparableRun,
	replayed: ComparableRun,
): boolean => endStatus(recorded) === endStatus(replayed);

const endStatus = ({ status, metrics = {} }: ComparableRun) =>
	finalStatus(status, metrics);

/** An error of a library without the sentence that explains it: earlier versions recorded none. */
const plainMessage = (message: string | undefined) =>
	message?.split(SAID_BELOW).at(-1);

/**
 * How a run ended.
 * @param sameCode is it the recorded text that was executed, and not a script made of it? That has other lines, which a LeakError names
 */
function endOf(run: ComparableRun, sameCode: boolean): Record<string, string> {
	const { seed, error } = run;
	const message =
		!sameCode && error?.name === "LeakError"
			? ""
			: `: ${plainMessage(error?.message)}`;
	return {
		seed: seed.run,
		status: endStatus(run),
		...(error ? { error: `${error.name}${message}` } : {}),
	};
}

function outputDigests({ outputs }: ComparableRun): Record<string, string> {
	return Object.fromEntries(
		Object.entries(outputs).map(([name, { digest }]) => [name, digest]),
	);
}

function dataRoots({ data }: ComparableRun): Record<string, string> {
	return byPath(data, ({ root }) => root);
}

/** What is said of each data folder; of one path that was given from two places, the second is another. */
function byPath<T>(
	data: ComparableRun["data"],
	of: (one: ComparableRun["data"][number]) => T,
): Record<string, T> {
	const times = new Map<string, number>();
	return Object.fromEntries(
		data.map((one) => {
			const before = times.get(one.path) ?? 0;
			times.set(one.path, before + 1);
			return [before === 0 ? one.path : `${one.path} (${before + 1})`, of(one)];
		}),
	);
}

function compareMaps(
	prefix: string,
	recorded: Readonly<Record<string, string>>,
	replayed: Readonly<Record<string, string>>,
): ComparedPart[] {
	return namesOf(recorded, replayed).map((name) => {
		const [a, b] = [recorded, replayed].map((map) =>
			Object.hasOwn(map, name) ? map[name] : undefined,
		);
		return {
			part: prefix + name,
			verdict:
				b === undefined
					? "missing"
					: a === undefined
						? "not recorded"
						: a === b
							? "identical"
							: "different",
			...(a === undefined ? {} : { recorded: a }),
			...(b === undefined ? {} : { replayed: b }),
		};
	});
}

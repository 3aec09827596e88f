import { compareNumbers, type NumericDifference } from "../record/numbers.ts";
import { readOutput } from "../record/output.ts";
import type { RunRecord } from "../record/record.ts";
import type { FileProblem, StoredRun } from "../record/store.ts";

export type Verdict =
	| "identical"
	/** Not identical, but no number is further away than was asked for. */
	| "within tolerance"
	| "different"
	| "missing"
	| "not recorded"
	| "file changed"
	| "file missing";

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

/** What of a run is compared. */
export interface ComparableRun {
	readonly outputs: Readonly<Record<string, { readonly digest: string }>>;
	readonly data: readonly { readonly path: string; readonly root: string }[];
	readonly seed: { readonly run: string };
	readonly status: RunRecord["status"];
	readonly error?: { readonly name: string; readonly message: string };
}

/**
 * Compares a recorded run with its replay, part by part: the recorded files as
 * they lie on disk, the data, and the digest of every output.
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
			{ seed: recorded.seed.run, status: recorded.status, ...error(recorded) },
			{ seed: replayed.seed.run, status: replayed.status, ...error(replayed) },
		),
	];
}

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
		const difference = differenceOf(part.part, recorded, replayed);
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

/** Recorded files that are no longer as they were written. */
export function fileParts(problems: readonly FileProblem[]): ComparedPart[] {
	return problems.map(({ file, problem }) => ({
		part: file,
		verdict: problem === "missing" ? "file missing" : "file changed",
	}));
}

/** Is nothing further away than the tolerance that the parts were measured with? */
export const isWithinTolerance = (parts: readonly ComparedPart[]) =>
	parts.every(
		({ verdict }) => verdict === "identical" || verdict === "within tolerance",
	);

export const isIdentical = (parts: readonly ComparedPart[]) =>
	parts.every(({ verdict }) => verdict === "identical");

const error = ({ error: one }: ComparableRun): Record<string, string> =>
	one ? { error: `${one.name}: ${one.message}` } : {};

function outputDigests({ outputs }: ComparableRun): Record<string, string> {
	return Object.fromEntries(
		Object.entries(outputs).map(([name, { digest }]) => [name, digest]),
	);
}

function dataRoots({ data }: ComparableRun): Record<string, string> {
	return Object.fromEntries(data.map(({ path, root }) => [path, root]));
}

function compareMaps(
	prefix: string,
	recorded: Readonly<Record<string, string>>,
	replayed: Readonly<Record<string, string>>,
): ComparedPart[] {
	const names = [
		...new Set([...Object.keys(recorded), ...Object.keys(replayed)]),
	];
	return names.map((name) => {
		const [a, b] = [recorded[name], replayed[name]];
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

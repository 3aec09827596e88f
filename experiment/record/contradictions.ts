import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../canonical.ts";
import { identifyingParams, identityDigest, runSeed } from "./identity.ts";
import { readOutput } from "./output.ts";
import { digestOfOutputs, type RunRecord } from "./record.ts";
import type { StoredRun } from "./store.ts";

/** What a record says and the rest of it, or a file of the run, does not. */
export interface Contradiction {
	/** As a replay names the part, e.g. "final metric loss". */
	readonly what: string;
	readonly recorded: string;
	/** What it follows to be; absent where nothing does. */
	readonly derived?: string;
}

/**
 * Recomputes whatever in a record follows from something else: a seal shows that
 * nobody changed a record by accident, and anybody can make a new one.
 * What nothing follows from, a replay compares; README.md lists both.
 * @param damaged files that are not as they were recorded: what they say now says nothing
 */
export function contradictions(
	stored: StoredRun,
	damaged: ReadonlySet<string> = new Set(),
): Contradiction[] {
	const { record } = stored;
	if (record.status === "running") return [];
	return [
		...identityContradictions(record),
		...membershipContradictions(record),
		...outputContradictions(stored, damaged),
		...(damaged.has("metrics.jsonl") ? [] : metricContradictions(stored)),
		...timeContradictions(record),
		...codeContradictions(record),
		...sourceContradictions(record),
	];
}

export const describeContradiction = ({
	what,
	recorded,
	derived,
}: Contradiction): string =>
	derived === undefined
		? `${what} is ${recorded}, which nothing in the run's folder bears out`
		: `${what} is ${recorded}, and what it follows from gives ${derived}`;

/** One contradiction, or none where both say the same. */
const unlessEqual = (
	what: string,
	recorded: unknown,
	derived: unknown,
): Contradiction[] =>
	canonicalJson(recorded) === canonicalJson(derived)
		? []
		: [
				{
					what,
					recorded: shown(recorded),
					...(derived === undefined ? {} : { derived: shown(derived) }),
				},
			];

const shown = (value: unknown) =>
	typeof value === "string" ? value : canonicalJson(value);

/** Which parameters may have been left out of the identity as paths: format 1 does not say, and any text may be one. */
function possiblePaths({ format, params, paths = [] }: RunRecord): string[][] {
	if (format !== 1) return [[...paths]];
	const texts = Object.keys(params).filter(
		(name) => typeof params[name]?.value === "string",
	);
	// No task of format 1 had more than one.
	return [[], ...texts.map((name) => [name])];
}

function identityContradictions(record: RunRecord): Contradiction[] {
	const { experiment, repeat, identity, seed, format } = record;
	const params = Object.fromEntries(
		Object.entries(record.params).map(([name, { value }]) => [name, value]),
	);
	const possible = possiblePaths(record).map((paths) => ({
		experiment,
		params: identifyingParams(params, paths),
		repeat,
	}));
	const found = possible.find((one) => identityDigest(one) === identity);
	const derived = found ?? (possible[0] as (typeof possible)[number]);
	return [
		...unlessEqual("identity", identity, identityDigest(derived)),
		...unlessEqual("run seed", seed.run, runSeed(seed.root, derived, format)),
	];
}

function membershipContradictions({
	multirun,
	repeat,
}: RunRecord): Contradiction[] {
	const { index, repeats, total } = multirun ?? {};
	if (index === undefined || repeats === undefined || total === undefined)
		return [];
	return index >= 0 && index < total && total % repeats === 0
		? unlessEqual("repeat", repeat, index % repeats)
		: [{ what: "multirun", recorded: shown(multirun) }];
}

/** A run whose disk was full has logged more than its files could hold. */
const couldRecord = ({ error }: RunRecord) => error?.name !== "RecordingError";

function outputContradictions(
	{ directory, record }: StoredRun,
	damaged: ReadonlySet<string>,
): Contradiction[] {
	const { outputs, files, digest } = record;
	const found = Object.entries(outputs).flatMap(([name, output]) => {
		if (output.files.some((file) => damaged.has(file))) return [];
		const missing = output.files.filter((file) => !Object.hasOwn(files, file));
		if (missing.length > 0)
			return [{ what: name, recorded: `made of ${missing.join(", ")}` }];
		// What was digested and not kept has no file.
		if (output.files.length === 0) return [{ what: name, recorded: "no file" }];
		let present: string | undefined;
		try {
			present = readOutput(directory, name, output).digest;
		} catch {
			// It is no longer what such an output is kept as.
		}
		return unlessEqual(name, output.digest, present);
	});
	return [
		...(couldRecord(record) ? found : []),
		...unlessEqual("digest", digest, digestOfOutputs(outputs)),
	];
}

function metricContradictions({
	directory,
	record,
}: StoredRun): Contradiction[] {
	if (!couldRecord(record)) return [];
	let last: Record<string, number | string> = {};
	try {
		if ("metrics.jsonl" in record.files)
			last = lastMetrics(
				readFileSync(join(directory, "metrics.jsonl"), "utf8"),
			);
	} catch {
		// What cannot be read bears nothing out.
	}
	return namesOf(record.metrics, last).flatMap((name) =>
		unlessEqual(`final metric ${name}`, record.metrics[name], last[name]),
	);
}

/** The last value of each metric, from the lines of `metrics.jsonl`. */
export function lastMetrics(lines: string): Record<string, number | string> {
	const last: Record<string, number | string> = {};
	for (const line of lines.split("\n"))
		if (line !== "")
			Object.assign(
				last,
				(JSON.parse(line) as { metrics: Record<string, number | string> })
					.metrics,
			);
	return last;
}

function timeContradictions({
	started,
	ended,
	milliseconds,
}: RunRecord): Contradiction[] {
	return ended === undefined
		? []
		: unlessEqual(
				"milliseconds",
				milliseconds,
				Date.parse(ended) - Date.parse(started),
			);
}

/** A run of a cell or script has its text under a fixed name. */
function sourceContradictions({ source, files }: RunRecord): Contradiction[] {
	const { kind, file } = source;
	if (kind === "none") return unlessEqual("source file", file, undefined);
	return [
		...unlessEqual("source file", file, `${kind}.ts`),
		...[`${kind}.ts`, ...(kind === "cell" ? ["cells.json"] : [])].flatMap(
			(path) =>
				Object.hasOwn(files, path)
					? []
					: [{ what: path, recorded: "part of no file on record" }],
		),
	];
}

/** Code differs from a commit when there is a snapshot of it, or something that none holds. */
function codeContradictions({ git }: RunRecord): Contradiction[] {
	if (!git || git.mode === "ignore") return [];
	const { dirty, snapshot, skipped } = git;
	return unlessEqual(
		"code dirty",
		dirty,
		snapshot !== undefined || skipped.length > 0,
	);
}

export const namesOf = (
	...maps: readonly Readonly<Record<string, unknown>>[]
): string[] => [...new Set(maps.flatMap((map) => Object.keys(map)))];

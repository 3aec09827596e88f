import { pointAt, pointCount } from "../../sweep/grid.ts";
import {
	fixedSeed,
	identifyingParams,
	identityDigest,
	runSeed,
	variedStreams,
} from "../identity.ts";
import { digestOfOutputs, paramValues, type RunRecord } from "../record.ts";
import type { StoredRun } from "../store/store.ts";
import { type Contradiction, shown, unlessEqual } from "./contradiction.ts";
import {
	crateContradictions,
	metricContradictions,
	outputContradictions,
} from "./file-contradictions.ts";
import { oddFields } from "./record-schema.ts";

/**
 * Recomputes whatever in a record follows from something else: a seal shows that
 * nobody changed a record by accident, and anybody can make a new one.
 * What nothing follows from, a replay compares; README.md lists both.
 * @param options.damaged files that are not as they were recorded: what they say now says nothing
 * @param options.whole is it known that what the run logged could be recorded, whatever its error is called?
 */
export function contradictions(
	stored: StoredRun,
	{
		damaged = new Set(),
		whole = false,
	}: { damaged?: ReadonlySet<string>; whole?: boolean } = {},
): Contradiction[] {
	const { record } = stored;
	if (record.status === "running") return [];
	const odd = fieldContradictions(record);
	// What follows from a field that is not there cannot be told.
	if (odd.length > 0) return odd;
	return [
		...identityContradictions(record),
		...membershipContradictions(record),
		...digestContradictions(record),
		...(whole || couldRecord(record)
			? [
					...outputContradictions(stored, damaged),
					...metricContradictions(stored, damaged),
					...crateContradictions(stored, damaged),
				]
			: []),
		...timeContradictions(record),
		...codeContradictions(record),
		...sourceContradictions(record),
	];
}

const fieldContradictions = (record: RunRecord): Contradiction[] =>
	oddFields(record).map(({ field, ...rest }) =>
		"value" in rest
			? { what: field, recorded: shown(rest.value) }
			: {
					what: field,
					recorded: "missing",
					derived: "a field of every run that has ended",
				},
	);

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
	const params = paramValues(record);
	const possible = possiblePaths(record).map((paths) => ({
		experiment,
		params: identifyingParams(params, paths),
		repeat,
		...variedStreams(record),
	}));
	const found = possible.find((one) => identityDigest(one) === identity);
	const derived = found ?? (possible[0] as (typeof possible)[number]);
	return [
		...unlessEqual("identity", identity, identityDigest(derived)),
		...unlessEqual("run seed", seed.run, runSeed(seed.root, derived, format)),
		...unlessEqual(
			"seed of streams that do not vary",
			seed.fixed,
			fixedSeed(seed.root, derived, format),
		),
	];
}

function membershipContradictions(record: RunRecord): Contradiction[] {
	const { multirun, repeat } = record;
	const { index, repeats, total, varied, grid } = multirun ?? {};
	if (index === undefined || repeats === undefined || total === undefined)
		return [];
	if (!(index >= 0 && index < total && total % repeats === 0))
		return [{ what: "multirun", recorded: shown(multirun) }];
	const params = paramValues(record);
	const point = grid && pointAt(grid, Math.floor(index / repeats));
	return [
		...unlessEqual("repeat", repeat, index % repeats),
		...(grid === undefined
			? []
			: [
					...unlessEqual("multirun total", total, pointCount(grid) * repeats),
					...unlessEqual("multirun varied", varied, Object.keys(grid)),
				]),
		...Object.entries(point ?? {}).flatMap(([name, value]) =>
			unlessEqual(
				`parameter ${name}`,
				Object.hasOwn(params, name) ? params[name] : undefined,
				value,
			),
		),
	];
}

/** A run whose disk was full has logged more than its files could hold. */
export const couldRecord = ({ error }: RunRecord) =>
	error?.name !== "RecordingError";

const digestContradictions = ({ digest, outputs }: RunRecord) =>
	unlessEqual("digest", digest, digestOfOutputs(outputs));

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

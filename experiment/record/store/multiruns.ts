import { canonicalJson } from "../../../base/canonical.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Params } from "../../events.ts";
import { grouped } from "../../grouped.ts";
import { pointAt, pointCount, type VariedGrid } from "../../sweep/grid.ts";
import { latestOfEach } from "../../sweep/latest.ts";
import { isSettled } from "../guard/settled.ts";
import {
	identifyingParams,
	identityDigest,
	variedStreams,
} from "../identity.ts";
import { paramValues, type RecordedMembership } from "../record.ts";
import { byBeginning } from "./by-beginning.ts";
import type { AnyRun } from "./store.ts";

/** What is on record of a multirun, whichever processes computed it. */
export interface StoredMultirun {
	readonly id: string;
	readonly experiment: string;
	/** Members that it was to have. */
	readonly total: number;
	/** Of each point of the grid; absent in format 1. */
	readonly repeats?: number;
	/** The parameters that vary with all their values; absent in records of earlier versions, and of a grid of more than a thousand where no member that has it is there. */
	readonly grid?: VariedGrid;
	/** The random streams that alone differ between repeats; absent where all do. */
	readonly vary?: readonly string[];
	/** When its first member began. */
	readonly started: string;
	/** The members that there are, in the order of the grid. */
	readonly members: readonly StoredMember[];
}

/** A member of a multirun, and its run. */
export interface StoredMember {
	/** The latest one that was computed for the multirun, else one that a resumed multirun takes over. */
	readonly run: AnyRun;
	/** Which member it is; absent in format 1. */
	readonly index?: number;
	/** Was it computed for another multirun, or alone? */
	readonly isTakenOver: boolean;
}

/** Where a run stands among the members; each run of format 1 stands alone. */
const placeOf = ({ record }: AnyRun): number | string =>
	record.multirun?.index ?? record.id;

/** Runs that draw from the same seeds, among which a member may be that another multirun has computed. */
const familyOf = ({ record: { experiment, seed } }: AnyRun) =>
	`${experiment} ${seed.root}`;

/** What its records say of a multirun, before others are looked at. */
interface Found {
	readonly first: AnyRun;
	multirun: RecordedMembership;
	readonly all: AnyRun[];
}

/**
 * The multiruns among runs, the one that began last at the end.
 * @param runs oldest first
 */
export function storedMultiruns(runs: readonly AnyRun[]): StoredMultirun[] {
	const found = new Map<string, Found>();
	for (const run of runs) {
		const { multirun } = run.record;
		if (!multirun) continue;
		const known = found.get(multirun.id) ?? { first: run, multirun, all: [] };
		found.set(multirun.id, known);
		if (multirun.grid) known.multirun = multirun;
		known.all.push(run);
	}
	const families = grouped(runs, familyOf);
	return [...found.values()].map((one) => {
		const { id, total, repeats, grid, vary } = one.multirun;
		const members = latestOfEach(one.all, placeOf, isSettled).map((run) => ({
			run,
			index: run.record.multirun?.index,
			isTakenOver: false,
		}));
		const family = families.get(familyOf(one.first)) ?? [];
		return {
			...{ id, total, experiment: one.first.record.experiment },
			...(repeats === undefined ? {} : { repeats }),
			...(grid === undefined ? {} : { grid }),
			...(vary === undefined ? {} : { vary }),
			started: one.first.record.started,
			members: [...members, ...takenOver(one, members, family)].sort(
				(a, b) => (a.index ?? 0) - (b.index ?? 0),
			),
		};
	});
}

/** Members of which this multirun has no run, and others have one that came to its end. */
function takenOver(
	{ first, multirun }: Found,
	members: readonly StoredMember[],
	runs: readonly AnyRun[],
): StoredMember[] {
	if (members.length >= multirun.total) return [];
	const indexOf = indexIn(multirun, first);
	if (!indexOf) return [];
	const own = new Set(members.map(({ index }) => index));
	const taken = new Map<number, AnyRun>();
	for (const run of runs) {
		const index = indexOf(run);
		if (index !== undefined && !own.has(index) && isSettled(run))
			taken.set(index, run);
	}
	return [...taken].map(([index, run]) => ({ run, index, isTakenOver: true }));
}

/**
 * Tells which member a run of the same experiment and seeds would be, by its identity; undefined where it is none.
 * Undefined itself where the record does not have the grid, or contradicts itself.
 */
function indexIn(
	{ grid, repeats, total, vary }: RecordedMembership,
	{ record }: AnyRun,
): ((run: AnyRun) => number | undefined) | undefined {
	if (!grid || repeats === undefined || pointCount(grid) * repeats !== total)
		return undefined;
	const axes = Object.entries(grid).map(([name, values]) => ({
		name,
		size: values.length,
		places: new Map(
			values.map((value, place) => [canonicalJson(value), place]),
		),
	}));
	const others = paramValues(record);
	return ({ record: { params, repeat, identity } }) => {
		if (repeat >= repeats) return undefined;
		let point = 0;
		for (const { name, size, places } of axes) {
			const value = Object.hasOwn(params, name) ? params[name]?.value : null;
			const place = places.get(canonicalJson(value));
			if (place === undefined) return undefined;
			point = point * size + place;
		}
		const digest = identityDigest({
			experiment: record.experiment,
			params: identifyingParams(
				{ ...others, ...pointAt(grid, point) },
				record.paths ?? [],
			),
			repeat,
			...variedStreams({ repeat, multirun: vary ? { vary } : {} }),
		});
		return digest === identity ? point * repeats + repeat : undefined;
	};
}

/** A point of the grid that lacks runs, and how many. */
export interface MissingPoint {
	readonly point: Params;
	readonly missing: number;
}

/**
 * The first points of which not every repeat is there, in the order of the grid; none where the grid is not on record.
 * @param most no more than these
 */
export function missingPoints(
	{ grid, repeats, members, total }: StoredMultirun,
	most: number,
): MissingPoint[] {
	if (!grid || repeats === undefined || pointCount(grid) * repeats !== total)
		return [];
	const there = new Map<number, number>();
	for (const { index = 0 } of members) {
		const point = Math.floor(index / repeats);
		there.set(point, (there.get(point) ?? 0) + 1);
	}
	const found: MissingPoint[] = [];
	for (let i = 0; i * repeats < total && found.length < most; i++) {
		const missing = repeats - (there.get(i) ?? 0);
		if (missing > 0) found.push({ point: pointAt(grid, i), missing });
	}
	return found;
}

/**
 * A multirun by its id, its experiment's name (the latest), the beginning of an id, or `last`.
 * @throws UsageError where there is none, or more than one
 */
export function findMultirun(
	reference: string,
	multiruns: readonly StoredMultirun[],
): StoredMultirun {
	if (reference === "last") {
		const last = multiruns.at(-1);
		if (last) return last;
		throw new UsageError(
			'there is no multirun yet; "%dd multirun task=points -n 5" makes one',
		);
	}
	const named = multiruns.findLast(
		({ experiment }) => experiment === reference,
	);
	const begun = byBeginning(reference, multiruns, ({ id }) => [id]);
	const isWhole = begun.some(({ id }) => id === reference);
	if (named && !isWhole) return named;
	const [found] = begun;
	if (begun.length > 1)
		throw new UsageError(
			`${begun.length} multiruns begin with ${reference}: ${begun.map(({ id }) => id).join(", ")}; write more of it`,
		);
	if (found) return found;
	throw new UsageError(
		`there is no multirun ${reference}; "deepdiva multirun list" shows those that there are`,
	);
}

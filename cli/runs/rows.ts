import { canonicalJson } from "../../base/canonical.ts";
import { plural } from "../../base/plural.ts";
import { oneLine } from "../../base/shown-text.ts";
import { grouped } from "../../experiment/grouped.ts";
import { paramText } from "../../experiment/parameters/overrides/written.ts";
import { paramValues } from "../../experiment/record/record.ts";
import {
	type StoredMultirun,
	storedMultiruns,
} from "../../experiment/record/store/multiruns.ts";
import { parseCondition } from "../../experiment/record/store/query.ts";
import {
	type AnyRun,
	byBegin,
	isSealBroken,
	SEAL_BROKEN,
	statusOf,
	statusText,
} from "../../experiment/record/store/store.ts";
import type { RunSummary } from "../../experiment/record/store/summary.ts";
import { pointOf } from "../../experiment/sweep/point.ts";
import { spreadOf } from "../../experiment/sweep/statistics/summary.ts";
import { meanOf } from "../../experiment/sweep/statistics/values.ts";
import { formatNumber, shownName } from "../../widgets/text/text.ts";
import { countsOf } from "../multirun/list.ts";
import type { RunsValues } from "./options.ts";
import { pairs } from "./text.ts";

/** A line of the list: a run, or a multirun. */
export interface Row {
	readonly id: string;
	readonly started: string;
	readonly experiment: string;
	readonly status: string;
	readonly seed: string;
	readonly params: string;
	readonly metrics: string;
}

/** A multirun is a row, unless the reader asks for runs. */
export function rowsOf(runs: readonly RunSummary[], values: RunsValues): Row[] {
	const { where, sort, members } = values;
	const names = mentioned(values);
	if (members || where.length > 0 || sort !== undefined)
		return runs.map((run) => runRow(run, names));
	const several = storedMultiruns(runs).filter(({ total }) => total > 1);
	const grouped = new Set(several.map(({ id }) => id));
	const single = runs.filter(
		({ record: { multirun } }) => !(multirun && grouped.has(multirun.id)),
	);
	return [
		...single.map((run) => runRow(run, names)),
		...several.map(multirunRow),
	].sort(byBegin);
}

/**
 * Names in the conditions and in the order: the reader is interested in these.
 */
function mentioned({ where, sort }: RunsValues): string[] {
	return [
		...where.map((text) => parseCondition(text).name),
		...(sort === undefined ? [] : [sort.replace(/^-/, "")]),
	].map((name) => name.replace(/^(params|metrics)\./, ""));
}

function runRow(run: RunSummary, names: readonly string[]): Row {
	const { id, started, experiment, seed, params, metrics } = run.record;
	return {
		...{ id, started, experiment },
		status: statusText(run),
		seed: seed.root,
		params: pairs(first(shownParams(params), names)),
		metrics: marked(pairs(headline(metrics, names)), isSealBroken(run)),
	};
}

const shownParams = (params: RunSummary["record"]["params"]) =>
	Object.fromEntries(
		Object.entries(params).map(([name, { value }]) => [name, paramText(value)]),
	);

const marked = (text: string, isBroken: boolean) =>
	[text, ...(isBroken ? [`(${SEAL_BROKEN})`] : [])].join(" ");

/** What its members are together: how many came to which end, what varies, and the means of those that finished. */
function multirunRow(multirun: StoredMultirun): Row {
	const { id, started, experiment, members, repeats, grid } = multirun;
	const { total, finished, failed, running } = countsOf(multirun);
	const own = members.find(({ isTakenOver }) => !isTakenOver)?.run.record;
	const varied = own?.multirun?.varied ?? [];
	const lists = grid
		? Object.entries(grid).map(
				([name, list]) => `${name}=${list.map(paramText).join(",")}`,
			)
		: varied;
	return {
		...{ id: shownName(id), started, experiment },
		status: [
			`${finished}/${total} finished`,
			...(failed > 0 ? [`${failed} failed`] : []),
			...(running > 0 ? [`${running} running`] : []),
		].join(", "),
		seed: own?.seed.root ?? "",
		params: oneLine(
			[...lists, ...(repeats === undefined ? [] : [`× ${repeats}`])].join(" "),
		),
		metrics: marked(
			summedUp(
				members
					.map(({ run }) => run)
					.filter((run) => statusOf(run) === "finished"),
				varied,
			),
			members.some(({ run }) => isSealBroken(run)),
		),
	};
}

type Metrics = RunSummary["record"]["metrics"];

/**
 * The metrics that a row of a run would have, of finished runs: of one point `accuracy=0.91 ± 0.02`, their mean and
 * SD. Runs of several points are no sample of anything, so of a grid `accuracy=0.71 to 0.91 (means of 4 points)`.
 */
function summedUp(runs: readonly AnyRun[], varied: readonly string[]): string {
	const points = [
		...grouped(runs, ({ record }) =>
			canonicalJson(pointOf({ varied }, { params: paramValues(record) })),
		).values(),
	].map((point) => point.map(({ record }) => record.metrics));
	const all: Metrics = Object.assign({}, ...points.flat());
	const texts = Object.keys(headline(all, [])).map((name) => {
		const values = points
			.map((point) => valuesOf(point, name))
			.filter(({ length }) => length > 0);
		if (!values.flat().every(Number.isFinite)) return pairs({ [name]: "NaN" });
		return varied.length > 0
			? rangeText(name, values)
			: meanText(name, values.flat());
	});
	return texts.length > 0 && varied.length > 0
		? `${texts.join(" ")} (means of ${plural(points.length, "point")})`
		: texts.join(" ");
}

const valuesOf = (runs: readonly Metrics[], name: string): number[] =>
	runs
		.filter((metrics) => Object.hasOwn(metrics, name))
		.map((metrics) => Number(metrics[name]));

function meanText(name: string, values: readonly number[]): string {
	const { mean, sd } = spreadOf(values);
	const spread = sd === undefined ? "" : ` ± ${formatNumber(sd, 2)}`;
	return `${pairs({ [name]: mean })}${spread}`;
}

/** @param values of each point */
function rangeText(
	name: string,
	values: readonly (readonly number[])[],
): string {
	const { min, max } = spreadOf(values.map(meanOf));
	const end = min === max ? "" : ` to ${formatNumber(max)}`;
	return `${pairs({ [name]: min })}${end}`;
}

/** The entries, those with the mentioned names first. */
function first<T>(
	entries: Readonly<Record<string, T>>,
	names: readonly string[],
): Record<string, T> {
	const at = (name: string) => Number(!names.includes(name));
	return Object.fromEntries(
		Object.entries(entries).sort(([a], [b]) => at(a) - at(b)),
	);
}

/**
 * Of many metrics, those that were asked for and the few that show how the run
 * went.
 */
function headline(
	metrics: Readonly<Record<string, number | string>>,
	names: readonly string[],
): Record<string, number | string> {
	const all = Object.keys(metrics);
	const test = all.filter((name) => /^test_/.test(name));
	const chosen = new Set([
		...all.filter((name) => names.includes(name)),
		...(test.length > 0 ? test : all.slice(0, 3)),
	]);
	return Object.fromEntries(
		[...chosen].map((name) => [name, metrics[name] as number | string]),
	);
}

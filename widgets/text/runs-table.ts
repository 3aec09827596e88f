import type { Params, ParamValue } from "../../experiment/events.ts";
import { summarise } from "../../experiment/sweep/statistics/summary.ts";
import { formatNumber, plural, right, shownName, table } from "./text.ts";

export interface TableRun {
	readonly id: string;
	readonly seed: string | number;
	/** Values at the end of the run. */
	readonly metrics: Readonly<Record<string, number>>;
	/** A run that did not finish counts in no mean. */
	readonly status: string;
}

export interface RunGroup {
	/** The parameters that tell the groups apart. */
	readonly params: Params;
	readonly runs: readonly TableRun[];
}

const isFinished = ({ status }: TableRun) => status === "finished";

/**
 * What stands at the end of a multirun: one table with n, mean, sample SD, min
 * and max of each final metric per group, and one with every run.
 */
export function runsTable(groups: readonly RunGroup[]): string {
	const all = groups.flatMap((group) => group.runs);
	if (all.length === 0) return "no runs";
	const runs = all.filter(isFinished);
	const failed = all.length - runs.length;
	const metrics = unique(runs.flatMap(({ metrics }) => Object.keys(metrics)));
	const params = unique(groups.flatMap(({ params }) => Object.keys(params)));
	const cells = ({ params: values }: RunGroup) =>
		params.map((name) => paramText(ownOf(values, name)));
	const head = params.map((header) => ({ header }));
	const summaryTable = () =>
		table(
			[
				...head,
				{ header: "metric" },
				...["n", "mean", "sd", "min", "max"].map(right),
			],
			groups.flatMap((group) =>
				metrics.map((metric, index) => [
					// Named once per group, as in a printed table.
					...cells(group).map((cell) => (index === 0 ? cell : "")),
					shownName(metric),
					...summaryCells(group.runs, metric),
				]),
			),
		);
	const groupCount =
		groups.length > 1 ? ` in ${plural(groups.length, "group")}` : "";
	return [
		failed === 0
			? `${plural(runs.length, "run")}${groupCount}, sd: sample (n−1)`
			: `${runs.length} of ${plural(all.length, "run")}${groupCount} finished, sd: sample (n−1); ${failed} failed, and ${failed === 1 ? "is" : "are"} in no mean`,
		...(metrics.length > 0 ? [summaryTable()] : []),
		"",
		table(
			[
				{ header: "run" },
				...head,
				...(failed > 0 ? [{ header: "status" }] : []),
				...["seed", ...metrics.map(shownName)].map(right),
			],
			groups.flatMap((group) =>
				group.runs.map((run) => [
					run.id,
					...cells(group),
					...(failed > 0 ? [run.status] : []),
					String(run.seed),
					...metrics.map((metric) =>
						metricText(
							isFinished(run) ? ownOf(run.metrics, metric) : undefined,
						),
					),
				]),
			),
		),
	].join("\n");
}

function summaryCells(runs: readonly TableRun[], metric: string): string[] {
	const values = runs
		.filter(isFinished)
		.map(({ metrics }) => ownOf(metrics, metric))
		.filter((value) => value !== undefined);
	const finite = values.filter(Number.isFinite);
	if (finite.length === 0) return [`0 of ${runs.length}`, "–", "–", "–", "–"];
	const { n, mean, sd, min, max } = summarise(finite);
	const count = n === runs.length ? String(n) : `${n} of ${runs.length}`;
	return [count, ...[mean, sd, min, max].map(metricText)];
}

/** Only the object's own properties: a metric may be called "constructor". */
const ownOf = <T>(object: Readonly<Record<string, T>>, name: string) =>
	Object.hasOwn(object, name) ? object[name] : undefined;

function metricText(value: number | undefined): string {
	return value === undefined ? "–" : formatNumber(value);
}

/** Exactly as the user gave it: a parameter is no measurement to round. */
function paramText(value: ParamValue | undefined): string {
	return value === undefined ? "–" : String(value);
}

function unique(values: readonly string[]): string[] {
	return [...new Set(values)];
}

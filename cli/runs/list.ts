import { truncate } from "../../base/text-width.ts";
import { paramText } from "../../experiment/parameters/overrides/written.ts";
import {
	parseCondition,
	selectRuns,
} from "../../experiment/record/store/query.ts";
import {
	brokenSeals,
	findRun,
	isSealBroken,
	listRuns,
	SEAL_BROKEN,
	type StoredRun,
	statusText,
} from "../../experiment/record/store/store.ts";
import { shownName, table } from "../../widgets/text/text.ts";
import { print, printError, printJson } from "../print.ts";
import type { RunsValues } from "./options.ts";
import { pairs, recordAsJson, shortTime } from "./text.ts";

/** The runs that `--where` and `--sort` mean, and those that could not be read. */
function chosenRuns({ where, sort }: RunsValues): {
	runs: StoredRun[];
	damaged: { message: string }[];
} {
	const { runs, damaged } = listRuns();
	return {
		runs: selectRuns(runs, {
			where: where.map(parseCondition),
			...(sort === undefined ? {} : { sort }),
		}),
		damaged,
	};
}

/** The runs that are named, else those that `--where` means; none without either. */
export function namedRuns(
	references: readonly string[],
	values: RunsValues,
): StoredRun[] {
	if (references.length > 0)
		return references.map((reference) => findRun(reference));
	return values.where.length > 0 ? chosenRuns(values).runs : [];
}

/** `deepdiva runs [list]`. */
export function listCommand(values: RunsValues): number {
	const { runs, damaged } = chosenRuns(values);
	if (values.json) printJson(runs.map(recordAsJson));
	else
		print(
			runs.length > 0
				? listing(runs, mentioned(values))
				: values.where.length > 0
					? "no such runs"
					: "no runs yet",
		);
	const problems = [
		...damaged.map(({ message }) => message),
		...brokenSeals(runs),
	];
	for (const message of problems) printError(`deepdiva: ${message}`);
	return problems.length > 0 ? 1 : 0;
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

const WIDEST = 40;

function listing(runs: readonly StoredRun[], names: readonly string[]): string {
	return table(
		[
			"run",
			"started (UTC)",
			"experiment",
			"status",
			"seed",
			"parameters",
			"metrics",
		].map((header) => ({ header })),
		runs.map((run) => {
			const { record } = run;
			const params = Object.fromEntries(
				Object.entries(record.params).map(([name, { value }]) => [
					name,
					paramText(value),
				]),
			);
			return [
				record.id,
				shortTime(record.started),
				shownName(record.experiment),
				statusText(run),
				record.seed.root,
				truncate(pairs(first(params, names)), WIDEST),
				[
					pairs(headline(record.metrics, names)),
					...(isSealBroken(run) ? [`(${SEAL_BROKEN})`] : []),
				].join(" "),
			];
		}),
	);
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

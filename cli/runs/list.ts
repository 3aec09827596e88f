import { shown } from "../../base/shown-text.ts";
import { truncate } from "../../base/text-width.ts";
import {
	parseCondition,
	selectRuns,
} from "../../experiment/record/store/query.ts";
import {
	brokenSeals,
	findRun,
	listRunSummaries,
	readIfThere,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import type { RunSummary } from "../../experiment/record/store/summary.ts";
import { shownName, table } from "../../widgets/text/text.ts";
import { print, printError, printJson } from "../print.ts";
import type { RunsValues } from "./options.ts";
import { type Row, rowsOf } from "./rows.ts";
import { recordAsJson, shortTime } from "./text.ts";

/** The runs that `--where` and `--sort` mean, and those that could not be read. */
function chosenRuns({ where, sort }: RunsValues): {
	runs: RunSummary[];
	damaged: { message: string }[];
} {
	const { runs, damaged } = listRunSummaries();
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
	return values.where.length > 0 ? wholeRuns(chosenRuns(values).runs) : [];
}

/** Without those that somebody removes while they are read, which it tells. */
const wholeRuns = (runs: readonly RunSummary[]): StoredRun[] =>
	runs.flatMap(({ directory, record }) => {
		const run = readIfThere(directory);
		if (!run)
			printError(
				shown`deepdiva: run ${record.id} was removed meanwhile, and is left out`,
			);
		return run ? [run] : [];
	});

/** `deepdiva runs [list]`. */
export function listCommand(values: RunsValues): number {
	const { runs, damaged } = chosenRuns(values);
	if (values.json) printJson(wholeRuns(runs).map(recordAsJson));
	else
		print(
			runs.length > 0
				? listing(rowsOf(runs, values))
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

const WIDEST = 40;

const listing = (rows: readonly Row[]): string =>
	table(
		[
			"run",
			"started (UTC)",
			"experiment",
			"status",
			"seed",
			"parameters",
			"metrics",
		].map((header) => ({ header })),
		rows.map(({ id, started, experiment, status, seed, params, metrics }) => [
			...[id, shortTime(started), shownName(experiment), status, seed],
			...[truncate(params, WIDEST), metrics],
		]),
	);

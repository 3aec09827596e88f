import {
	parseCondition,
	selectRuns,
} from "../../experiment/record/store/query.ts";
import {
	brokenSeals,
	isSealBroken,
	listRuns,
	SEAL_BROKEN,
	type StoredRun,
	statusText,
} from "../../experiment/record/store/store.ts";
import type { MagicArguments } from "../../magics/definition.ts";
import { shownName, table, truncate } from "../../widgets/text/text.ts";
import { print, printError, printJson } from "../print.ts";
import { pairs, recordAsJson, shortTime } from "./text.ts";

/** The runs that `--where` and `--sort` mean, and those that could not be read. */
export function chosenRuns({ values }: MagicArguments): {
	runs: StoredRun[];
	damaged: { message: string }[];
} {
	const [sort] = values.get("sort") ?? [];
	const { runs, damaged } = listRuns();
	return {
		runs: selectRuns(runs, {
			where: (values.get("where") ?? []).map(parseCondition),
			...(sort === undefined ? {} : { sort }),
		}),
		damaged,
	};
}

/** `deepdiva runs [list]`. */
export function listCommand(args: MagicArguments): number {
	const { runs, damaged } = chosenRuns(args);
	if (args.flags.has("json")) printJson(runs.map(recordAsJson));
	else
		print(
			runs.length > 0
				? listing(runs, mentioned(args))
				: args.values.has("where")
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

/** Names in conditions and the order: what the reader is after. */
function mentioned({ values }: MagicArguments): string[] {
	return [
		...(values.get("where") ?? []).map((text) => parseCondition(text).name),
		...(values.get("sort") ?? []).map((text) => text.replace(/^-/, "")),
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
					String(value),
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

/** The entries with the mentioned names at the head. */
function first<T>(
	entries: Readonly<Record<string, T>>,
	names: readonly string[],
): Record<string, T> {
	const at = (name: string) => Number(!names.includes(name));
	return Object.fromEntries(
		Object.entries(entries).sort(([a], [b]) => at(a) - at(b)),
	);
}

/** Of many metrics those asked for and the few that say how it went. */
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

import { relative } from "node:path";
import { isolated, oneLine, shown } from "../../base/shown-text.ts";
import { inTwoColumns } from "../../base/text-width.ts";
import { describeLeftOut } from "../../experiment/code/left-out.ts";
import { whereCodeIs } from "../../experiment/code/recorded-code.ts";
import { paramText } from "../../experiment/parameters/overrides/written.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import {
	brokenSeals,
	isSealBroken,
	SEAL_BROKEN,
	type StoredRun,
	statusText,
} from "../../experiment/record/store/store.ts";
import { type OpenRun, openRun } from "../../experiment/replay/reference.ts";
import { leaksTable, otherReads } from "../../widgets/text/leaks.ts";
import { print, printError, printJson } from "../print.ts";
import { isForeign } from "../replay/stranger.ts";
import type { RunsValues } from "./options.ts";
import { pairs, recordAsJson } from "./text.ts";

/** What the run's code read that a replay cannot repeat. */
function leaksOf({ leaks, conditions }: RunRecord): string[] {
	const frozen = conditions?.freezeTime;
	return [
		...(conditions?.strictMath ? ["its math was strict"] : []),
		...(frozen === undefined ? [] : [shown`its clock started at ${frozen}`]),
		...(leaks && leaks.leaks.length > 0
			? [
					"read by its code, and not the same in a replay:",
					leaksTable(leaks, leaks.leaks.length),
				]
			: []),
		// The field may be missing in a forged record.
		...(leaks ? otherReads({ ...leaks, untraced: leaks.untraced ?? {} }) : []),
	];
}

function codeText(git: RunRecord["git"]): string {
	if (!git) return "no repository";
	if (git.mode === "ignore") return "ignored";
	const { commit = "no commit", dirty, snapshot } = git;
	const kept = snapshot ? shown` (${snapshot.ref})` : "";
	return shown`${commit}` + (dirty ? ` with changes${kept}` : "");
}

/** What of the work tree the kept code lacks, a line for each reason. */
function notKept(git: RunRecord["git"]): string[] {
	if (!git || git.mode === "ignore") return [];
	const { leftOut, skipped } = git;
	if (leftOut) return describeLeftOut(leftOut);
	return skipped.length > 0 ? [skipped.join(", ")] : [];
}

/** What to read before somebody else's run is replayed. */
function executedFiles({ record: { source, git } }: StoredRun): string {
	const files = [
		...(source.kind === "cell" ? ["cells.json"] : []),
		...(source.file === undefined ? [] : [source.file]),
	];
	const more =
		git === undefined || git.mode === "ignore" ? "" : ", and the code";
	return `${files.join(", ") || "nothing"}${more} (to read, not to run)`;
}

type Row = readonly [name: string, text: string];

/** A record as a page to read. */
async function page(
	{ stored: run, unpacked, carried }: Omit<OpenRun, "close">,
	reference: string,
): Promise<string> {
	const { directory, record } = run;
	// Git is not started in somebody else's folder.
	const foreign = isForeign({ stored: run, carried });
	const folder =
		unpacked === undefined
			? shown`${directory}`
			: shown`${relative(unpacked, directory)} in ${reference}`;
	const rows: readonly Row[] = [
		...rowsOfRun(run),
		...(await rowsOfCode(run, foreign)),
		...rowsOfResults(run),
		...(foreign ? [["executed by a replay", executedFiles(run)] as const] : []),
		["folder", folder],
	];
	return [
		...inTwoColumns(
			rows.map(([name, text]) => [name, isolated(oneLine(text))]),
			"",
		),
		"",
		...Object.entries(record.outputs).map(
			([name, { digest }]) => shown`${digest}  ${name}`,
		),
		...leaksOf(record).map((text) => `\n${text}`),
	].join("\n");
}

/** The seed of a run, or the two of one in which only some streams differ from repeat 0. */
function seedText({ seed, multirun }: RunRecord): string {
	const { run, fixed } = seed;
	return fixed === undefined
		? shown`${run}`
		: shown`${run} of ${multirun?.vary?.join(", ") ?? ""}; ${fixed}, repeat 0's, of all other streams`;
}

function rowsOfRun(run: StoredRun): readonly Row[] {
	const { record } = run;
	const { task, error, seed } = record;
	const params = Object.fromEntries(
		Object.entries(record.params).map(([key, { value }]) => [
			key,
			paramText(value),
		]),
	);
	return [
		["run", shown`${record.id}`],
		["experiment", shown`${record.experiment}`],
		...(task ? [["task", shown`${task}`] as const] : []),
		["status", statusText(run)],
		...(error
			? [["error", shown`${error.name}: ${error.message}`] as const]
			: []),
		["started", shown`${record.started}`],
		["seconds", String((record.milliseconds ?? 0) / 1000)],
		["root seed", shown`${seed.root} (${seed.origin})`],
		["run seed", seedText(record)],
		["repeat", shown`${record.repeat}`],
		["params", pairs(params)],
	];
}

async function rowsOfCode(
	run: StoredRun,
	foreign: boolean,
): Promise<readonly Row[]> {
	const { git } = run.record;
	const code = foreign ? undefined : await whereCodeIs(run);
	return [
		["git", codeText(git)],
		...(code && "missing" in code
			? [["code", shown`gone: ${code.missing}`] as const]
			: []),
		...notKept(git).map((text) => ["not kept", text] as const),
	];
}

function rowsOfResults(run: StoredRun): readonly Row[] {
	const { data, metrics, digest } = run.record;
	const marked = (text: string) =>
		isSealBroken(run) ? `${text} (${SEAL_BROKEN})` : text;
	return [
		...data.map(
			({ path, root, files }) =>
				["data", shown`${path} ${root} (${files} files)`] as const,
		),
		["metrics", marked(pairs(metrics))],
		["digest", marked(shown`${digest}`)],
	];
}

/** `deepdiva runs show [RUN]`. */
export async function showCommand(
	reference: string,
	{ json }: RunsValues,
): Promise<number> {
	const open = await openRun(reference);
	try {
		const { stored: run } = open;
		if (json) printJson(recordAsJson(run));
		else print(await page(open, reference));
		const broken = brokenSeals([run]);
		for (const message of broken) printError(`deepdiva: ${message}`);
		return broken.length > 0 ? 1 : 0;
	} finally {
		open.close();
	}
}

import { cpSync, existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { isWithin, makeFolder } from "../../base/files.ts";
import { isClone, packageRoot } from "../../base/version.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { runsDirectory } from "../../experiment/session.ts";
import { formatNumber, table } from "../../widgets/text/text.ts";
import type { Command } from "../command.ts";
import { print } from "../print.ts";
import { execute } from "./execute.ts";
import { replay } from "./replay.ts";

/**
 * The tutorial in a folder where it may write data and runs: in place for users
 * who work in the clone, else a copy in the working folder.
 */
export function tutorialPath(cwd = process.cwd()): string {
	const name = join("tutorials", "01-first-experiment.ipynb");
	const packaged = join(packageRoot, name);
	if (isClone && isWithin(realpathSync(packageRoot), realpathSync(cwd)))
		return packaged;
	const copy = resolve(cwd, name);
	makeFolder(dirname(copy));
	if (!existsSync(copy)) cpSync(packaged, copy);
	return copy;
}

/** Executes the first tutorial, sums up its runs, and replays the last one. */
async function start(): Promise<number> {
	const began = new Date().toISOString();
	const tutorial = tutorialPath();
	const here = (path: string) => relative(process.cwd(), path) || path;
	const output = join(process.cwd(), "out", basename(tutorial));
	const html = output.replace(/\.ipynb$/, ".html");
	const code = await execute({
		notebook: tutorial,
		output,
		html,
		overrides: {},
	});
	if (code !== 0) return code;
	const runs = listRuns(runsDirectory(dirname(tutorial))).runs.filter(
		({ record }) => record.started >= began,
	);
	const last = runs.at(-1);
	if (!last) throw new Error(`${tutorial} recorded no run`);
	print("");
	// Not a stranger's code: it was recorded a moment ago, from our own notebook.
	const verdict = await replay(last.directory, { yes: true });
	print(
		`\n${table(
			[
				"run",
				"experiment",
				"root seed",
				"run seed",
				"data root",
				"test accuracy",
			].map((header) => ({ header })),
			runs.map(({ record }) => {
				const accuracy =
					record.metrics.test_accuracy ?? record.metrics.val_accuracy;
				return [
					record.id,
					record.experiment,
					record.seed.root,
					record.seed.run,
					record.data[0]?.root.slice(0, 19) ?? "–",
					typeof accuracy === "number" ? formatNumber(accuracy) : "–",
				];
			}),
		)}`,
	);
	print(
		`\nexecuted notebook  ${here(output)}\n                   ${here(html)}`,
	);
	print(
		`replay of ${last.record.id}  ${verdict === 0 ? "identical" : "NOT identical"}`,
	);
	return verdict;
}

export const startCommand: Command = {
	name: "start",
	summary: "Executes the first tutorial, and proves its last run by a replay.",
	positionals: [],
	options: [],
	examples: ["deepdiva start"],
	run: start,
};

import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { answerHere, notebookOf } from "../command-line.ts";
import { byIndex } from "../jobs/told.ts";
import { ROWS, type Row } from "./rows.ts";

/** Runs the command line there; its output. */
async function deepdiva(
	folder: string,
	...words: readonly string[]
): Promise<string> {
	const { status, stdout, stderr } = await answerHere(words, { cwd: folder });
	assert.equal(status, 0, `deepdiva ${words.join(" ")}\n${stdout}${stderr}`);
	return stdout;
}

const recordsIn = (folder: string): RunRecord[] =>
	listRuns(join(folder, "runs")).runs.map(({ record }) => record);

/** What each run is, and what it came to; several processes begin the members of a multirun in any order. */
const outcomes = (folder: string) =>
	byIndex(recordsIn(folder)).map((record) => ({
		experiment: record.experiment,
		identity: record.identity,
		occurrence: record.occurrence,
		seed: record.seed.run,
		digest: record.digest,
	}));

/** An empty project but for packages and the files of the row. */
function project({ files = {} }: Row): string {
	const folder = temporaryFolder();
	writeFiles(folder, { "package.json": "{}", ...files });
	mkdirSync(join(folder, "node_modules"), { recursive: true });
	symlinkSync(packageRoot, join(folder, "node_modules", "deepdiva"));
	return folder;
}

for (const row of ROWS)
	test(`the same runs come out of ${row.of}, executed as a notebook, as its script elsewhere, and replayed`, async () => {
		const folder = project(row);
		writeFileSync(
			join(folder, "nb.ipynb"),
			// Types have tests of their own, and take longer than most rows.
			row.exportsItself
				? notebookOf("%types off", ...row.cells, "%dd export script.ts")
				: notebookOf("%types off\n%dd seed 7", ...row.cells),
		);
		const { options = [] } = row;
		await deepdiva(folder, "execute", "nb.ipynb", ...options);
		const elsewhere = project(row);
		// The script changes to the notebook's folder, which it finds from its own place: a copy changes to the folder of the copy.
		if (!row.exportsItself)
			await deepdiva(folder, "export", "nb.ipynb", "-o", "script.ts");
		cpSync(join(folder, "script.ts"), join(elsewhere, "script.ts"));
		const given = row.exportsItself ? [] : options;
		await deepdiva(elsewhere, "run", "script.ts", ...given);
		const executed = outcomes(folder);
		assert.ok(executed.length > 0);
		assert.deepEqual(outcomes(elsewhere), executed);
		for (const place of [folder, elsewhere]) {
			assert.match(
				await deepdiva(place, "replay", recordsIn(place).at(-1)?.id ?? ""),
				/^identical/m,
			);
		}
	});

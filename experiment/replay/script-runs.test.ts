import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { answerHere } from "../../test/command-line.ts";
import { listRuns, type StoredRun } from "../record/store/store.ts";

test("a script's runs are replayed, also after the script changed", async () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"lib/tools.ts": "export const twice = (x: number): number => 2 * x;\n",
		"code/script.ts": [
			'import * as dd from "deepdiva";',
			'import { twice } from "../lib/tools.ts";',
			"dd.seed(1);",
			'const first = await dd.run({ name: "one", params: { lr: 0.5 } }, ({ lr }) => dd.log({ x: twice(lr) * Math.random() }));',
			'await dd.multirun({ name: "two", n: 3 }, () => dd.log({ x: Math.random() + (first?.outcome.metrics.x ?? 0) }));',
			'await dd.run({ name: "three" }, () => { throw new Error("no"); });',
		].join("\n"),
	});
	const { DEEPDIVA_RUNS: _, ...env } = process.env;
	const deepdiva = (...args: readonly string[]) =>
		answerHere(args, { cwd: folder, env });
	await deepdiva("run", "code/script.ts", "lr=0.25");
	const { runs: made } = listRuns(join(folder, "runs"));
	assert.deepEqual(
		made.map(({ record }) => [record.experiment, record.status]),
		[
			["one", "finished"],
			["two", "finished"],
			["two", "finished"],
			["two", "finished"],
			["three", "failed"],
		],
	);
	const replay = async (run: StoredRun | undefined) => {
		const { stdout } = await deepdiva(
			"replay",
			String(run?.record.id),
			"--json",
		);
		const { identical, parts, failure } = JSON.parse(stdout) as {
			identical: boolean;
			parts: unknown[];
			failure?: string;
		};
		return { identical, count: parts.length, failure };
	};
	assert.deepEqual(await replay(made[2]), {
		identical: true,
		count: 11,
		failure: undefined,
	});
	writeFiles(folder, { "code/script.ts": "something else" });
	assert.deepEqual(await replay(made[0]), {
		identical: true,
		count: 12,
		failure: undefined,
	});
	assert.deepEqual(await replay(made[4]), {
		identical: true,
		count: 8,
		failure: undefined,
	});
	assert.deepEqual(readdirSync(join(folder, "code")), ["script.ts"]);
});

/** `node --import deepdiva/seed` as a user has it: the packed package, in a folder of its own. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { writeFiles } from "../base/test-folder.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "deepdiva-seed-"));
after(() => rmSync(folder, { recursive: true, force: true }));

before(() => {
	const [{ filename }] = JSON.parse(
		execFileSync(
			"npm",
			["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
			{ cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
		),
	);
	const installed = join(folder, "node_modules", "deepdiva");
	mkdirSync(installed, { recursive: true });
	execFileSync("tar", [
		"-xzf",
		join(folder, filename),
		"-C",
		installed,
		"--strip-components=1",
	]);
	symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
	writeFiles(folder, {
		"package.json": "{}",
		"kept.cjs": "module.exports = Math.random;",
		"script.mjs": `
			import { randomUUID } from "node:crypto";
			import { once } from "node:events";
			import { runInNewContext } from "node:vm";
			import { Worker } from "node:worker_threads";
			import kept from "./kept.cjs";
			const text = "require('node:worker_threads').parentPort.postMessage(Math.random())";
			const worker = async () => (await once(new Worker(text, { eval: true, execArgv: [] }), "message"))[0];
			console.log(JSON.stringify([Math.random(), kept(), runInNewContext("Math.random()"), await worker(), await worker(), randomUUID()]));`,
		"library.mjs": `
			import * as dd from "deepdiva";
			const before = Math.random();
			dd.seed(42);
			const { run } = await dd.run({ name: "r" }, () => dd.log({ x: 1 }));
			console.log(JSON.stringify([before, Math.random(), run.rootSeed]));`,
	});
});

function run(
	seed: string | undefined,
	...args: readonly string[]
): { status: number | null; values: unknown[]; stderr: string } {
	const { DEEPDIVA_SEED: _, ...env } = process.env;
	const { status, stdout, stderr } = spawnSync(process.execPath, args, {
		cwd: folder,
		encoding: "utf8",
		env: seed === undefined ? env : { ...env, DEEPDIVA_SEED: seed },
	});
	return { status, values: stdout ? JSON.parse(stdout) : [], stderr };
}

const PRELOAD = ["--import", "deepdiva/seed"];

test("under DEEPDIVA_SEED a plain script draws the same each time, libraries, contexts, workers and ids included", () => {
	const first = run("42", ...PRELOAD, "script.mjs");
	assert.equal(first.stderr, "");
	assert.deepEqual(run("42", ...PRELOAD, "script.mjs").values, first.values);
	assert.equal(new Set(first.values).size, 6);
	const other = run("43", ...PRELOAD, "script.mjs").values;
	for (const [i, value] of first.values.entries())
		assert.notEqual(other[i], value);
});

test("without DEEPDIVA_SEED a seed is drawn, told, and gives the same numbers again; ids stay the system's", () => {
	const drawn = run(undefined, ...PRELOAD, "script.mjs");
	const [, seed] = /root seed (\d+) was drawn/.exec(drawn.stderr) ?? [];
	const again = run(seed, ...PRELOAD, "script.mjs");
	assert.deepEqual(again.values.slice(0, 5), drawn.values.slice(0, 5));
	assert.notEqual(again.values[5], drawn.values[5]);
});

test("what is no seed is refused before the script begins", () => {
	const { status, values, stderr } = run("", ...PRELOAD, "script.mjs");
	assert.equal(status, 2);
	assert.deepEqual(values, []);
	assert.match(stderr, /^DEEPDIVA_SEED: "" is not a seed; give an integer/);
});

test("the library shares the preload's session, and alone follows dd.seed from its call on", () => {
	const both = run("7", ...PRELOAD, "library.mjs").values;
	assert.deepEqual(run("7", ...PRELOAD, "library.mjs").values, both);
	const alone = run(undefined, "library.mjs").values;
	assert.equal(both[2], "42");
	assert.equal(alone[1], both[1]);
	assert.notEqual(alone[0], run(undefined, "library.mjs").values[0]);
});

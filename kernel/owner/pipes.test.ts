import assert from "node:assert/strict";
import { closeSync, readdirSync, writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { openNotebook, textOf } from "../engine/test-notebook.ts";
import { openPipes } from "./pipes.ts";

/** Runs `body` with a variable set. */
async function under<T>(
	[name, value]: readonly [string, string],
	body: () => T | Promise<T>,
): Promise<T> {
	const before = process.env[name];
	process.env[name] = value;
	try {
		return await body();
	} finally {
		if (before === undefined) delete process.env[name];
		else process.env[name] = before;
	}
}

if (process.platform === "linux") {
	test("a pipe carries what is written until its writer is closed, and leaves no file behind", async () => {
		const folder = temporaryFolder();
		const pipes = await under(["TMPDIR", folder], () => openPipes(2));
		assert.deepEqual(readdirSync(folder), []);
		const read = pipes?.map(({ reader }) => text(reader)) ?? [];
		for (const [index, { writer }] of (pipes ?? []).entries()) {
			writeSync(writer, `${index}: `);
			writeSync(writer, "ä");
			closeSync(writer);
		}
		assert.deepEqual(await Promise.all(read), ["0: ä", "1: ä"]);
	});

	test("a program that a cell starts can open by name what it prints to", async () => {
		const { execute } = await openNotebook();
		const cell = await execute(
			'require("node:child_process").spawnSync("echo out > /dev/stdout; echo error > /dev/stderr", { shell: true, stdio: "inherit" });',
		);
		assert.equal(textOf(cell, "stdout"), "out\n");
		assert.equal(textOf(cell, "stderr"), "error\n");
	});
}

for (const [name, variable] of [
	["no program makes pipes", ["PATH", ""]],
	["there is no place for them", ["TMPDIR", "/nowhere"]],
] as const)
	test(`where ${name}, Node's own serve`, async () => {
		assert.equal(await under(variable, () => openPipes(1)), undefined);
		const cwd = temporaryFolder();
		const { execute } = await under(variable, () => openNotebook({ cwd }));
		assert.equal(textOf(await execute("console.log(1)")), "1\n");
	});

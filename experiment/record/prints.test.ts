import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { session } from "../session.ts";
import { listRuns, verifyFiles } from "./store/store.ts";
import { openTestSession, recordRun } from "./test-record.ts";

const printed = (directory: string, stream = "stdout") =>
	readFileSync(join(directory, `${stream}.log`), "utf8");

test("what a run prints is recorded, and nothing that others print", async () => {
	openTestSession();
	session().observers.add({
		event: () => console.log("a listener"),
		runStarted: () => console.log("a listener"),
	});
	const elsewhere = setInterval(() => console.log("elsewhere"), 1);
	const run = (name: string) =>
		recordRun(async (run) => {
			for (let i = 0; i < 3; i++) {
				console.log(`${name} ${i}`);
				run.log({ i });
				await new Promise((done) => setTimeout(done, 5));
			}
			console.error("größe %d", 1);
			const bytes = Buffer.from("ü\n");
			process.stdout.write(bytes.subarray(0, 1));
			process.stdout.write(bytes.subarray(1));
		});
	const [a, b] = await Promise.all([run("a"), run("b")]);
	clearInterval(elsewhere);
	console.log("afterwards");
	assert.equal(printed(a.directory), "a 0\na 1\na 2\nü\n");
	assert.equal(printed(b.directory), "b 0\nb 1\nb 2\nü\n");
	assert.equal(printed(a.directory, "stderr"), "größe 1\n");
	assert.deepEqual(verifyFiles(a), []);
	assert.ok(!("stdout.log" in a.record.outputs));
});

test("a run that prints nothing has no file for it", async () => {
	openTestSession();
	const { directory } = await recordRun(() => undefined);
	assert.equal(existsSync(join(directory, "stdout.log")), false);
});

test("a run that prints for ever does not fill the disk", async () => {
	openTestSession();
	const { write } = process.stdout;
	const line = `${"x".repeat(1 << 20)}\n`;
	const { directory } = await recordRun((run) => {
		for (let i = 0; i < 20; i++) run.print("stdout", line);
	});
	assert.equal(process.stdout.write, write);
	const text = printed(directory);
	assert.ok(text.length < 18 << 20);
	assert.ok(text.endsWith("[what was printed after this is not recorded]\n"));
});

test("an error is recorded with the user's line", async () => {
	const root = openTestSession();
	const folder = temporaryFolder();
	writeFiles(folder, {
		"user.mjs":
			"export function fail(values) {\n\treturn values.map((value) => value.missing.length);\n}\n",
	});
	const { fail } = (await import(
		pathToFileURL(join(folder, "user.mjs")).href
	)) as { fail: (values: unknown[]) => void };
	await assert.rejects(recordRun(() => fail([{}])));
	const error = listRuns(root).runs[0]?.record.error;
	assert.equal(error?.name, "TypeError");
	assert.equal(error?.place?.line, 2);
	assert.match(error?.place?.name ?? "", /user\.mjs$/);
	assert.equal(
		error?.place?.code,
		"return values.map((value) => value.missing.length);",
	);
});

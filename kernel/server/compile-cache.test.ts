import assert from "node:assert/strict";
import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { KernelClient } from "../../test/kernel-client.ts";
import { compileCachePath, keepCompiledCode } from "./compile-cache.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-cache-"));

async function startAndEnd(): Promise<void> {
	const kernel = await KernelClient.start();
	await kernel.request("execute_request", { code: "1" });
	await kernel.request("shutdown_request", {}, "control");
	assert.equal(await kernel.ended(), 0);
}

/** When each file was written. */
const writtenIn = (path: string) =>
	new Map(
		readdirSync(path, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name))
			.map((file) => [file, statSync(file).mtimeMs]),
	);

test("what a kernel compiled at one start is there for the next", async (context) => {
	context.after(() => rmSync(folder, { recursive: true, force: true }));
	delete process.env.NODE_COMPILE_CACHE;
	process.env.XDG_CACHE_HOME = folder;
	const path = join(folder, "deepdiva", "compiled");
	assert.equal(compileCachePath(), path);
	assert.ok(!existsSync(path));
	await startAndEnd();
	const compiled = writtenIn(path);
	assert.ok(compiled.size > 100, `${compiled.size} files`);
	await startAndEnd();
	const again = writtenIn(path);
	// What was not taken would have been compiled, and written, again.
	for (const [file, time] of compiled) assert.equal(again.get(file), time);
});

test("compiled code is not taken from a folder that others can write to, which is said once", async (context) => {
	if (process.platform === "win32") return context.skip("no modes there");
	const shared = mkdtempSync(join(tmpdir(), "deepdiva-shared-"));
	context.after(() => rmSync(shared, { recursive: true, force: true }));
	chmodSync(shared, 0o777);
	for (const env of [
		{ XDG_CACHE_HOME: shared },
		{ NODE_COMPILE_CACHE: shared },
		{ NODE_COMPILE_CACHE: join(shared, "compiled") },
	] as NodeJS.ProcessEnv[]) {
		const said: string[] = [];
		keepCompiledCode(env, (sentence) => said.push(sentence));
		assert.equal(env.NODE_COMPILE_CACHE, undefined);
		assert.equal(said.length, 1);
		assert.match(
			said[0] ?? "",
			/^Compiled code is not kept, .*can be changed by every user; .*chmod go-w/,
		);
	}
	process.env.XDG_CACHE_HOME = shared;
	delete process.env.NODE_COMPILE_CACHE;
	await startAndEnd();
	process.env.XDG_CACHE_HOME = folder;
	assert.deepEqual(
		readdirSync(shared, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ name }) => name),
		[],
	);
});

test("a kernel whose cache folder cannot be written starts as well", async (context) => {
	context.after(() => {
		delete process.env.NODE_COMPILE_CACHE;
	});
	process.env.NODE_COMPILE_CACHE = join(process.execPath, "no folder");
	await startAndEnd();
});

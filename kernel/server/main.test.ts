import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { anyPorts } from "../../test/connection.ts";
import { KernelClient, spawnKernel } from "../../test/kernel-client.ts";

test("a kernel answers what it is, runs a cell, keeps its history, and exits with 0", async (context) => {
	const kernel = await KernelClient.start();
	context.after(() => kernel.process.kill());
	const info = await kernel.request("kernel_info_request");
	assert.equal(info.reply.content.protocol_version, "5.5");

	const { reply, messages } = await kernel.request("execute_request", {
		code: 'console.log("one"); 6 * 7',
	});
	assert.deepEqual(
		messages.map(({ header, content }) => [
			header.msg_type,
			content.execution_state ?? content.text ?? content.execution_count,
		]),
		[
			["status", "busy"],
			["execute_input", 1],
			["stream", "one\n"],
			["execute_result", 1],
			["status", "idle"],
		],
	);
	assert.deepEqual(reply.content, {
		status: "ok",
		execution_count: 1,
		user_expressions: {},
		payload: [],
	});

	const history = await kernel.request("history_request", {
		hist_access_type: "tail",
		output: true,
		n: 1,
	});
	assert.deepEqual(history.reply.content.history, [
		[1, 1, ['console.log("one"); 6 * 7', "42"]],
	]);
	assert.match(kernel.history(), /"output":"42"/);

	const end = await kernel.request("shutdown_request", {}, "control");
	assert.deepEqual(end.reply.content, { status: "ok", restart: false });
	assert.equal(await kernel.ended(), 0);
});

test("a kernel that cannot start says why and exits with 1", async () => {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-main-"));
	const malformed = join(folder, "malformed.json");
	writeFileSync(malformed, "{");
	for (const [args, problem] of [
		[[], /The path of a connection file is missing/],
		[["nowhere.json"], /nowhere\.json cannot be read: there is no such file/],
		[["-f", "nowhere.json"], /file nowhere\.json cannot be read/],
		[["--connection-file=nowhere.json"], /file nowhere\.json cannot be read/],
		[[malformed], /malformed\.json is not a JSON object/],
	] as const) {
		const child = spawnKernel(args, folder);
		const message = text(child.stderr);
		assert.deepEqual(await once(child, "exit"), [1, null]);
		assert.match(await message, problem);
	}
	rmSync(folder, { recursive: true, force: true });
});

test("a kernel or command in a folder that was deleted says so", async () => {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-gone-"));
	const command = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
	const connection = join(tmpdir(), `deepdiva-gone-${process.pid}.json`);
	writeFileSync(connection, JSON.stringify({ ...anyPorts, key: "key" }));
	for (const [args, code] of [
		[[fileURLToPath(new URL("./main.ts", import.meta.url)), connection], 1],
		[[command, "repl"], 2],
	] as const) {
		const program = [process.execPath, ...args].map((word) => `'${word}'`);
		const child = spawn(
			"/bin/sh",
			["-c", `rm -r "$PWD"; exec ${program.join(" ")}`],
			{ cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
		);
		const message = text(child.stderr);
		assert.deepEqual(await once(child, "exit"), [code, null]);
		assert.match(await message, /working folder is not there any more/);
		mkdirSync(folder);
	}
	rmSync(folder, { recursive: true });
	rmSync(connection);
});

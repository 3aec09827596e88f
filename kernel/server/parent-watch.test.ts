/** Processes that are killed, and what they leave behind: nothing. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../base/test-folder.ts";
import { anyPorts } from "../../test/connection.ts";
import { KernelClient } from "../../test/kernel-client.ts";
import { allEnd, lives, NO_PROC } from "../../test/processes.ts";
import { until } from "../../test/until.ts";
import { openNotebook } from "../engine/test-notebook.ts";
import { launchPlainly } from "../protocol/launch.ts";
import {
	CHANNEL_DESCRIPTOR,
	CONTROL_DESCRIPTOR,
} from "../protocol/messages.ts";
import { kernelParent } from "./parent-watch.ts";

/** Runs code as a module in a process that the test can kill. */
function parentProcess(context: TestContext, code: string): ChildProcess {
	const file = join(temporaryFolder(), "parent.mts");
	writeFileSync(file, code);
	const child = spawn(
		process.execPath,
		["--disable-warning=ExperimentalWarning", file],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	context.after(() => child.kill("SIGKILL"));
	return child;
}

/** The numbers of processes that it prints, a line each, up to "ready". */
async function printedIds({ stdout }: ChildProcess): Promise<number[]> {
	assert.ok(stdout);
	const ids: number[] = [];
	for await (const line of createInterface({ input: stdout })) {
		if (line === "ready") return ids;
		ids.push(Number(line));
	}
	throw new Error("the parent ended early");
}

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url));

/** Cells that are still at work when the owner is killed; each prints the processes that it is and has started. */
const STATES = [
	"console.log(process.pid)",
	"console.log(process.pid); setInterval(() => undefined, 1000); await new Promise(() => undefined)",
	"console.log(process.pid); for (;;);",
	"console.log(process.pid); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
	'console.log(process.pid); process.getBuiltinModule("node:child_process").execSync("echo $$ >&2; sleep 1000", { stdio: "inherit" });',
	"console.log(process.pid);\n!echo $$; sleep 1000",
	'console.log(process.pid); prompt("?")',
];

test("an engine whose owner is killed ends, whatever its cell is doing, and so does what the cell has started", {
	skip: NO_PROC,
}, async (context) => {
	const parent = parentProcess(
		context,
		`import { Engine } from ${url("../owner/owner.ts")};
			const states = ${JSON.stringify(STATES)};
			await Promise.all(states.map(async (code, index) => {
				const engine = await Engine.start({ cwd: import.meta.dirname, input: () => new Promise(() => undefined) });
				let text = "";
				const wanted = /echo/.test(code) ? 2 : 1;
				await new Promise((resolve) => {
					engine.on("output", (_, output) => {
						if (output.type !== "stream") return;
						text += output.text;
						if (text.trim().split("\\n").length >= wanted) resolve();
					});
					void engine.execute("cell", { code, executionCount: 1 });
				});
				process.stdout.write(text);
			}));
			console.log("ready");`,
	);
	const ids = await printedIds(parent);
	assert.equal(ids.length, STATES.length + 2);
	assert.ok(ids.every(lives));
	parent.kill("SIGKILL");
	await allEnd(ids);
});

test("an engine does not end before what its cells have started, however late it learns that its owner is gone", {
	skip: NO_PROC,
}, async () => {
	let child: ChildProcess | undefined;
	const notebook = await openNotebook({
		launcher: {
			...launchPlainly,
			started: (started) => {
				child = started;
			},
		},
	});
	const printed = notebook.printed(/\d+\n\d+\n/);
	void notebook.execute("console.log(process.pid);\n!echo $$; sleep 1000");
	const ids = (await printed).trim().split("\n").map(Number);
	assert.ok(child);
	// As when the owner's pipes are closed one by one, and nobody is left to end the group.
	child.removeAllListeners("exit");
	const [control, channel] = [CONTROL_DESCRIPTOR, CHANNEL_DESCRIPTOR].map(
		(descriptor) => child?.stdio[descriptor as 0] as unknown as Duplex,
	);
	channel?.pause();
	child.disconnect();
	await sleep(1000);
	assert.ok(ids.every(lives));
	control?.destroy();
	await allEnd(ids);
	// A shutdown waits for pipes that nobody reads here, unless the end is known.
	await until(
		() => child?.exitCode !== null || child?.signalCode !== null,
		"the engine's exit",
	);
});

test("a kernel and a command end when the process that started them is killed, in a busy loop too", {
	skip: NO_PROC,
}, async (context) => {
	const folder = temporaryFolder();
	const busy = join(folder, "busy.ts");
	writeFileSync(busy, 'console.log("begun"); for (;;);');
	const connection = join(folder, "connection.json");
	writeFileSync(connection, JSON.stringify({ ...anyPorts, key: "key" }));
	const parent = parentProcess(
		context,
		`import { spawn } from "node:child_process";
			import { fileURLToPath } from "node:url";
			const kernel = spawn(process.execPath, [fileURLToPath(${url("./main.ts")}), ${JSON.stringify(connection)}], { stdio: "ignore" });
			const command = spawn(process.execPath, [fileURLToPath(${url("../../cli/main.ts")}), "run", ${JSON.stringify(busy)}], {
				stdio: ["ignore", "pipe", "ignore"],
				env: { ...process.env, DEEPDIVA_PARENT: String(process.pid) },
			});
			await new Promise((resolve) => command.stdout.once("data", resolve));
			console.log(kernel.pid);
			console.log(command.pid);
			console.log("ready");`,
	);
	const ids = await printedIds(parent);
	assert.ok(ids.every(lives));
	parent.kill("SIGKILL");
	await allEnd(ids);
});

test("a kernel's parent is the process that Jupyter names, else the one that started it", () => {
	assert.deepEqual(kernelParent({}), { pid: process.ppid, direct: true });
	assert.deepEqual(kernelParent({ JPY_PARENT_PID: String(process.ppid) }), {
		pid: process.ppid,
		direct: true,
	});
	if (process.platform !== "win32")
		assert.deepEqual(kernelParent({ JPY_PARENT_PID: "1" }), {
			pid: 1,
			direct: process.ppid === 1,
		});
});

test("a kernel without a home, a cache and a temporary folder answers, and keeps its history in memory", {
	skip: process.platform !== "linux" && "there is no /proc",
}, async (context) => {
	const kernel = await KernelClient.start({
		HOME: "/proc/nowhere",
		TMPDIR: "/proc/nowhere",
		DEEPDIVA_HISTORY: undefined,
		NODE_COMPILE_CACHE: undefined,
		XDG_CACHE_HOME: undefined,
	});
	context.after(() => kernel.process.kill("SIGKILL"));
	const { reply } = await kernel.request("execute_request", { code: "1 + 1" });
	assert.equal(reply.content.status, "ok");
	const history = await kernel.request("history_request", {
		hist_access_type: "tail",
		n: 1,
	});
	assert.deepEqual(history.reply.content.history, [[1, 1, "1 + 1"]]);
	await kernel.request("shutdown_request", {}, "control");
	assert.equal(await kernel.ended(), 0);
});

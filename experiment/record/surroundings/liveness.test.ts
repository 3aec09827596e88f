import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { after, test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { until } from "../../../test/until.ts";
import {
	describeProcess,
	isAlive,
	type ProcessIdentity,
	thisProcess,
} from "./liveness.ts";

const module = new URL("./liveness.ts", import.meta.url).href;

/** Another process, and how it names itself. */
async function other() {
	const child = spawn(
		process.execPath,
		[
			"--input-type=module",
			"--eval",
			`import { thisProcess } from ${JSON.stringify(module)};
			console.log(JSON.stringify(thisProcess()));
			setInterval(() => undefined, 1000);`,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	const [line] = await once(child.stdout, "data");
	return { child, identity: JSON.parse(String(line)) as ProcessIdentity };
}

test("this process is alive", () => {
	assert.equal(isAlive(thisProcess()), true);
	assert.equal(thisProcess().pid, process.pid);
});

test("a process is alive until it is killed", async () => {
	const { child, identity } = await other();
	assert.equal(isAlive(identity), true);
	child.kill("SIGKILL");
	await once(child, "exit");
	assert.equal(isAlive(identity), false);
});

test("a later process of the same number is another one", {
	skip: process.platform !== "linux" && "only Linux tells when one started",
}, () => {
	const identity = thisProcess();
	assert.ok(identity.started);
	assert.equal(
		isAlive({ ...identity, started: `${identity.started}0` }),
		false,
	);
});

test("a process of another host, boot or container cannot be asked", () => {
	const identity = thisProcess();
	assert.equal(isAlive({ pid: 1 << 22, host: "other" }), "elsewhere");
	if (identity.started === undefined) return;
	assert.equal(isAlive({ ...identity, started: "boot/1" }), "elsewhere");
	assert.equal(isAlive({ ...identity, numbers: "pid:[1]" }), "elsewhere");
});

test("a process names the task of SLURM that it is", () => {
	const slurm = (env: NodeJS.ProcessEnv) => describeProcess(env).slurm;
	assert.equal(slurm({}), undefined);
	assert.deepEqual(slurm({ SLURM_JOB_ID: "12" }), { job: "12", restarts: 0 });
	assert.deepEqual(
		slurm({
			SLURM_JOB_ID: "14",
			SLURM_ARRAY_JOB_ID: "12",
			SLURM_ARRAY_TASK_ID: "2",
			SLURM_RESTART_COUNT: "1",
		}),
		{ job: "12", task: "2", restarts: 1 },
	);
});

test("a process that has ended is not alive, though its parent has not asked how", {
	skip: process.platform !== "linux" && "only Linux shows what has ended",
}, async () => {
	const script = `import { thisProcess } from ${JSON.stringify(module)};
		console.log(JSON.stringify(thisProcess()));
		process.stdin.on("end", () => {}).resume();`;
	// The shell becomes a program that asks nothing.
	const parent = spawn(
		"sh",
		[
			"-c",
			'"$0" --input-type=module --eval "$1" <&3 & exec sleep 600',
			process.execPath,
			script,
		],
		{ stdio: ["ignore", "pipe", "inherit", "pipe"] },
	);
	after(() => parent.kill("SIGKILL"));
	const [line] = await once(parent.stdout as Readable, "data");
	const identity = JSON.parse(String(line)) as ProcessIdentity;
	assert.equal(isAlive(identity), true);
	(parent.stdio[3] as Writable).end();
	await until(
		() => !isAlive(identity),
		"a process that has ended is not alive",
	);
	assert.equal(process.kill(identity.pid, 0), true, "it is still listed");
});

test("a process is known by its start, whatever it is called", {
	skip: process.platform !== "linux" && "only Linux tells when one started",
}, async () => {
	const name = join(temporaryFolder(), "x) S 1 (y) Z");
	symlinkSync("/bin/sleep", name);
	const child = spawn(name, ["600"]);
	after(() => child.kill("SIGKILL"));
	await once(child, "spawn");
	const { pid = 0 } = child;
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	assert.ok(stat.includes("(x) S 1 (y) Z)"), stat);
	const [boot] = (thisProcess().started ?? "").split("/");
	const start = stat.split(") ").at(-1)?.split(" ")[19];
	const { host } = thisProcess();
	assert.equal(isAlive({ pid, host, started: `${boot}/${start}` }), true);
	assert.equal(isAlive({ pid, host, started: `${boot}/1${start}` }), false);
});

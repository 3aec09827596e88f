import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { isAlive, type ProcessIdentity, thisProcess } from "./liveness.ts";

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

test("a process of another host is taken at its word", () => {
	assert.equal(isAlive({ pid: 1 << 22, host: "elsewhere" }), true);
});

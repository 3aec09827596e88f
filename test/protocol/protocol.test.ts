/** The kernel as Jupyter's own client sees it. The promises are in the .py files, one test each. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "../../kernel/install/install.ts";
import { pythonWith } from "../python.ts";

let folder: string;

before(() => {
	folder = mkdtempSync(join(tmpdir(), "deepdiva-protocol-"));
	install({ prefix: folder });
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [file, promise] of [
	[
		"execute.py",
		"jupyter_client runs cells, in order, and an error stops those that wait",
	],
	[
		"requests.py",
		"jupyter_client gets completions, inspections, history and kernel info",
	],
	[
		"shutdown.py",
		"jupyter_client shuts the kernel down and restarts it; orphans end by themselves",
	],
	[
		"comms.py",
		"jupyter_client exchanges comm messages with the kernel, also while a cell runs",
	],
	[
		"subshells.py",
		"jupyter_client runs cells in subshells beside the main shell",
	],
	["stdin.py", "jupyter_client is asked for input"],
	[
		"type_errors.py",
		"jupyter_client gets a cell's type errors above its output; strict runs nothing",
	],
	["encryption.py", "jupyter_client and the kernel encrypt with CurveZMQ"],
	["hostile.py", "whatever comes over the sockets, the kernel goes on"],
	[
		"wire.py",
		"the kernel's sockets check signatures, keep addresses and lose nothing",
	],
] as const)
	test(promise, { timeout: 200_000 }, async (context) => {
		const python = pythonWith(["jupyter_client"], context);
		if (!python) return;
		const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
		// -B leaves no __pycache__ in the source.
		const child = spawn(python, ["-B", path], {
			// Else it would outlive a test that takes too long, and hold up all.
			signal: context.signal,
			killSignal: "SIGKILL",
			stdio: ["ignore", "inherit", "pipe"],
			env: {
				...process.env,
				JUPYTER_PATH: join(folder, "share", "jupyter"),
				DEEPDIVA_RUNS: join(folder, "runs"),
				DEEPDIVA_HISTORY: join(folder, `${file}.history.jsonl`),
			},
		});
		const report = text(child.stderr);
		const [code] = await once(child, "close");
		assert.equal(code, 0, await report);
	});

test("the README of the protocol tests has all 39 statements and names only tests that exist", () => {
	const here = new URL("./", import.meta.url);
	const sources = [here, new URL("../conformance/", here)].flatMap(
		(directory) =>
			readdirSync(directory)
				.filter((name) => name.endsWith(".py"))
				.map((name) => readFileSync(new URL(name, directory), "utf8")),
	);
	const readme = readFileSync(new URL("README.md", here), "utf8");
	const statements = [...readme.matchAll(/^\| (\d+) \|.*`test_/gm)];
	assert.deepEqual(
		statements.map(([, number]) => Number(number)),
		Array.from({ length: 39 }, (_, i) => i + 1),
	);
	for (const [, name] of readme.matchAll(/`(test_\w+)`/g))
		assert.ok(
			sources.some((source) => source.includes(`def ${name}(`)),
			name,
		);
});

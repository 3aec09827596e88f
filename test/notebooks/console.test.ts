/** Jupyter's front ends for the terminal. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { pythonWith } from "../python.ts";
import { type JupyterHome, jupyterHome } from "./jupyter-home.ts";

let home: JupyterHome;
before(async () => {
	home = await jupyterHome();
});
after(() => home.remove());

test("jupyter console runs cells of several lines, completes with Tab, and Ctrl-C ends an endless loop", (context) => {
	const python = pythonWith(["jupyter_console", "pexpect"], context);
	if (!python) return;
	const transcript = join(home.folder, "console.txt");
	const { status, stderr } = spawnSync(
		python,
		["-B", fileURLToPath(new URL("./console.py", import.meta.url)), transcript],
		{ cwd: home.folder, env: home.env, encoding: "utf8" },
	);
	assert.equal(
		status,
		0,
		`${stderr}\n${readFileSync(transcript, { encoding: "utf8", flag: "a+" })}`,
	);
});

test("jupyter run prints what a piped cell shows, and ends with 1 where it fails", (context) => {
	const python = pythonWith(["jupyter_client"], context);
	if (!python) return;
	const run = (input: string) =>
		spawnSync(python, ["-m", "jupyter_client.runapp", "--kernel", "deepdiva"], {
			cwd: home.folder,
			env: home.env,
			encoding: "utf8",
			input,
		});
	const good = run("const a: number = 40;\nconsole.log('hello');\na + 2");
	assert.equal(good.status, 0, good.stderr);
	assert.equal(good.stdout.trimEnd(), "hello\n42");
	const bad = run("null.x");
	assert.equal(bad.status, 1);
	assert.match(bad.stderr, /TypeError.*Cannot read properties of null/);
});

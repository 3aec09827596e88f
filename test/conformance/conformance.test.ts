/** The kernel before the two public test suites for Jupyter kernels. What they ask is in the .py files. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonWith } from "../python.ts";
import { pythonWithKernelTest } from "./debian.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "deepdiva-conformance-"));

before(() =>
	promisify(execFile)(process.execPath, [
		here("../../bin/deepdiva.js"),
		"install",
		"--prefix",
		folder,
	]),
);
after(() => rmSync(folder, { recursive: true, force: true }));

const withJupyterClient = (context: TestContext) =>
	pythonWith(["jupyter_client"], context);

for (const [file, promise, findPython] of [
	[
		"kernel_test_kit.py",
		"an installed kernel passes Jupyter's own kernel tests, jupyter_kernel_test",
		pythonWithKernelTest,
	],
	[
		"newer_kit.py",
		"it gives what newer versions of jupyter_kernel_test ask: the welcome, all kinds of history, no pause after a reply",
		withJupyterClient,
	],
	[
		"testbed.py",
		"it answers what the kernel-testbed of runtimed asks",
		withJupyterClient,
	],
] as const)
	test(promise, { timeout: 200_000 }, async (context) => {
		const python = findPython(context);
		if (!python) return;
		// -B leaves no __pycache__ in the source.
		const child = spawn(python, ["-B", here(`./${file}`)], {
			// Else it would outlive a test that takes too long, and hold up all.
			signal: context.signal,
			killSignal: "SIGKILL",
			stdio: ["ignore", "inherit", "pipe"],
			env: {
				...process.env,
				JUPYTER_PATH: join(folder, "share", "jupyter"),
				PYTHONPATH: here("../protocol"),
				DEEPDIVA_HISTORY: join(folder, `${file}.history.jsonl`),
			},
		});
		const report = text(child.stderr);
		const [code] = await once(child, "close");
		assert.equal(code, 0, await report);
	});

import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../base/test-folder.ts";
import { notebookOf } from "../../test/command-line.ts";
import { pythonWith } from "../../test/python.ts";
import { copyInstallation } from "./test-installation.ts";

const folder = temporaryFolder();
const place = join(folder, "it's a $clone");
const kernels = join(folder, "share", "jupyter", "kernels");
const script = join(kernels, "deepdiva", "start.sh");
const MESSAGE = `DeepDIVA was installed from ${place}, but ${place}/dist/bundle/kernel/server/main.js is gone. In the place where its clone is now, run: npm ci && node bin/deepdiva.js install --prefix ${folder}`;

before(() => {
	copyInstallation(place);
	const { status, stderr } = spawnSync(
		process.execPath,
		[join(place, "bin", "deepdiva.js"), "install", "--prefix", folder],
		{ cwd: folder, encoding: "utf8" },
	);
	assert.equal(status, 0, stderr);
});

/** Runs a body while the installation is elsewhere. */
function whileMoved<T>(body: () => T): T {
	renameSync(place, `${place}-`);
	try {
		return body();
	} finally {
		renameSync(`${place}-`, place);
	}
}

const run = (
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> =>
	spawnSync(file, args, {
		cwd: folder,
		encoding: "utf8",
		timeout: 120_000,
		env: {
			...process.env,
			JUPYTER_PATH: join(folder, "share", "jupyter"),
			DEEPDIVA_HISTORY: join(folder, "history.jsonl"),
			...env,
		},
	});

/** What jupyter_client gets for a cell; `python` first on PATH, as in an activated environment. */
function cell(python: string, code: string) {
	const client = fileURLToPath(new URL("./run_cell.py", import.meta.url));
	const { stdout, stderr } = run(python, ["-B", client, code], {
		PATH: `${join(python, "..")}:${process.env.PATH}`,
	});
	try {
		return JSON.parse(stdout) as {
			status: string;
			outputs: { name?: string; text?: string; evalue?: string }[];
			returncode: number;
		};
	} catch {
		throw new Error(stderr);
	}
}

test("the script becomes the kernel, whose exit code and errors are its own", () => {
	const { status, stderr } = run("/bin/sh", [script]);
	assert.equal(status, 1);
	assert.match(stderr, /^The path of a connection file is missing\./);
});

test("jupyter_client starts the kernel by the kernelspec, interrupts it and shuts it down", (context) => {
	const python = pythonWith(["jupyter_client"], context);
	if (!python) return;
	const { status, outputs, returncode } = cell(python, 'console.log("here")');
	assert.deepEqual([status, outputs[0]?.text, returncode], ["ok", "here\n", 0]);
});

test("when the installation is gone, a cell's error says where it was and what to do", (context) => {
	const python = pythonWith(["jupyter_client", "ipykernel"], context);
	if (!python) return;
	const { status, outputs, returncode } = whileMoved(() =>
		cell(python, "const x: number = 1"),
	);
	assert.equal(status, "error");
	assert.equal(outputs[0]?.evalue, MESSAGE);
	assert.equal(typeof returncode, "number");
});

test("nbclient reports the same", (context) => {
	const python = pythonWith(["nbclient", "ipykernel"], context);
	if (!python) return;
	const execute = fileURLToPath(
		new URL("../../test/notebooks/execute.py", import.meta.url),
	);
	const notebook = join(folder, "nb.ipynb");
	writeFileSync(notebook, notebookOf("1"));
	const { status, stderr } = whileMoved(() =>
		run(python, ["-B", execute, notebook, join(folder, "out.ipynb")], {
			PATH: `${join(python, "..")}:${process.env.PATH}`,
		}),
	);
	assert.equal(status, 1);
	assert.ok(stderr.includes(`InstallationMissing: ${MESSAGE}`), stderr);
});

test("without a Python that has ipykernel the message is on standard error, and the exit code is 1", () => {
	const { status, stderr } = whileMoved(() =>
		run("/bin/sh", [script, "connection.json"], { PATH: "/nowhere" }),
	);
	assert.equal(status, 1);
	assert.equal(stderr, `${MESSAGE}\n`);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { writeScript } from "./script.ts";

/** Stand-ins that say how they are called, in folders of the project. */
function standIns(project: string, ...paths: readonly string[]): void {
	for (const path of paths) {
		writeFiles(project, {
			[path]: `#!/bin/sh\necho ${path} in $(basename "$PWD"): "$@"\n`,
		});
		chmodSync(join(project, path), 0o755);
	}
}

/** Runs a shell script from elsewhere, with the project's `bin` on PATH. */
const runShell = (project: string, shell: string, PATH = "") =>
	spawnSync(shell, ["lr=0.1", "a b"], {
		encoding: "utf8",
		cwd: "/",
		env: { PATH: `${PATH || join(project, "bin")}:/usr/bin:/bin` },
	});

test("a script is written with a shell script beside it that runs it with its arguments, by the project's own deepdiva", () => {
	const project = temporaryFolder();
	writeFiles(project, { "package.json": "{}", "package-lock.json": "{}" });
	standIns(project, "bin/npm", "bin/deepdiva", "node_modules/.bin/deepdiva");
	const file = join(project, "deep er", "it's.ts");
	assert.deepEqual(writeScript(file, "let a;\n"), [
		file,
		file.replace(".ts", ".sh"),
	]);
	assert.equal(readFileSync(file, "utf8"), "let a;\n");
	const shell = file.replace(".ts", ".sh");
	assert.equal(statSync(shell).mode & 0o777, 0o755);
	const ran = "in deep er: run ./it's.ts lr=0.1 a b\n";
	assert.equal(
		runShell(project, shell).stdout,
		`node_modules/.bin/deepdiva ${ran}`,
	);
	rmSync(join(project, "node_modules"), { recursive: true });
	assert.equal(
		runShell(project, shell).stdout,
		`bin/npm in ${basename(project)}: ci\nbin/deepdiva ${ran}`,
	);
});

test("where deepdiva is neither in the project nor on PATH, a shell script says how to install it, and runs nothing of its folder", () => {
	const project = temporaryFolder();
	writeFiles(project, { "package.json": "{}" });
	const file = join(project, "a.ts");
	writeScript(file, "");
	standIns(project, "deepdiva");
	for (const PATH of ["/nowhere", "."]) {
		const { status, stdout, stderr } = runShell(
			project,
			join(project, "a.sh"),
			PATH,
		);
		assert.deepEqual([status, stdout], [2, ""]);
		assert.match(
			stderr,
			/^deepdiva is neither in this project's node_modules\/\.bin nor on PATH; in a clone of DeepDIVA \d+\.\d+\.\d+ run: npm ci && node bin\/deepdiva\.js install\n$/,
		);
	}
});

test("in a clone of DeepDIVA a shell script starts the clone's own command", () => {
	const project = temporaryFolder();
	writeFiles(project, { "package.json": "{}" });
	standIns(project, "bin/deepdiva.js");
	writeScript(join(project, "tutorials", "a.ts"), "");
	assert.match(
		runShell(project, join(project, "tutorials", "a.sh")).stdout,
		/^bin\/deepdiva\.js in tutorials: run /,
	);
});

test("a script's name ends in .ts", () => {
	assert.throws(() => writeScript("replay.js", ""), {
		name: "UsageError",
		message:
			'"replay.js" does not end in .ts; name the script, for example replay.ts',
	});
});

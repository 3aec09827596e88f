import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../data/test-folder.ts";
import { writeScript } from "./script.ts";

test("a script is written with a shell script beside it that runs it with its arguments", () => {
	const project = temporaryFolder();
	writeFiles(project, { "package.json": "{}", "package-lock.json": "{}" });
	// Stand-ins that say how they are called.
	for (const name of ["npm", "npx"]) {
		writeFiles(project, {
			[`bin/${name}`]: `#!/bin/sh\necho ${name} in $(basename "$PWD"): "$@"\n`,
		});
		chmodSync(join(project, "bin", name), 0o755);
	}
	const file = join(project, "deep er", "it's.ts");
	assert.deepEqual(writeScript(file, "let a;\n"), [
		file,
		file.replace(".ts", ".sh"),
	]);
	assert.equal(readFileSync(file, "utf8"), "let a;\n");
	const shell = file.replace(".ts", ".sh");
	assert.equal(statSync(shell).mode & 0o777, 0o755);
	const output = execFileSync(shell, ["lr=0.1", "a b"], {
		encoding: "utf8",
		cwd: "/",
		env: {
			...process.env,
			PATH: `${join(project, "bin")}:${process.env.PATH}`,
		},
	});
	assert.match(
		output,
		/^npm in deepdiva-\w+: ci\nnpx in deep er: --no-install deepdiva run \.\/it's\.ts lr=0\.1 a b\n$/,
	);
});

test("a script's name ends in .ts", () => {
	assert.throws(() => writeScript("replay.js", ""), {
		name: "UsageError",
		message:
			'"replay.js" does not end in .ts; name the script, for example replay.ts',
	});
});

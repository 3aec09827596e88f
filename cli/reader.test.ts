import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { listRuns, verifyFiles } from "../experiment/record/store/store.ts";
import { formatNotebook } from "./notebook/format.ts";
import { READER_GONE } from "./reader.ts";

const launcher = fileURLToPath(
	new URL(
		import.meta.url.endsWith(".ts")
			? "../bin/deepdiva.js"
			: "../../bin/deepdiva.js",
		import.meta.url,
	),
);
/** Longer than any of these takes; a command that outlives its reader fails by it. */
const BOUND_MILLISECONDS = 120_000;

const project = temporaryFolder();
const body = [
	"for (let step = 1; step < 1e6; step++) {",
	"  dd.log({ step }); console.log('step', step);",
	"  await new Promise((done) => setTimeout(done, 20));",
	"}",
].join("\n");
writeFiles(project, {
	"package.json": "{}",
	"nb.ipynb": formatNotebook({
		minor: 5,
		metadata: {},
		cells: [
			{
				cell_type: "code",
				id: "a",
				metadata: {},
				source: `%dd run cells\n${body}`,
				outputs: [],
			},
		],
	}),
	"script.ts": `import * as dd from "deepdiva";\nawait dd.run({ name: "script" }, async () => {\n${body}\n});\n`,
});

/** Starts a command and stops reading once it has printed `until`. */
async function readUntil(until: string, ...args: string[]) {
	const { DEEPDIVA_RUNS: _, ...env } = process.env;
	const child = spawn(process.execPath, [launcher, ...args], {
		cwd: project,
		env,
		stdio: ["ignore", "pipe", "pipe"],
		timeout: BOUND_MILLISECONDS,
		killSignal: "SIGKILL",
	});
	const stderr = text(child.stderr);
	let printed = "";
	if (until === "") child.stdout.destroy();
	else
		child.stdout.on("data", (chunk) => {
			printed += chunk;
			if (printed.includes(until)) child.stdout.destroy();
		});
	const [code, signal] = await once(child, "exit");
	assert.equal(signal, null, `deepdiva ${args.join(" ")} outlived its reader`);
	return { code, stderr: await stderr };
}

for (const [name, command] of [
	["cells", ["execute", "nb.ipynb"]],
	["script", ["run", "script.ts"]],
] as const)
	test(`deepdiva ${command[0]} ends without a word when its reader goes away, and its run is sealed as interrupted`, async () => {
		const ended = await readUntil("step 3", ...command);
		assert.deepEqual(ended, { code: READER_GONE, stderr: "" });
		const run = listRuns(join(project, "runs")).runs.find(
			({ record }) => record.experiment === name,
		);
		assert.ok(run);
		assert.equal(run.record.status, "interrupted");
		assert.deepEqual(verifyFiles(run), []);
	});

test("a command that only prints ends without a word when nobody reads it", async () => {
	assert.deepEqual(await readUntil("", "runs", "--help"), {
		code: READER_GONE,
		stderr: "",
	});
});

import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

const { execute, engine, folder } = await openNotebook({
	cwd: realpathSync(temporaryFolder()),
});
const completed = async (line: string) =>
	(await engine.complete(line, line.length)).matches;

const TASK = `dd.defineTask({
	name: "mine",
	summary: "Counts.",
	params: { rate: { default: 0.5, above: 0, description: "how fast" }, kind: { default: "slow", choices: ["slow", "fast"] } },
	run({ params, log }) { log({ rate: params.rate }); },
});`;

test("a task and a model that cells define have completion, help and errors as built-in ones", async () => {
	assert.deepEqual(await completed("%dd run task=mi"), []);
	await execute(TASK);
	await execute(
		'dd.defineModel({ name: "tiny", summary: "Tiny.", inputShape: [2], create: () => { throw new Error("made"); } });',
	);
	assert.deepEqual(await completed("%dd run task=mi"), ["task=mine"]);
	assert.deepEqual(await completed("%dd run task=mine "), [
		...["kind=", "rate=", "task="],
	]);
	assert.deepEqual(await completed("%dd multirun task=mine kind=f"), [
		"kind=fast",
	]);
	assert.deepEqual(await completed("%dd run task=points model=t"), [
		"model=tiny",
	]);
	assert.equal(
		textOf(await execute("%dd run task=mine --help")),
		`Counts.

Usage: %dd run task=mine [KEY=VALUE …]

Parameters and their defaults:
  rate=0.5   how fast (a number above 0)
  kind=slow  one of slow, fast
`,
	);
	assert.match(textOf(await execute("%help")), /^ {2}mine +Counts\.$/m);
	assert.match(textOf(await execute("%help")), /^ {2}tiny +Tiny\.$/m);
	assert.match(textOf(await execute("%help mine")), /^Counts\.\n/);
	const errors: readonly [string, RegExp][] = [
		["%dd run task=mien", /there is no task "mien"; did you mean "mine"\?/],
		["%dd run task=mien --help", /there is no task "mien"; did you mean/],
		[
			"%dd run task=mine rate=0",
			/task mine: rate=0 is not available; give a number above 0/,
		],
		[
			"%dd run task=mine kind=fsat",
			/task mine: kind=fsat is not available; did you mean "fast"\?/,
		],
		["%dd run task=mine rat=1", /no parameter "rat"; did you mean "rate"\?/],
		["%dd run task=points model=tinny", /did you mean "tiny"\?/],
	];
	for (const [line, message] of errors)
		assert.match(resultOf(await execute(line)), message);
});

test("two packages that define one name are refused, and a cell's definition replaces both", async () => {
	for (const name of ["first", "second"])
		writeFiles(folder, {
			[`node_modules/${name}/package.json`]: `{"name":"${name}","version":"1.0.0","type":"module","exports":"./index.js"}`,
			[`node_modules/${name}/index.js`]: `import * as dd from "deepdiva";\ndd.defineTask({ name: "both", summary: "Of ${name}.", run() {} });`,
		});
	assert.equal((await execute('import "first";')).reply.status, "ok");
	assert.match(
		resultOf(await execute('import "second";')),
		/dd\.defineTask\("both"\): the package first 1\.0\.0 defines a task of this name, too/,
	);
	assert.match(textOf(await execute("%help both")), /^Of first\.\n/);
	await execute(
		'dd.defineTask({ name: "both", summary: "Of a cell.", run() {} });',
	);
	assert.match(textOf(await execute("%help both")), /^Of a cell\.\n/);
});

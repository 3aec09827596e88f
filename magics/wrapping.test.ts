import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeFiles } from "../base/test-folder.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { openNotebook, resultOf } from "../kernel/engine/test-notebook.ts";

const notebook = await openNotebook({ rootSeed: "1" });
const root = join(notebook.folder, "runs");

const refused: [string, string, RegExp][] = [
	[
		"code above a run",
		"let a = 1;\n%dd run x\nlet b;",
		/^UsageError: %dd run in line 2 must be the first line of its cell/,
	],
	[
		"two runs in a cell",
		"%dd run x\nlet b;\n%dd multirun y\nlet c;",
		/^UsageError: a cell is one run: %dd run in line 1 and %dd multirun in line 3/,
	],
	[
		"a parameter that the code declares again",
		"%dd run x lr=1\nconst a = 2;\nconst lr = 2;",
		/^UsageError: "lr" is declared twice: as a parameter in line 1 and by the code in line 3/,
	],
	["an assignment to a parameter", "%dd run x lr=1\nlr = 2;", /constant/i],
	[
		"a task that does not exist",
		"%dd run task=point",
		/^UsageError: there is no task "point"; did you mean "points"\?/,
	],
	[
		"a task's parameter that does not exist",
		"%dd run task=points lrr=1",
		/^UsageError: task points has no parameter "lrr"; did you mean "lr"\?/,
	],
	[
		"a value that a task does not know",
		"%dd run task=points set=sprial",
		/^UsageError: task points: set=sprial is not available; did you mean "spiral"\?/,
	],
	[
		"a task with code",
		"%dd run task=points\nlet a = 1;",
		/^UsageError: %dd run task=points takes no code: remove the code below line 1, or the task/,
	],
	[
		"an override that is not declared",
		"%dd run x lr=1 -p lt=2\nlet a;",
		/^UsageError: no parameter "lt" is declared; did you mean "lr"\?/,
	],
	[
		"a name that is none",
		"%dd run 'a b'\nlet a;",
		/^UsageError: "a b" cannot name a run/,
	],
	[
		"a policy that is none",
		"%dd run x --on-leak warm\nlet a;",
		/^UsageError: %dd run: --on-leak cannot be "warm"; did you mean "warn"/,
	],
	[
		"a time that is none",
		"%dd multirun x --freeze-time noon\nlet a;",
		/^UsageError: "noon" is not a time to freeze at; give it in ISO 8601/,
	],
	["data that are not there", "%dd run x --data nowhere\nlet a;", /nowhere/],
];

for (const [name, source, message] of refused)
	test(`in a cell, ${name} is refused`, async () => {
		assert.match(resultOf(await notebook.execute(source)), message);
	});

test("set-up may stand above a run, and %%dd is another spelling", async () => {
	const cell = await notebook.execute(
		"// a comment\n%dd seed 9\n\n%%dd run fine lr=0.5\n" +
			"const text = `\n%dd seed 1\n`;\ndd.log({ lr, length: text.length, same: Number(dd.params.lr === lr) });",
	);
	assert.equal(resultOf(cell), "");
	const { record } = listRuns(root).runs.at(-1) ?? {};
	assert.equal(record?.experiment, "fine");
	assert.equal(record?.seed.root, "9");
	assert.deepEqual(record?.metrics, { lr: 0.5, length: 12, same: 1 });
});

test("a script in another folder finds what the notebook found", async () => {
	writeFiles(notebook.folder, { "tools.ts": "export const three = 3;\n" });
	await notebook.execute("import { three } from './tools.ts';");
	await notebook.execute("%dd export scripts/replay.ts");
	const script = readFileSync(
		join(notebook.folder, "scripts", "replay.ts"),
		"utf8",
	);
	assert.match(script, /^import { three } from "\.\.\/tools\.ts";$/m);
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the script that has the template
	assert.ok(script.includes("process.chdir(`${import.meta.dirname}/..`);"));
});

test("%dd export writes the cells that succeeded, ready to run", async () => {
	const cell = await notebook.execute("%dd export out/replay.ts");
	assert.equal(resultOf(cell), "");
	const script = readFileSync(
		join(notebook.folder, "out", "replay.ts"),
		"utf8",
	);
	assert.match(
		script,
		/await dd\.run\(\{ name: "fine", params: \{ lr: 0\.5 \} \}/,
	);
	assert.doesNotMatch(script, /sprial|nowhere/);
	assert.equal(
		statSync(join(notebook.folder, "out", "replay.sh")).mode & 0o111,
		0o111,
	);
	assert.match(
		resultOf(await notebook.execute("%dd export replay.js")),
		/^UsageError: "replay\.js" does not end in \.ts/,
	);
	assert.equal(existsSync(join(notebook.folder, "replay.js")), false);
});

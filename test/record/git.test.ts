import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import { repository } from "../../experiment/code/test-repository.ts";
import { runDeepdiva } from "../command-line.ts";

const deepdiva = (cwd: string, ...args: string[]) => runDeepdiva(args, { cwd });

const SCRIPT = `import * as dd from "deepdiva";
import { rate } from "./rate.ts";
dd.seed(1);
await dd.run({ name: "toy", params: { lr: rate } }, ({ lr }) => dd.log({ loss: lr }));
`;

test("deepdiva run --git: require refuses changed code with the list, snapshot keeps it, ignore does not look", () => {
	const folder = repository({
		"script.ts": SCRIPT,
		"rate.ts": "export const rate = 0.1;\n",
		".gitignore": "node_modules\n",
	});
	const run = (...args: string[]) =>
		deepdiva(folder, "run", "script.ts", ...args);
	assert.equal(run("--git", "require").status, 0);
	// The first run lies in runs/, which does not count.
	writeFiles(folder, { "rate.ts": "export const rate = 0.2;\n" });
	const refused = run("--git", "require");
	assert.equal(refused.status, 1);
	assert.match(
		refused.stderr,
		/--git require: the code in .* is not as commit .*\n {2}M rate\.ts/,
	);
	assert.equal(run().status, 0);
	const { git } = JSON.parse(
		deepdiva(folder, "runs", "show", "last", "--json").stdout,
	) as { git: { snapshot: { ref: string; commit: string } } };
	assert.equal(git.snapshot.ref, `refs/deepdiva/code/${git.snapshot.commit}`);
	assert.equal(
		execFileSync("git", ["show", `${git.snapshot.ref}:rate.ts`], {
			cwd: folder,
			encoding: "utf8",
		}),
		"export const rate = 0.2;\n",
	);
	assert.equal(run("--git", "ignore").status, 0);
	const wrong = run("--git", "requir");
	assert.equal(wrong.status, 2);
	assert.match(
		wrong.stderr,
		/--git cannot be "requir"; did you mean "require"\?/,
	);
});

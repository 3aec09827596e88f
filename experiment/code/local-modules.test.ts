import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { commitsWithOtherModules } from "./local-modules.ts";
import { git, makeRepository } from "./test-repository.ts";

const project = temporaryFolder();
makeRepository(project, {
	"helper.ts": "export const f = 1;\n",
	"größe [1].ts": "1\n",
	"README.md": "1\n",
});
const before = process.cwd();
process.chdir(project);
after(() => process.chdir(before));
const first = git(project, "rev-parse", "HEAD").trim();
const modules = ["helper.ts", "größe [1].ts", "new.ts"].map((name) =>
	join(project, name),
);
const others = async (...commits: string[]) => [
	...(await commitsWithOtherModules(commits, modules)),
];

test("a commit has other modules when one that is loaded was changed since, and not for any other file", async () => {
	assert.deepEqual(await others(first), []);
	writeFileSync(join(project, "README.md"), "2\n");
	writeFileSync(join(project, "new.ts"), "nobody has it\n");
	assert.deepEqual(await others(first), []);
	writeFileSync(join(project, "größe [1].ts"), "2\n");
	assert.deepEqual(await others(first), [first]);
	git(project, "add", "-A");
	git(project, "commit", "-q", "-m", "second");
	const second = git(project, "rev-parse", "HEAD").trim();
	assert.deepEqual(await others(first, second), [first]);
	rmSync(join(project, "helper.ts"));
	assert.deepEqual(await others(second), [], "it cannot be loaded again");
});

test("of commits that are gone, and outside of any repository, nothing is known", async () => {
	assert.deepEqual(await others("0".repeat(40), "HEAD"), []);
	process.chdir(temporaryFolder());
	assert.deepEqual(await others(first), []);
	process.chdir(project);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { codeRef, keepCode } from "./code-refs.ts";
import { howToGet, recordedCode } from "./recorded-code.ts";
import { git, repository } from "./test-repository.ts";

/** Both commands of the hint, as somebody would type them. */
function commandsOf(hint: string): string[] {
	return [...hint.matchAll(/\((git [^)]*)\)/g)].map(([, command = ""]) =>
		command.replace("ORIGIN", "origin"),
	);
}

for (const kept of [true, false])
	test(`what the hint says brings code to a clone, ${kept ? "" : "also of a version that held no clean commits, "}once its owner pushed it`, async () => {
		const bare = join(temporaryFolder(), "origin.git");
		const owner = repository();
		git(owner, "clone", "-q", "--bare", owner, bare);
		git(owner, "remote", "add", "origin", bare);
		git(owner, "commit", "-q", "--allow-empty", "-m", "never pushed");
		const commit = git(owner, "rev-parse", "HEAD").trim();
		if (kept)
			await keepCode(owner, commit, {
				id: "00000001",
				directory: join(owner, "runs/toy/20260101T000000Z-00000001"),
			});
		const clone = join(temporaryFolder(), "clone");
		git(owner, "clone", "-q", bare, clone);
		const code = recordedCode({
			mode: "snapshot",
			commit,
			dirty: false,
			skipped: [],
		});
		assert.ok(code);
		assert.equal(code.ref, codeRef(commit));
		const [push = "", fetch = ""] = commandsOf(howToGet(code));
		const type = (cwd: string, command: string) =>
			execFileSync("sh", ["-c", command], { cwd, stdio: "pipe" });
		type(owner, push);
		type(clone, fetch);
		git(clone, "cat-file", "-e", commit);
	});

test("all of a repository's code is pushed and fetched by a pattern", async () => {
	const bare = join(temporaryFolder(), "origin.git");
	const owner = repository();
	git(owner, "init", "-q", "--bare", bare);
	git(owner, "remote", "add", "origin", bare);
	const commit = git(owner, "rev-parse", "HEAD").trim();
	await keepCode(owner, commit, {
		id: "00000001",
		directory: join(owner, "runs/a/b"),
	});
	git(owner, "push", "-q", "origin", "refs/deepdiva/code/*");
	assert.equal(
		git(bare, "for-each-ref", "--format=%(refname)"),
		`${codeRef(commit)}\n`,
	);
});

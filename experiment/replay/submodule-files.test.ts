import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { git, repository } from "../code/test-repository.ts";
import type { StoredRun } from "../record/store/store.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { openWorkplace } from "./work-tree.ts";

function addSubmodule(to: string, from: string): void {
	git(
		to,
		...["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"],
		from,
		"lib",
	);
	git(to, "commit", "-q", "-m", "lib");
}

/** A project with the submodule `lib`, which has one of its own, `lib/lib`. */
function openProject(): string {
	const inner = repository({ "x.ts": "1\n" });
	addSubmodule(inner, repository({ "deep.ts": "1\n" }));
	const project = join(openTestSession(), "..");
	git(project, "init", "-q", "-b", "main");
	git(project, "config", "user.name", "A");
	git(project, "config", "user.email", "a@example.org");
	writeFiles(project, { "code.ts": "1\n" });
	git(project, "add", "-A");
	addSubmodule(project, inner);
	git(
		project,
		...["-c", "protocol.file.allow=always", "submodule", "--quiet"],
		...["update", "--init", "--recursive"],
	);
	// Settings of the user's, by which git itself would go into submodules.
	git(project, "config", "submodule.recurse", "true");
	return project;
}

/** Refs, work trees, notes and whatever else git directories hold but objects; and what lies in the folder for temporary files. */
function everything(project: string, scratch: string): string {
	const files = execFileSync(
		"find",
		[join(project, ".git"), "-not", "-path", "*/objects*"],
		{ encoding: "utf8" },
	);
	return [...files.split("\n").sort(), ...readdirSync(scratch)].join("\n");
}

/** Opens a workplace, reads what it has of the submodules, and closes it; nothing may stay. */
async function rebuilt(project: string, stored: StoredRun) {
	const scratch = temporaryFolder();
	const { TMPDIR } = process.env;
	process.env.TMPDIR = scratch;
	const before = everything(project, scratch);
	try {
		const workplace = await openWorkplace(stored);
		const read = (path: string) =>
			readFileSync(join(workplace.project, path), "utf8");
		const found = [read("lib/x.ts"), read("lib/lib/deep.ts")];
		await workplace.close();
		return { found, reason: workplace.rebuilt };
	} finally {
		if (TMPDIR === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = TMPDIR;
		assert.equal(everything(project, scratch), before);
	}
}

test("a replay has the submodules as they were, from what is here, and leaves nothing behind", async () => {
	const project = openProject();
	const clean = await recordRun(() => undefined);
	writeFiles(project, {
		"code.ts": "2\n",
		"lib/x.ts": "2\n",
		"lib/lib/deep.ts": "2\n",
		"lib/lib/new.ts": "3\n",
	});
	const dirty = await recordRun(() => undefined);
	assert.deepEqual((await rebuilt(project, clean)).found, ["1\n", "1\n"]);
	// In place: nothing changed since.
	assert.deepEqual(await rebuilt(project, dirty), {
		found: ["2\n", "2\n"],
		reason: undefined,
	});
	writeFiles(project, { "lib/lib/deep.ts": "9\n" });
	const origin = git(
		join(project, "lib"),
		"remote",
		"get-url",
		"origin",
	).trim();
	rmSync(origin, { recursive: true });
	for (const [stored, expected] of [
		[clean, "1\n"],
		[dirty, "2\n"],
	] as const)
		assert.deepEqual((await rebuilt(project, stored)).found, [
			expected,
			expected,
		]);
	// Their work trees are gone, their repositories are not.
	git(project, "submodule", "--quiet", "deinit", "-f", "lib");
	git(project, "checkout", "-q", "code.ts");
	assert.deepEqual(await rebuilt(project, clean), {
		found: ["1\n", "1\n"],
		reason: "the submodule lib is not checked out",
	});
	assert.deepEqual((await rebuilt(project, dirty)).found, ["2\n", "2\n"]);
});

test("a submodule that is not here is an error that names it and says what to do, and leaves nothing behind", async () => {
	const project = openProject();
	const clean = await recordRun(() => undefined);
	git(project, "submodule", "--quiet", "deinit", "-f", "lib");
	for (const [path, gone] of [
		["lib/lib", ".git/modules/lib/modules"],
		["lib", ".git/modules/lib"],
	] as const) {
		rmSync(join(project, gone), { recursive: true });
		await assert.rejects(rebuilt(project, clean), {
			name: "UsageError",
			message: new RegExp(
				`had the submodule ${path} \\(commit [0-9a-f]{12}\\), and neither .*${path} nor the git directory has it; get it there \\(git submodule update --init --recursive\\)`,
			),
		});
	}
});

test("a submodule that was not checked out when the run was made is not missed, nor one in another", async () => {
	const project = openProject();
	git(join(project, "lib"), "submodule", "--quiet", "deinit", "-f", "lib");
	rmSync(join(project, ".git/modules/lib/modules"), { recursive: true });
	const { record } = await recordRun(() => undefined);
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.deepEqual(record.git.leftOut, [
		{ path: "lib/lib", why: "a submodule that was not checked out" },
	]);
	git(project, "submodule", "--quiet", "deinit", "-f", "lib");
	rmSync(join(project, ".git/modules/lib"), { recursive: true });
	const stored = await recordRun(() => undefined);
	const inPlace = await openWorkplace(stored);
	assert.equal(inPlace.rebuilt, undefined);
	writeFiles(project, { "code.ts": "2\n" });
	const workplace = await openWorkplace(stored);
	assert.equal(workplace.rebuilt, "the code changed since");
	assert.deepEqual(workplace.lacks, [
		"lib: a submodule that was not checked out",
	]);
	await workplace.close();
});

import assert from "node:assert/strict";
import {
	cpSync,
	mkdirSync,
	readFileSync,
	realpathSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { codeState } from "../../experiment/code/git-state.ts";
import { whereCodeIs } from "../../experiment/code/recorded-code.ts";
import { git } from "../../experiment/code/test-repository.ts";
import { findExported } from "../../experiment/record/export/layout.ts";
import { readRun } from "../../experiment/record/store/store.ts";
import { openWorkplace } from "../../experiment/replay/work-tree.ts";
import { proof } from "./proof.ts";
import {
	author,
	commit,
	FOLDER,
	lookAt,
	reader,
	sent,
	temporary,
} from "./stranger.ts";

/*
 * Folders that somebody else made: a run's, an export, a whole project. Whatever
 * lies in them, looking at them, exporting and rebuilding them starts no program.
 */

/** What a `.git` may have that starts a program when git looks at it, or makes a work tree. */
const SETTINGS = (program: string, folder: string) => `[core]
	repositoryformatversion = 1
	bare = false
	fsmonitor = ${program}
	hooksPath = ${folder}/hooks
	sshCommand = ${program}
	alternateRefsCommand = ${program}
	gitProxy = ${program}
	pager = ${program}
	attributesFile = ${folder}/attributes
[extensions]
	partialClone = evil
[remote "evil"]
	url = file://${folder}
	promisor = true
	uploadpack = ${program}
	vcs = ext
[protocol]
	allow = always
[protocol "file"]
	allow = always
[protocol "ext"]
	allow = always
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[diff]
	external = ${program}
[diff "evil"]
	command = ${program}
	textconv = ${program}
[merge "evil"]
	driver = ${program}
[credential]
	helper = !${program}
[uploadpack]
	packObjectsHook = ${program}
[gpg]
	program = ${program}
[log]
	showSignature = true
`;

/** Makes a repository by hand: of `git init` nothing would be hostile. */
function plant(directory: string, program: string, objects?: string): void {
	writeFiles(directory, {
		HEAD: "ref: refs/heads/main\n",
		"refs/heads/main": `${commit}\n`,
		config: SETTINGS(program, directory),
		attributes: "* filter=evil diff=evil merge=evil\n",
		"info/attributes": "* filter=evil diff=evil merge=evil\n",
		"objects/info/packs": "",
	});
	for (const hook of [
		"post-checkout",
		"reference-transaction",
		"post-index-change",
	])
		writeFiles(directory, { [`hooks/${hook}`]: `#!/bin/sh\n${program}\n` });
	if (objects !== undefined)
		writeFiles(directory, { "objects/info/alternates": `${objects}\n` });
}

/** Where a repository is planted, and whether the run is refused for it. */
const PLACES: readonly [string, string, boolean][] = [
	["in the run's folder", FOLDER, true],
	["among its artifacts", `${FOLDER}/artifacts`, true],
	["in the experiment's folder", "runs/toy", false],
	["in the folder of runs", "runs", false],
	["in the export", ".", false],
	["around the export", "..", false],
];

for (const [where, place, isRefused] of PLACES)
	test(`a repository ${where} starts no program when the run is looked at, exported or rebuilt`, async () => {
		const left = proof();
		const folder = join(temporaryFolder(), "a", "sent");
		cpSync(sent, folder, { recursive: true });
		const program = join(folder, "..", "program");
		writeFileSync(program, `#!/bin/sh\n${left.command}\n`, { mode: 0o755 });
		process.chdir(reader);
		mkdirSync(join(folder, place), { recursive: true });
		// Without the commit, so that git would ask for it, then with it.
		for (const objects of [undefined, join(author, ".git", "objects")]) {
			plant(join(folder, place, ".git"), program, objects);
			const refused = await lookAt(join(folder, FOLDER));
			if (isRefused) {
				assert.ok(refused.length > 0);
				for (const message of refused)
					assert.match(
						message,
						/\.git.*, which git would take for a repository|no repository here has it/,
					);
			}
			left.assertNone(`a repository ${where}`);
		}
		// Whoever stands in it has asked for nothing more.
		process.chdir(join(folder, place === "runs" ? "runs/toy" : FOLDER));
		await lookAt(join(folder, FOLDER));
		left.assertNone(`a repository ${where}, seen from within,`);
		process.chdir(reader);
		assert.deepEqual(temporary(), []);
	});

test("a filter that the reader has set for all repositories does not run for carried code", async () => {
	const left = proof();
	const folder = join(temporaryFolder(), "sent");
	cpSync(sent, folder, { recursive: true });
	const settings = join(temporaryFolder(), "gitconfig");
	const program = `sh -c '${left.command}; cat'`;
	writeFileSync(
		settings,
		`[filter "evil"]\n\tsmudge = "${program}"\n\tclean = "${program}"\n\trequired = true\n`,
	);
	process.chdir(reader);
	process.env.GIT_CONFIG_GLOBAL = settings;
	try {
		const { stored, carried } = findExported(folder);
		const workplace = await openWorkplace(stored, { carried });
		try {
			assert.equal(
				readFileSync(join(workplace.project, "code.ts"), "utf8"),
				"1\n",
			);
			// As a run that is executed there looks at its code.
			const state = await codeState(workplace.project, []);
			assert.deepEqual(state?.changes, []);
		} finally {
			await workplace.close();
		}
	} finally {
		delete process.env.GIT_CONFIG_GLOBAL;
	}
	left.assertNone("a filter of the reader's");
});

test("the code of a project that the reader does not stand in is found, and its run exported, rebuilt and replayed as it is", async () => {
	process.chdir(reader);
	const run = join(author, FOLDER);
	assert.deepEqual(await whereCodeIs(readRun(run)), {
		repository: realpathSync(author),
		tree: git(author, "rev-parse", "HEAD^{tree}").trim(),
	});
	const inPlace = await openWorkplace(readRun(run));
	assert.equal(inPlace.rebuilt, undefined);
	writeFiles(author, { "code.ts": "2\n" });
	const rebuilt = await openWorkplace(readRun(run));
	try {
		assert.equal(rebuilt.rebuilt, "the code changed since");
		assert.equal(readFileSync(join(rebuilt.project, "code.ts"), "utf8"), "1\n");
	} finally {
		await rebuilt.close();
		writeFiles(author, { "code.ts": "1\n" });
	}
});

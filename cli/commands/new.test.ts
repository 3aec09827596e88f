import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { verifyData } from "../../experiment/data/verify.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { answerHere, runDeepdiva } from "../../test/command-line.ts";
import { pythonWith } from "../../test/python.ts";
import { readNotebook } from "../notebook/format.ts";

const folder = temporaryFolder();
const made = join(folder, "moons");
const deepdiva = (cwd: string, ...words: string[]) =>
	runDeepdiva(words, { cwd });

test("deepdiva new makes a folder whose notebook runs as it is, and keeps its run there", () => {
	const { status, stdout } = deepdiva(folder, "new", "moons");
	assert.equal(status, 0);
	assert.equal(
		stdout,
		`made moons with moons.ipynb, package.json, .gitignore, data/README.md
in Jupyter        cd moons && jupyter lab moons.ipynb
without Jupyter   cd moons && deepdiva execute moons.ipynb --html out/moons.html
`,
	);
	const { metadata, cells, minor } = readNotebook(join(made, "moons.ipynb"));
	assert.equal(minor, 5);
	assert.deepEqual(metadata.kernelspec, {
		name: "deepdiva",
		display_name: "TypeScript (DeepDIVA)",
		language: "typescript",
	});
	assert.ok(cells.length <= 6);
	const executed = deepdiva(
		made,
		"execute",
		"moons.ipynb",
		"-o",
		"out/a.ipynb",
	);
	assert.equal(executed.status, 0, executed.stderr + executed.stdout);
	const [run, ...others] = listRuns(join(made, "runs")).runs;
	assert.deepEqual(others, []);
	assert.equal(run?.record.status, "finished");
	assert.ok(Number(run?.record.metrics.accuracy) > 0.8);
});

test("its notebook is valid for Jupyter", (context) => {
	const python = pythonWith(["nbformat"], context);
	if (!python) return;
	const check =
		"import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT))";
	execFileSync(python, [
		...["-W", "error", "-c", check],
		join(made, "moons.ipynb"),
	]);
});

test("git there takes manifests and leaves data, runs and packages", async () => {
	writeFiles(made, {
		"data/scans/train/cat/1.png": "x",
		"runs/a/run.json": "{}",
		"out/a.html": "x",
		"node_modules/a/index.js": "x",
		".ipynb_checkpoints/a.ipynb": "{}",
	});
	await verifyData(join(made, "data", "scans"));
	const git = (...words: string[]) =>
		execFileSync("git", words, { cwd: made, encoding: "utf8" });
	git("init", "--quiet");
	git("add", "--all");
	assert.deepEqual(git("ls-files").trim().split("\n"), [
		".gitignore",
		"data/README.md",
		"data/scans.manifest-sha256.txt",
		"moons.ipynb",
		"package.json",
	]);
});

test("a folder that is not empty is refused and left as it is; an empty one is taken, whatever the letters of its name", () => {
	writeFiles(folder, { "full/mine.txt": "mine" });
	const { status, stdout, stderr } = deepdiva(folder, "new", "full");
	assert.deepEqual([status, stdout], [2, ""]);
	assert.match(
		stderr,
		/the folder .*\/full is not empty; nothing was written\./,
	);
	assert.deepEqual(readdirSync(join(folder, "full")), ["mine.txt"]);
	mkdirSync(join(folder, "Größe_2.1"));
	assert.equal(deepdiva(folder, "new", "Größe_2.1").status, 0);
	assert.match(
		readFileSync(join(folder, "Größe_2.1", "Größe_2.1.ipynb"), "utf8"),
		/# Größe_2\.1/,
	);
});

for (const [name, message] of [
	["file", /\/file is a file; nothing was written\./],
	["a/b", /is a path; go where it shall be: cd a && deepdiva new b$/m],
	["..\\b", /is a path; go where it shall be: cd \.\. && deepdiva new b$/m],
	["..", /cannot be named "\.\."/],
	["", /cannot be named ""/],
	["-a", /-a/],
	["a b", /cannot be named "a b"/],
	["a$b", /begin with a letter or digit/],
	["a\nb", /cannot be named/],
	["a.", /cannot be named/],
	["nul", /a device on Windows/],
	["a".repeat(101), /more than 100 bytes/],
] as const)
	test(`a name that a system or shell would trip over is refused, with what to do: ${JSON.stringify(name)}`, async () => {
		writeFiles(folder, { file: "" });
		const { status, stderr } = await answerHere(["new", name], { cwd: folder });
		assert.equal(status, 2);
		assert.match(stderr, message);
		assert.ok(!existsSync(join(folder, "a")));
	});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { readRun, type StoredRun } from "../record/store/store.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { session } from "../session.ts";
import {
	checklistMarkdown,
	checklistText,
	fillIn,
	findForm,
	formNames,
} from "./checklist.ts";

const project = join(openTestSession(), "..");
writeFiles(project, {
	"package.json": JSON.stringify({ dependencies: { "@s/tool": "^1.0.0" } }),
	"package-lock.json": JSON.stringify({
		packages: { "node_modules/@s/tool": { version: "1.2.0" } },
	}),
	"data/train/a/1.txt": "1",
	"data/train/b/2.txt": "2",
	"data/test/a/3.txt": "3",
});

const model = {
	save: (handler: { save(artifacts: object): Promise<unknown> }) =>
		handler.save({
			modelTopology: {},
			weightSpecs: [
				{ name: "kernel", shape: [3, 2], dtype: "float32" },
				{ name: "bias", shape: [2], dtype: "float32" },
			],
			weightData: new ArrayBuffer(32),
		}),
};

function record(
	lr: number,
	repeat: number,
	accuracy: number,
): Promise<StoredRun> {
	session().source = { kind: "cell", text: "train(lr)" };
	return recordRun(
		async (run) => {
			run.log({ loss: 1, test_accuracy: accuracy });
			await run.artifact("model", model);
		},
		{ experiment: "digits", params: { lr }, data: ["data"], repeat },
	);
}

const first = await record(0.1, 0, 0.5);
await record(0.1, 1, 0.75);
await record(0.2, 0, 0.25);
session().source = undefined;
const bare = await recordRun(() => undefined, { experiment: "bare" });

/** Number → what the checklist says to it. */
function answers(form: string, run: StoredRun) {
	const { sections } = fillIn(findForm(form), run);
	return new Map(
		sections
			.flatMap(({ items }) => items)
			.map(({ item, answer }) => [item.number, answer]),
	);
}

const lines: [form: string, number: string, text: RegExp, open?: RegExp][] = [
	[
		"mlrc",
		"6",
		/^data: 3 files, 3 bytes, root sha256:[0-9a-f]{64}$/,
		/how many examples/,
	],
	[
		"mlrc",
		"7",
		/^data: test 1 file, train 2 files$/,
		/how the split was chosen/,
	],
	[
		"mlrc",
		"11",
		/^deepdiva \d.*, Node [\d.]+, pkg:npm\/%40s\/tool@1\.2\.0, lock file sha256:[0-9a-f]{64}$/,
		/versions of the other packages/,
	],
	["mlrc", "12", /^as executed$/, /where others can have it/],
	["mlrc", "13", /^the same code gives test_accuracy$/],
	["mlrc", "14", /^model, 8 weights$/],
	["mlrc", "15", /^this run: deepdiva replay [0-9a-f]{8}$/, /table of results/],
	[
		"mlrc",
		"16",
		/^used: lr=0\.1; on record for this experiment: lr 0\.1, 0\.2$/,
		/^how they were chosen$/,
	],
	["mlrc", "17", /^3 runs of digits on record: 3 finished$/],
	["mlrc", "18", /^reported: loss, test_accuracy$/, /what each of them is/],
	[
		"mlrc",
		"19",
		/^test_accuracy 0\.625 ± 0\.1768 \(mean ± SD of 2 runs; 0\.5 to 0\.75\)$/,
	],
	["mlrc", "20", / s on average of 2 runs with these parameters/],
	["mlrc", "21", /cores, .* GiB of memory, \w+ \S+ \w+/],
	["acl", "B6", /^data: 3 files/, /how many examples/],
	[
		"acl",
		"C1",
		/^model, 8 weights; .* s in all for the 3 finished runs of this experiment on record; /,
	],
	["acl", "C2", /^used: lr=0\.1/],
	["acl", "C3", /mean ± SD of 2 runs/],
	["acl", "C4", /Node/, /settings of the packages/],
];
for (const [form, number, text, open] of lines)
	test(`item ${number} of the form ${form} is answered from the record`, () => {
		const answer = answers(form, first).get(number);
		assert.match(String(answer?.text), text);
		if (open) assert.match(String(answer?.open), open);
		assert.ok(answer?.see.length);
		for (const file of answer.see) assert.ok(existsSync(file), file);
	});

test("what a record cannot know is open, and never answered", () => {
	const open = (form: string, run: StoredRun) =>
		[...answers(form, run)]
			.filter(([, answer]) => answer === undefined)
			.map(([number]) => number);
	assert.deepEqual(open("mlrc", first), [
		"1",
		"2",
		"3",
		"4",
		"5",
		"8",
		"9",
		"10",
	]);
	assert.deepEqual(open("acl", first), [
		"A1",
		"A2",
		"B1",
		"B2",
		"B3",
		"B4",
		"B5",
		"D1",
		"D2",
		"D3",
		"D4",
		"D5",
		"E1",
	]);
	assert.deepEqual(open("mlrc", bare), [
		"1",
		"2",
		"3",
		"4",
		"5",
		"6",
		"7",
		"8",
		"9",
		"10",
		"12",
		"13",
		"14",
		"15",
		"16",
		"18",
		"19",
	]);
});

test("a single run says that it is one", () => {
	assert.equal(
		answers("mlrc", readRun(first.directory)).get("19")?.open,
		undefined,
	);
	const folder = join(temporaryFolder(), "alone");
	cpSync(first.directory, folder, { recursive: true });
	const alone = answers("mlrc", readRun(folder));
	assert.equal(alone.get("19")?.text, "a single run: no variation");
	assert.equal(alone.get("19")?.open, "variation over several runs (multirun)");
	assert.match(String(alone.get("17")?.text), /^1 run of digits/);
});

test("the counts add up to the form's items", () => {
	for (const name of formNames) {
		const { answered, partly, open, form } = fillIn(findForm(name), first);
		assert.equal(
			answered + partly + open,
			form.sections.flatMap(({ items }) => items).length,
		);
	}
	assert.equal(
		fillIn(findForm("mlrc"), first).sections.flatMap(({ items }) => items)
			.length,
		21,
	);
});

test("as text, every item has a mark, its number, and a file to see or the word open", () => {
	const text = checklistText(fillIn(findForm("mlrc"), first), project);
	assert.match(
		text,
		/^Machine Learning Reproducibility Checklist 2\.0\nFrom the record of run \w+ \(digits\): \d+ answered, \d+ in part, 8 open\.$/m,
	);
	assert.match(
		text,
		/\[ \] 1 {3}setting, algorithm and model described\n {10}open: the record says nothing about it/,
	);
	assert.match(
		text,
		/\[x\] 17 {2}number of training.*\n.*3 runs.*\n {10}see runs\/digits\n/,
	);
	assert.match(
		text,
		/\[~\] 6 {3}.*\n.*\n {10}open: how many examples.*\n {10}see runs\/digits\/\S+\/run\.json, data\.manifest-sha256\.txt/,
	);
});

test("as Markdown, evidence is linked and what was recorded stays text", async () => {
	session().source = { kind: "cell", text: "x" };
	const odd = await recordRun((run) => run.log({ x: 1 }), {
		experiment: "odd",
		params: { note: "[a](b) *c*\nd <e>" },
	});
	const markdown = checklistMarkdown(fillIn(findForm("mlrc"), odd), project);
	assert.match(
		markdown,
		/^### \[Machine Learning Reproducibility Checklist 2\.0\]\(https:/,
	);
	assert.match(markdown, /note=\\\[a\\\]\(b\) \\\*c\\\* d \\<e\\>/);
	assert.match(
		markdown,
		/\[runs\/odd\/\S+?\/run\.json\]\(runs\/odd\/\S+?\/run\.json\)/,
	);
	assert.match(
		markdown,
		/^- \[ \] \*\*1\*\* .*: \*open: the record says nothing about it\*$/m,
	);
	assert.match(markdown, /^- \[x\] \*\*17\*\* /m);
});

test("the code in a repository is named by its commit, and the lock file by its tree", async () => {
	const git = (...args: string[]) =>
		execFileSync(
			"git",
			["-c", "user.name=A", "-c", "user.email=a@example.org", ...args],
			{
				cwd: project,
				encoding: "utf8",
				stdio: ["ignore", "pipe", "ignore"],
			},
		).trim();
	git("init", "-q");
	writeFiles(project, { ".gitignore": "runs\ndata*\n" });
	git("add", "-A");
	git("commit", "-q", "-m", "first");
	const run = await record(0.3, 0, 1);
	const found = answers("mlrc", run);
	assert.equal(
		found.get("12")?.text,
		`as executed, with the work tree in commit ${git("rev-parse", "HEAD")}`,
	);
	assert.match(
		String(found.get("11")?.text),
		new RegExp(`the lock file of git tree ${git("rev-parse", "HEAD^{tree}")}$`),
	);
	assert.equal(found.get("11")?.open, undefined);
});

test("a form that is not known is refused with those that are", () => {
	assert.throws(() => findForm("nips"), {
		name: "UsageError",
		message: 'there is no form "nips"; choose mlrc or acl',
	});
});

test("the folder of this room has a file for each form", () => {
	for (const name of formNames)
		assert.ok(
			existsSync(fileURLToPath(new URL(`./${name}.ts`, import.meta.url))),
		);
});

test("a box is ticked where nothing is left for a person, and nowhere else", () => {
	for (const name of formNames) {
		const filled = fillIn(findForm(name), first);
		assert.ok(filled.answered > 0 && filled.partly > 0 && filled.open > 0);
		const count = (text: string, box: RegExp) => text.match(box)?.length ?? 0;
		const markdown = checklistMarkdown(filled, first.directory);
		assert.equal(count(markdown, /^- \[x\] /gm), filled.answered);
		assert.equal(count(markdown, /^- \[ \] /gm), filled.partly + filled.open);
		const text = checklistText(filled, first.directory);
		assert.equal(count(text, /^ {2}\[x\] /gm), filled.answered);
		assert.equal(count(text, /^ {2}\[~\] /gm), filled.partly);
		assert.equal(count(text, /^ {2}\[ \] /gm), filled.open);
	}
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../../base/canonical.ts";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { session } from "../../session.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { findRun, listRuns, readRun, statusOf, verifyFiles } from "./store.ts";

const runs = openTestSession();
execFileSync("git", ["init", "-q"]);
writeFileSync("notes.txt", "not in the repository yet");
session().source = { kind: "cell", text: "let a = 1;" };

const recorded = await recordRun(
	async (run) => {
		run.log({ loss: -0, accuracy: Number.NaN });
		run.confusion({
			name: "val",
			confusion: { classes: ["a"], matrix: [[1]] },
		});
		await run.artifact("weights", Float32Array.of(1, 2));
		await run.artifact("notes", {
			text: "größe",
			limit: Number.POSITIVE_INFINITY,
		});
	},
	{ params: { limit: Number.POSITIVE_INFINITY, shift: -0 } },
);

function copied(): string {
	const folder = join(dirname(openTestSession()), "copy");
	cpSync(recorded.directory, folder, { recursive: true });
	return folder;
}

test("a run that nobody touched is as it was written", () => {
	assert.deepEqual(verifyFiles(recorded), []);
	const names = Object.keys(recorded.record.files);
	assert.deepEqual(
		names.map((name) => name.replace(/\.\d+\./, ".TIME.")),
		[
			"artifacts/notes.json",
			"artifacts/weights.npy",
			"cell.ts",
			"cells.json",
			"events.out.tfevents.TIME.deepdiva",
			"metrics.jsonl",
			"pictures/confusion-val-1.json",
			"ro-crate-metadata.json",
		],
	);
});

for (const file of Object.keys(recorded.record.files))
	test(`one changed byte of ${file} is found, and that it is missing`, () => {
		const folder = copied();
		const path = join(folder, file);
		const bytes = readFileSync(path);
		for (const at of new Set([0, bytes.length >> 1, bytes.length - 1])) {
			const changed = Buffer.from(bytes);
			changed[at] = (changed[at] as number) ^ 1;
			writeFileSync(path, changed);
			assert.deepEqual(verifyFiles(readRun(folder)), [
				{ file, problem: "changed" },
			]);
		}
		rmSync(path);
		assert.deepEqual(verifyFiles(readRun(folder)), [
			{ file, problem: "missing" },
		]);
	});

for (const file of [
	"artifacts/more.npy",
	"pictures/deep/er/more.json",
	"events.out.tfevents.1.more",
	".hidden",
])
	test(`a file that no run wrote, ${file}, is found`, () => {
		const folder = copied();
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), "more");
		assert.deepEqual(verifyFiles(readRun(folder)), [
			{ file, problem: "not on record" },
		]);
	});

test("a certificate, and what systems leave in folders, are no files of the run", () => {
	const folder = copied();
	mkdirSync(join(folder, ".ipynb_checkpoints"));
	for (const name of [
		"certificate.intoto.jsonl",
		".DS_Store",
		"Thumbs.db",
		".ipynb_checkpoints/cell-checkpoint.ts",
	])
		writeFileSync(join(folder, name), "");
	assert.deepEqual(verifyFiles(readRun(folder)), []);
});

test("one changed bit in any fifth byte of run.json is found", () => {
	// Alone: thousands of times, the other files are not to be hashed.
	const folder = temporaryFolder();
	const path = join(folder, "run.json");
	const bytes = readFileSync(join(recorded.directory, "run.json"));
	for (let at = 0; at < bytes.length; at += 5) {
		const changed = Buffer.from(bytes);
		changed[at] = (changed[at] as number) ^ (1 << (at % 8));
		writeFileSync(path, changed);
		let problems: unknown;
		try {
			problems = verifyFiles(readRun(folder))
				.map(({ file }) => file)
				.includes("run.json");
		} catch (error) {
			assert.equal((error as Error).name, "UsageError");
			problems = true;
		}
		assert.equal(problems, true, `byte ${at} of ${bytes.toString()}`);
	}
});

const damages: [string, (text: string) => string, RegExp][] = [
	["empty", () => "", /is damaged: not JSON/],
	["cut off", (text) => text.slice(0, 100), /is damaged: not JSON/],
	["another JSON", () => "[]", /is damaged: not a run record/],
	["null", () => "null", /is damaged: not a run record/],
	[
		"nested without end",
		(text) => text.replace("{", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)},`),
		/is damaged: it nests lists and objects more than 500 levels deep/,
	],
	[
		"without its outputs",
		(text) => text.replace('"outputs"', '"out"'),
		/is damaged: of a run record's fields, outputs is missing or wrong/,
	],
	[
		"with a status that does not exist",
		(text) => text.replace('"finished"', '"done"'),
		/fields, status is missing or wrong/,
	],
	[
		"without a format",
		(text) => text.replace('"format"', '"f"'),
		/fields, format is missing or wrong/,
	],
	[
		"of a later format",
		(text) => text.replace('"format": 2', '"format": 3'),
		/has record format 3, and this version reads formats 1 and 2/,
	],
];

for (const [name, damage, message] of damages)
	test(`a run.json that is ${name} is a clear error`, () => {
		const folder = copied();
		const path = join(folder, "run.json");
		writeFileSync(path, damage(readFileSync(path, "utf8")));
		assert.throws(() => readRun(folder), { name: "UsageError", message });
		assert.throws(() => readRun(folder), { message: new RegExp(`^${path}`) });
	});

test("a folder without run.json is no run", () => {
	assert.throws(() => findRun("./nowhere"), {
		name: "UsageError",
		message: "./nowhere is not a run: nowhere/run.json cannot be read (ENOENT)",
	});
});

test("a run is found by its id, the beginning of it, its folder, or as the last", async () => {
	const root = openTestSession();
	assert.throws(() => findRun("last"), {
		message: `there are no runs in ${root}`,
	});
	const made = [];
	for (const experiment of ["one", "two", "one"])
		made.push(await recordRun(() => undefined, { experiment }));
	const [first, , third] = made as [
		typeof recorded,
		typeof recorded,
		typeof recorded,
	];
	assert.equal(findRun("last").record.id, third.run.id);
	assert.equal(findRun(first.run.id).record.id, first.run.id);
	assert.equal(findRun(first.run.id.slice(0, 7)).record.id, first.run.id);
	assert.equal(findRun(basename(first.directory)).record.id, first.run.id);
	assert.equal(findRun(first.directory).record.id, first.run.id);
	assert.deepEqual(
		listRuns().runs.map(({ record }) => record.id),
		made.map(({ run }) => run.id),
	);
	for (const reference of ["zzz", "", "run.json", first.run.id.slice(1)])
		assert.throws(() => findRun(reference), {
			name: "UsageError",
			message: `there is no run "${reference}" in ${root}; "deepdiva runs" lists them`,
		});
	renameSync(first.directory, `${first.directory.slice(0, -8)}xy000000`);
	renameSync(third.directory, `${third.directory.slice(0, -8)}xy111111`);
	assert.throws(() => findRun("xy"), {
		message: `"xy" means 2 runs (${first.run.id}, ${third.run.id}); write more of the id`,
	});
	assert.equal(findRun("xy1").record.id, third.run.id);
	// A folder may be named by hand: a whole id is its own run's, though another's begins with it.
	renameSync(
		`${third.directory.slice(0, -8)}xy111111`,
		`${third.directory.slice(0, -8)}xy00000012`,
	);
	assert.equal(findRun("xy000000").record.id, first.run.id);
	assert.equal(findRun("xy0000001").record.id, third.run.id);
});

test("a damaged run is listed as such, and named when it is asked for", async () => {
	const root = openTestSession();
	const { directory, run } = await recordRun(() => undefined);
	writeFileSync(join(directory, "run.json"), "{");
	mkdirSync(join(root, "test", "notes"));
	const { runs: readable, damaged } = listRuns();
	assert.deepEqual(readable, []);
	assert.deepEqual(
		damaged.map((one) => one.directory),
		[directory, join(root, "test", "notes")],
	);
	assert.throws(() => findRun(run.id), {
		message: /run\.json is damaged: not JSON/,
	});
});

test("the runs of a folder that does not exist are none", () => {
	assert.deepEqual(listRuns(join(runs, "nowhere")), { runs: [], damaged: [] });
	assert.deepEqual(readdirSync(runs), ["test"]);
});

test("a run that is on its way out, and whatever else begins with a dot, is none", async () => {
	const root = openTestSession();
	const { directory } = await recordRun(() => undefined);
	const kept = await recordRun(() => undefined);
	renameSync(directory, join(dirname(directory), ".removed-run"));
	cpSync(kept.directory, join(root, ".trash", "run"), { recursive: true });
	const { runs: listed, damaged } = listRuns(root);
	assert.deepEqual(
		listed.map(({ record }) => record.id),
		[kept.record.id],
	);
	assert.deepEqual(damaged, []);
});

test("a file that is said to be longer or shorter than it is has changed", () => {
	const { record, directory } = recorded;
	const files = {
		...record.files,
		"cell.ts": { sha256: sha256("let a = 1;"), bytes: 9 },
	};
	const wrong = { directory, record: { ...record, files } };
	assert.deepEqual(
		verifyFiles(wrong).filter(({ file }) => file !== "run.json"),
		[{ file: "cell.ts", problem: "changed" }],
	);
});

test("a run.json that says the same in other characters was changed", () => {
	for (const change of [
		(text: string) => JSON.stringify(JSON.parse(text)),
		(text: string) => `${text}\n`,
		// Who reads the first of two equal names reads another status.
		(text: string) =>
			text.replace('"status": ', '"status": "failed",\n\t"status": '),
	]) {
		const folder = copied();
		const path = join(folder, "run.json");
		writeFileSync(path, change(readFileSync(path, "utf8")));
		assert.deepEqual(verifyFiles(readRun(folder)), [
			{ file: "run.json", problem: "changed" },
		]);
	}
});

test("a run that is running has files that no record knows yet, and when its process is gone it was interrupted", async () => {
	openTestSession();
	await recordRun(async (run) => {
		run.log({ loss: 1 });
		await run.artifact("a", "text");
		const running = readRun(run.info.directory);
		assert.deepEqual(verifyFiles(running), []);
		assert.equal(statusOf(running), "running");
		const { process: own, ...record } = running.record;
		assert.ok(own);
		const statusWith = (other: Partial<typeof own>) =>
			statusOf({
				...running,
				record: { ...record, process: { ...own, ...other } },
			});
		assert.equal(statusWith({ pid: 2 ** 22 + 1 }), "interrupted");
		assert.equal(
			statusWith({ pid: 2 ** 22 + 1, host: "elsewhere" }),
			"running",
		);
		assert.equal(statusOf({ ...running, record }), "running");
		const ended = { ...record, process: { ...own, pid: 2 ** 22 + 1 } };
		for (const status of ["finished", "failed"] as const)
			assert.equal(
				statusOf({ ...running, record: { ...ended, status } }),
				status,
			);
	});
});

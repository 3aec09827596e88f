import assert from "node:assert/strict";
import fs, {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { sealed, writeRecord } from "../record-file.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { indexMark } from "./run-index.ts";
import {
	brokenSeals,
	findRun,
	listRunSummaries,
	listRuns,
	readRun,
} from "./store.ts";
import { type RecordSummary, summaryOf } from "./summary.ts";

const RUNS = 100;
/** A file that was written within two seconds may change again unnoticed. */
const SETTLED_MILLISECONDS = 2_500;

/** How many records are opened meanwhile. */
function recordsRead(work: () => void): number {
	const { openSync } = fs;
	let count = 0;
	fs.openSync = ((...given: Parameters<typeof openSync>) => {
		if (String(given[0]).endsWith("run.json")) count++;
		return openSync(...given);
	}) as typeof openSync;
	syncBuiltinESMExports();
	try {
		work();
	} finally {
		fs.openSync = openSync;
		syncBuiltinESMExports();
	}
	return count;
}

const runs = openTestSession();
const cache = temporaryFolder();
process.env.XDG_CACHE_HOME = cache;
const folderOf = (i: number) =>
	join(runs, "many", `20260101T000000Z-${String(i).padStart(8, "0")}`);
const indexes = () =>
	readdirSync(join(cache, "deepdiva/runs")).map((name) =>
		join(cache, "deepdiva/runs", name),
	);
const list = () => listRunSummaries(runs);

/** What the records say, without an index. */
const inFull = () =>
	listRuns(runs).runs.map(({ directory, record }) =>
		summaryOf(
			directory,
			record,
			brokenSeals([{ directory, record }]).length > 0,
		),
	);

/** Writes all that is there as if it were long ago, and lists it. */
function listAfresh(): void {
	rmSync(cache, { recursive: true, force: true });
	mkdirSync(cache, { mode: 0o700 });
	list();
}

before(async () => {
	const { record } = await recordRun((run) => run.log({ loss: 0.5 }), {
		experiment: "many",
		params: { lr: 0.1, layers: [32, 64] },
		multirun: {
			...{
				id: "0123456789abcdef",
				experiment: "many",
				total: RUNS,
				repeats: 1,
			},
			...{ varied: ["lr"], index: 0 },
		},
		grid: { lr: [0.1, 0.2] },
	});
	rmSync(join(runs, "many"), { recursive: true });
	for (let i = 0; i < RUNS; i++)
		writeRecord(
			folderOf(i),
			sealed({
				...record,
				id: String(i).padStart(8, "0"),
				started: new Date(Date.UTC(2026, 0, 1) + i).toISOString(),
			}),
		);
	await pause(SETTLED_MILLISECONDS);
});

suite("a list of runs that was read before", () => {
	test("is what the records say, and reads none of them", () => {
		assert.equal(recordsRead(listAfresh), RUNS);
		let found: ReturnType<typeof list> | undefined;
		assert.equal(
			recordsRead(() => {
				found = list();
			}),
			0,
		);
		assert.deepEqual(found, { runs: inFull(), damaged: [] });
	});

	test("finds a run by its id, of which alone the record is read", () => {
		listAfresh();
		assert.equal(
			recordsRead(() =>
				assert.equal(findRun("00000042", runs).directory, folderOf(42)),
			),
			1,
		);
	});

	test("reads again what was edited, and says that the seal is broken", () => {
		listAfresh();
		const path = join(folderOf(7), "run.json");
		const text = readFileSync(path, "utf8");
		const { mtime, atime } = statSync(path);
		writeFileSync(path, text.replaceAll("0.5", "0.9"));
		// Whoever forges a number of the same length may set the file's time back.
		utimesSync(path, atime, mtime);
		try {
			assert.equal(recordsRead(list), 1);
			const { runs: found } = list();
			assert.equal(found[7]?.record.metrics.loss, 0.9);
			assert.match(brokenSeals(found).join(), /run 00000007: seal broken/);
			assert.deepEqual(found, inFull());
		} finally {
			writeFileSync(path, text);
		}
	});

	test("leaves out what was removed, and has what is new", () => {
		listAfresh();
		const away = join(runs, "..", "away");
		renameSync(folderOf(3), away);
		assert.deepEqual(list().runs, inFull());
		assert.equal(list().runs.length, RUNS - 1);
		renameSync(away, folderOf(3));
		assert.equal(list().runs.length, RUNS);
		assert.equal(findRun("last", runs).record.id, "00000099");
	});

	test("refuses a run in whose folder a repository was planted since", () => {
		listAfresh();
		const planted = join(folderOf(5), ".git");
		mkdirSync(planted);
		try {
			const { runs: found, damaged } = list();
			assert.equal(found.length, RUNS - 1);
			assert.match(damaged[0]?.message ?? "", /\.git/);
		} finally {
			rmSync(planted, { recursive: true });
		}
	});

	test("reads a run that is running each time", () => {
		const path = folderOf(8);
		const kept = readRun(path).record;
		const { seal: _, ...open } = kept;
		writeRecord(path, { ...open, status: "running" });
		listAfresh();
		try {
			assert.ok(recordsRead(list) >= 1);
			assert.equal(list().runs[8]?.record.status, "running");
		} finally {
			writeRecord(path, kept);
		}
	});
});

suite("an index that cannot be believed costs time alone:", () => {
	const damages: readonly [string, (text: string) => string][] = [
		["cut off", (text) => text.slice(0, text.length / 2)],
		["empty", () => ""],
		["with another number", (text) => text.replaceAll("0.5", "0.7")],
		["of another version", (text) => text.replace("deepdiva", "deepdiva 0")],
		[
			"of other code of this version",
			(text) => text.replace(/, index [0-9a-f]{16}"/, ', index 1"'),
		],
		["of another folder", (text) => text.replace('"root":"', '"root":"/moved')],
		["no JSON", () => "}{\n}{\n"],
	];
	for (const [what, damage] of damages)
		test(what, () => {
			listAfresh();
			const [index = ""] = indexes();
			const text = readFileSync(index, "utf8");
			assert.notEqual(damage(text), text);
			writeFileSync(index, damage(text));
			assert.deepEqual(list(), { runs: inFull(), damaged: [] });
			// It is made anew.
			assert.ok(recordsRead(list) < RUNS / 2);
		});

	test("in a folder that others could write to, or that cannot be made", () => {
		listAfresh();
		chmodSync(join(cache, "deepdiva"), 0o777);
		assert.deepEqual(list(), { runs: inFull(), damaged: [] });
		assert.equal(recordsRead(list), RUNS);
		chmodSync(join(cache, "deepdiva"), 0o700);
		process.env.XDG_CACHE_HOME = join(process.execPath, "no folder");
		assert.deepEqual(list(), { runs: inFull(), damaged: [] });
		process.env.XDG_CACHE_HOME = cache;
	});
});

test("an index of code that shows more of a run, or less, or reads it otherwise, is another", () => {
	const changes: readonly ((record: RecordSummary) => object)[] = [
		(record) => ({ ...record, more: 1 }),
		({ task: _, ...record }) => record,
		({ error, ...record }) => ({ ...record, error: { ...error, line: 1 } }),
		(record) => ({ ...record, status: "finished" }),
		({ multirun, ...record }) => ({
			...record,
			multirun: { ...multirun, more: 1 },
		}),
	];
	const marks = changes.map((change) =>
		indexMark((...given) => {
			const summary = summaryOf(...given);
			return { ...summary, record: change(summary.record) as RecordSummary };
		}),
	);
	assert.equal(indexMark(), indexMark());
	assert.equal(new Set([indexMark(), ...marks]).size, 1 + changes.length);
});

test("an index has no file that could still change unnoticed", () => {
	const later = Date.now() / 1000 + 3600;
	for (let i = 0; i < RUNS; i++)
		utimesSync(join(folderOf(i), "run.json"), later, later);
	listAfresh();
	assert.equal(recordsRead(list), RUNS);
});

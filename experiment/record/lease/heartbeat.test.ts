import assert from "node:assert/strict";
import {
	existsSync,
	readdirSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { until } from "../../../test/until.ts";
import { guard } from "../guard.ts";
import { RECORD_FILE } from "../record-file.ts";
import {
	readRun,
	type StoredRun,
	statusOf,
	verifyFiles,
} from "../store/store.ts";
import { openTestSession, planOf } from "../test-record.ts";
import {
	beginHeartbeat,
	HEARTBEAT_FILE,
	heartbeatText,
	isExpired,
	readBeat,
	serverTime,
} from "./heartbeat.ts";

process.env.DEEPDIVA_LEASE = "1";

const PATIENCE_MILLISECONDS = 120_000;

test("a run renews its heartbeat while its code is in a busy loop, and leaves none", async () => {
	openTestSession();
	let renewals = 0;
	const result = await guard(planOf(), (run) => {
		const path = join(run.info.directory, HEARTBEAT_FILE);
		const end = performance.now() + PATIENCE_MILLISECONDS;
		let last = statSync(path).mtimeMs;
		while (renewals < 2 && performance.now() < end) {
			const { mtimeMs } = statSync(path);
			if (mtimeMs === last) continue;
			last = mtimeMs;
			renewals++;
		}
	});
	assert.equal(renewals, 2);
	assert.ok(result);
	const stored = readRun(result.run.directory);
	assert.deepEqual(verifyFiles(stored), []);
	assert.ok(!Object.hasOwn(stored.record.files, HEARTBEAT_FILE));
	assert.ok(!existsSync(join(stored.directory, HEARTBEAT_FILE)));
});

test("a run that fails leaves no heartbeat, either", async () => {
	const runs = openTestSession();
	await assert.rejects(
		guard(planOf({ experiment: "failing" }), () => {
			throw new Error("no");
		}),
	);
	const [folder = ""] = readdirSync(join(runs, "failing"));
	assert.ok(!existsSync(join(runs, "failing", folder, HEARTBEAT_FILE)));
});

/** A run of another host that says it is running. */
async function runElsewhere(): Promise<StoredRun> {
	openTestSession();
	let found: StoredRun | undefined;
	await guard(planOf(), (run) => {
		found = readRun(run.info.directory);
	});
	assert.ok(found);
	const process = { pid: 1, host: "another", started: "boot/1" };
	return { ...found, record: { ...found.record, process } };
}

const at = (path: string, secondsAgo: number) => {
	const time = Date.now() / 1000 - secondsAgo;
	utimesSync(path, time, time);
};

test("a run of another host is running as long as its heartbeat is renewed", async () => {
	const run = await runElsewhere();
	const path = join(run.directory, HEARTBEAT_FILE);
	writeFileSync(path, '{"seconds":600}\n');
	assert.equal(statusOf(run), "running");
	at(path, 300);
	assert.equal(statusOf(run), "running");
	at(path, 900);
	assert.equal(statusOf(run), "interrupted");
	writeFileSync(path, "");
	assert.equal(statusOf(run), "running", "it is being written");
	at(path, 90);
	assert.equal(statusOf(run), "interrupted", "a minute is the rule");
});

test("a heartbeat that claims to hold for years holds for a day", async () => {
	const run = await runElsewhere();
	const path = join(run.directory, HEARTBEAT_FILE);
	writeFileSync(path, '{"seconds":1e9}');
	at(path, 25 * 3600);
	assert.equal(statusOf(run), "interrupted");
});

test("a run of another host without heartbeat is over when nothing was written for a day", async () => {
	const run = await runElsewhere();
	assert.equal(statusOf(run), "running");
	for (const name of readdirSync(run.directory))
		at(join(run.directory, name), 25 * 3600);
	assert.equal(statusOf(run), "running", "its folder changed");
	at(run.directory, 25 * 3600);
	assert.equal(statusOf(run), "interrupted");
	at(join(run.directory, RECORD_FILE), 23 * 3600);
	assert.equal(statusOf(run), "running");
});

test("without its folder, another host is taken at its word", async () => {
	const { record } = await runElsewhere();
	assert.equal(statusOf({ record }), "running");
});

test("time is told by the file server, and the probe does not stay", () => {
	const folder = temporaryFolder();
	const file = join(folder, "file");
	writeFileSync(file, "");
	const time = serverTime(folder);
	assert.ok(time >= statSync(file).mtimeMs - 1000);
	assert.deepEqual(readdirSync(folder), ["file"]);
});

test("who takes a heartbeat away is noticed, and it is not made anew", async () => {
	const folder = temporaryFolder();
	const heartbeat = beginHeartbeat(folder);
	assert.ok(heartbeat);
	const path = join(folder, HEARTBEAT_FILE);
	const first = readBeat(path)?.time ?? 0;
	await until(() => (readBeat(path)?.time ?? 0) > first, "it is renewed");
	assert.equal(heartbeat.renew(), true);
	heartbeat.stop();
	assert.equal(heartbeat.renew(), false);
	assert.ok(!existsSync(path));
	writeFileSync(path, heartbeatText());
	at(path, 10);
	const beat = readBeat(path);
	assert.ok(beat);
	assert.equal(isExpired(beat, folder), true, "nobody renews it any more");
});

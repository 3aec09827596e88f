import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { listRuns, statusText, verifyFiles } from "./store/store.ts";

/** A file system of its own with so many bytes, where the system lets us have one. */
function smallDisk(kilobytes: number): string | undefined {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-disk-"));
	const mounted = spawnSync("mount", [
		"-t",
		"tmpfs",
		"-o",
		`size=${kilobytes}k`,
		"deepdiva-test",
		folder,
	]);
	after(() => {
		if (mounted.status === 0) execFileSync("umount", [folder]);
		rmdirSync(folder);
	});
	return mounted.status === 0 ? folder : undefined;
}

const disk = smallDisk(256);
const source = (path: string) =>
	JSON.stringify(new URL(path, import.meta.url).href);

const recordOnDisk = (body: string) => recordIn(join(disk ?? "", "runs"), body);

/** Runs a body in the guard, in a process of its own that may open 60 files. */
function recordIn(root: string, body: string) {
	const { stdout, stderr } = spawnSync(
		"sh",
		[
			"-c",
			'ulimit -n 60; exec "$0" "$@"',
			process.execPath,
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"--eval",
			`import { writeFileSync } from "node:fs";
			import { guard } from ${source("./guard.ts")};
			import { planOf } from ${source("./test-record.ts")};
			try {
				await guard({ ...planOf(), git: "ignore" }, async (run) => { ${body} });
				console.log("finished");
			} catch (error) {
				console.log(error.name + ": " + error.message);
			}
			process.exit(0);`,
		],
		{
			encoding: "utf8",
			timeout: 120_000,
			cwd: temporaryFolder(),
			env: { ...process.env, DEEPDIVA_RUNS: root },
		},
	);
	assert.equal(stderr, "");
	return stdout;
}

const parseLine = (line: string) =>
	JSON.parse(line) as { readonly metrics: Record<string, number> };

const bodies: [string, string][] = [
	["by metrics", "for (let step = 1; ; step++) run.log({ loss: 1 / step });"],
	[
		"by metrics of a body that never logs again",
		`for (let step = 1; step <= 100; step++) run.log({ loss: 1 / step });
		let size = 1 << 17;
		for (; size >= 1; )
			try { writeFileSync(process.env.DEEPDIVA_RUNS + "/filler" + size, Buffer.alloc(size)); size /= 2; } catch { size /= 2; }
		for (let step = 101; step <= 300; step++) { try { run.log({ loss: 1 / step }); } catch {} }
		await new Promise(() => setInterval(() => 0, 1000));`,
	],
	[
		"by an artifact",
		"run.log({ loss: 1 }); await run.artifact('weights', new Float64Array(1 << 16));",
	],
];

for (const [how, body] of bodies)
	test(`a run that fills the disk ${how} ends with a clear error, and what was recorded is kept and sealed`, {
		skip: disk === undefined && "no file system of its own may be mounted",
	}, () => {
		const root = join(disk as string, "runs");
		execFileSync("rm", ["-rf", root]);
		const printed = recordOnDisk(body);
		assert.match(
			printed,
			/^RecordingError: \S+ cannot be written: the disk is full \(ENOSPC\); what was recorded before is kept\. Make room/,
		);
		const [run, ...others] = listRuns(root).runs;
		assert.ok(run);
		assert.deepEqual(others, []);
		assert.equal(run.record.status, "failed");
		assert.equal(run.record.error?.name, "RecordingError");
		assert.equal(statusText(run), "failed: no space");
		assert.deepEqual(verifyFiles(run), []);
		const lines = readFileSync(join(run.directory, "metrics.jsonl"), "utf8");
		assert.ok(lines.endsWith("\n"));
		const last = lines.trim().split("\n").map(parseLine).at(-1);
		assert.deepEqual(run.record.metrics, last?.metrics);
		assert.ok(!readdirSync(run.directory).includes(".reserve"));
	});

test("a run that finds no room to begin with says so, and leaves no folder", {
	skip: disk === undefined && "no file system of its own may be mounted",
}, () => {
	const root = join(disk as string, "runs");
	execFileSync("rm", ["-rf", root]);
	let size = 1 << 17;
	for (let i = 0; size >= 512; i++)
		try {
			writeFileSync(join(disk as string, `filler${i}`), Buffer.alloc(size));
		} catch {
			size /= 2;
		}
	assert.match(
		recordOnDisk("run.log({ loss: 1 });"),
		/^RecordingError: \S+ cannot be written: the disk is full \(ENOSPC\); nothing was recorded\./,
	);
	assert.equal(existsSync(root), false);
	execFileSync("sh", ["-c", `rm -f ${disk}/filler*`]);
});

test("a run whose code leaves no file to open ends with a clear error, and is sealed", () => {
	const root = join(temporaryFolder(), "runs");
	const printed = recordIn(
		root,
		`const { openSync } = await import("node:fs");
		try { for (;;) openSync("/dev/null"); } catch {}
		run.log({ loss: 1 });`,
	);
	assert.match(
		printed,
		/^RecordingError: \S+metrics\.jsonl cannot be written: too many files are open \(EMFILE\)/,
	);
	const [run] = listRuns(root).runs;
	assert.ok(run);
	assert.equal(run.record.status, "failed");
	assert.deepEqual(run.record.metrics, {});
	assert.deepEqual(verifyFiles(run), []);
});

test("a run whose folder is taken away fails, and does not make it anew", () => {
	const root = join(temporaryFolder(), "runs");
	const printed = recordIn(
		root,
		`run.log({ loss: 1 });
		(await import("node:fs")).rmSync(process.env.DEEPDIVA_RUNS, { recursive: true });`,
	);
	assert.match(
		printed,
		/^RecordingError: \S+ cannot be written: its folder is gone, or something else stands in its place \(ENOENT\)/,
	);
	assert.equal(existsSync(root), false);
});

test("a run on a read-only disk says that, and not that a folder is gone", {
	skip: disk === undefined && "no file system of its own may be mounted",
}, () => {
	const root = join(disk as string, "runs");
	execFileSync("rm", ["-rf", root]);
	execFileSync("mount", ["-o", "remount,ro", disk as string]);
	try {
		assert.match(
			recordOnDisk("run.log({ loss: 1 });"),
			/^RecordingError: \S+ cannot be written: the disk is read-only \(EROFS\); nothing was recorded\. Mount it for writing/,
		);
	} finally {
		execFileSync("mount", ["-o", "remount,rw", disk as string]);
	}
});

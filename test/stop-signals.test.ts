import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { CHECKPOINT_FILE } from "../experiment/record/checkpoint.ts";
import { listRuns, statusOf } from "../experiment/record/store/store.ts";
import { launcher, leavingIn, notebookOf } from "./command-line.ts";
import { until } from "./until.ts";

const TRAIN = `
	import { existsSync, writeFileSync } from "node:fs";
	import * as dd from "deepdiva";
	await dd.multirun({ name: "x", params: { lr: [1, 2] }, n: 1 }, async ({ lr }) => {
		const state = { sum: 0 };
		const done = await dd.restore({ state });
		for (let step = done + 1; step <= 3; step++) {
			state.sum += lr * Math.random();
			dd.log({ sum: state.sum }, { step });
			await dd.checkpoint(step, { state });
			if (lr === 2 && step === 2 && !existsSync("go-on")) {
				writeFileSync("waits", "");
				await new Promise((done) => setTimeout(done, 600_000));
			}
		}
	});
`;

function project(): { folder: string; env: NodeJS.ProcessEnv } {
	const folder = temporaryFolder();
	writeFiles(folder, { "package.json": "{}", "train.ts": TRAIN });
	return { folder, env: { ...leavingIn(folder), DEEPDIVA_SEED: "1" } };
}

const digestsIn = (folder: string) =>
	listRuns(join(folder, "runs"))
		.runs.filter((run) => statusOf(run) === "finished")
		.map(({ record }) => record.digest)
		.sort();

/** Once all that it has written is read, too. */
const ended = (child: ChildProcess) =>
	once(child, "close") as Promise<[number | null, string | null]>;

const whole = project();
const train = ["run", "train.ts"];

for (const signal of ["SIGTERM", "SIGUSR1"] as const)
	test(`${signal} ends deepdiva run with 75: a checkpoint stays, no debugger opens, and --resume ends as one that never stopped`, {
		skip: process.platform === "win32" && "Windows has no such signals",
	}, async () => {
		const { folder, env } = project();
		const child = spawn(process.execPath, [launcher, ...train], {
			cwd: folder,
			env,
			stdio: ["ignore", "pipe", "pipe"],
		});
		after(() => child.kill("SIGKILL"));
		let told = "";
		child.stderr.on("data", (piece) => {
			told += piece;
		});
		await until(() => existsSync(join(folder, "waits")), "the run waits");
		// As a scheduler that tells every process: the launcher passes on what its child gets, too.
		const pids = spawnSync("pgrep", ["-P", String(child.pid)], {
			encoding: "utf8",
		}).stdout.trim();
		process.kill(Number(pids), signal);
		child.kill(signal);
		assert.deepEqual(await ended(child), [75, null]);
		assert.match(
			told,
			new RegExp(`stopped by ${signal}; the same line with --resume`),
		);
		assert.doesNotMatch(told, /[Dd]ebugger/);
		const [first, second] = listRuns(join(folder, "runs")).runs;
		assert.ok(first && second);
		assert.equal(first.record.status, "finished");
		assert.equal(second.record.status, "interrupted");
		assert.ok(existsSync(join(second.directory, CHECKPOINT_FILE)));
		assert.equal(digestsIn(folder).length, 1);

		writeFiles(folder, { "go-on": "" });
		const rest = spawnSync(process.execPath, [launcher, ...train, "--resume"], {
			cwd: folder,
			env,
			encoding: "utf8",
		});
		assert.equal(rest.status, 0, rest.stderr);
		assert.match(rest.stdout, /multirun x: 1 of 2 members is there, 1 to run/);
		writeFiles(whole.folder, { "go-on": "" });
		if (!existsSync(join(whole.folder, "runs")))
			spawnSync(process.execPath, [launcher, ...train], {
				cwd: whole.folder,
				env: whole.env,
			});
		assert.deepEqual(digestsIn(folder), digestsIn(whole.folder));
		assert.equal(
			readFileSync(join(second.directory, "run.json"), "utf8").includes(signal),
			true,
		);
	});

test("Ctrl-C ends the processes of --jobs with sealed records, too", {
	skip: process.platform === "win32" && "Windows has no such signals",
}, async () => {
	const { folder, env } = project();
	writeFiles(folder, {
		"jobs.ts": `
			import { appendFileSync } from "node:fs";
			import * as dd from "deepdiva";
			await dd.multirun({ name: "x", params: { lr: [1, 2] }, n: 1, jobs: 2 }, async () => {
				appendFileSync("begun", "x");
				await new Promise((done) => setTimeout(done, 600_000));
			});
		`,
	});
	const child = spawn(process.execPath, [launcher, "run", "jobs.ts"], {
		cwd: folder,
		env,
		stdio: "ignore",
		// A group of its own, as a shell makes it.
		detached: true,
	});
	after(() => child.kill("SIGKILL"));
	const begun = join(folder, "begun");
	await until(
		() => existsSync(begun) && readFileSync(begun, "utf8") === "xx",
		"both members run",
	);
	process.kill(-Number(child.pid), "SIGINT");
	assert.deepEqual(await ended(child), [130, null]);
	assert.deepEqual(
		listRuns(join(folder, "runs")).runs.map(({ record }) => record.status),
		["interrupted", "interrupted"],
	);
});

test("a script that is in no run ends, too", {
	skip: process.platform === "win32" && "Windows has no such signals",
}, async () => {
	const { folder, env } = project();
	writeFiles(folder, {
		"wait.ts": `import { writeFileSync } from "node:fs"; writeFileSync("waits", ""); await new Promise((done) => setTimeout(done, 600_000));`,
	});
	const child = spawn(process.execPath, [launcher, "run", "wait.ts"], {
		cwd: folder,
		env,
		stdio: "ignore",
	});
	after(() => child.kill("SIGKILL"));
	await until(() => existsSync(join(folder, "waits")), "the script waits");
	child.kill("SIGTERM");
	assert.deepEqual(await ended(child), [75, null]);
});

test("deepdiva execute ends with 75, too, and with --resume computes what is left", {
	skip: process.platform === "win32" && "Windows has no such signals",
}, async () => {
	const { folder, env } = project();
	const source = `%dd multirun cells lr=1,2 -n 1
dd.log({ lr: lr * Math.random() });
if (lr === 2 && !(await import("node:fs")).existsSync("go-on")) {
  (await import("node:fs")).writeFileSync("waits", String(process.pid));
  await new Promise((done) => setTimeout(done, 600_000));
}`;
	writeFiles(folder, { "nb.ipynb": notebookOf(source) });
	const execute = ["execute", "nb.ipynb"];
	const child = spawn(process.execPath, [launcher, ...execute], {
		cwd: folder,
		env,
		stdio: "ignore",
	});
	after(() => child.kill("SIGKILL"));
	const engine = () => Number(readFileSync(join(folder, "waits"), "utf8"));
	await until(
		() => existsSync(join(folder, "waits")) && engine() > 0,
		"the cell waits",
	);
	// As a scheduler that tells every process.
	process.kill(engine(), "SIGTERM");
	process.kill(engine(), "SIGUSR1");
	child.kill("SIGUSR1");
	assert.deepEqual(await ended(child), [75, null]);
	const statuses = () =>
		listRuns(join(folder, "runs")).runs.map(({ record }) => record.status);
	assert.deepEqual(statuses(), ["finished", "interrupted"]);
	writeFiles(folder, { "go-on": "" });
	const rest = spawnSync(process.execPath, [launcher, ...execute, "--resume"], {
		cwd: folder,
		env,
		encoding: "utf8",
	});
	assert.equal(rest.status, 0, rest.stderr);
	assert.match(
		rest.stdout,
		/multirun cells: 1 of 2 members is there, 1 to run/,
	);
	assert.deepEqual(statuses(), ["finished", "interrupted", "finished"]);
});

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../base/test-folder.ts";
import { listRuns, statusOf } from "../experiment/record/store/store.ts";
import { until } from "../test/until.ts";

const library = new URL("../index.ts", import.meta.url).href;
const core = (name: string) =>
	JSON.stringify(new URL(`../experiment/${name}`, import.meta.url).href);

/** A multirun of 20 members, each of which leaves a file for each time it is computed; `hold` keeps one of them waiting. */
const LINE = `
	import { appendFileSync, existsSync } from "node:fs";
	import * as dd from ${JSON.stringify(library)};
	import { session } from ${core("session.ts")};
	session().source = { kind: "script", text: "the same line" };
	dd.seed(1);
	const notices = [];
	session().observers.add({ multirunNoticed: (_, { text }) => notices.push(text) });
	const results = await dd.multirun({ name: "shared", params: { lr: [1, 2, 3, 4] }, n: 5, resume: true }, async ({ lr }, run) => {
		appendFileSync("computed", process.pid + " " + lr + " " + run.info.repeat + "\\n");
		process.send?.("computes");
		while (existsSync("hold-" + process.env.NAME)) await new Promise((done) => setTimeout(done, 10));
		await new Promise((done) => setTimeout(done, 5));
		dd.log({ score: lr * Math.random() });
	});
	console.log(JSON.stringify({ digests: results.map(({ outcome }) => outcome.digest), notices }));
`;

interface Ended {
	readonly digests: readonly string[];
	readonly notices: readonly string[];
}

function start(
	folder: string,
	name: string,
	lease: string | undefined,
): { child: ChildProcess; ended: Promise<Ended> } {
	const child = spawn(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"--eval",
			LINE,
		],
		{
			cwd: folder,
			env: {
				...process.env,
				NAME: name,
				DEEPDIVA_RUNS: join(folder, "runs"),
				...(lease === undefined ? {} : { DEEPDIVA_LEASE: lease }),
			},
			stdio: ["ignore", "pipe", "inherit", "ipc"],
		},
	);
	after(() => child.kill("SIGKILL"));
	let text = "";
	child.stdout?.on("data", (piece) => {
		text += piece;
	});
	const ended = once(child, "close").then(() => JSON.parse(text) as Ended);
	ended.catch(() => undefined);
	return { child, ended };
}

const linesIn = (folder: string) =>
	readFileSync(join(folder, "computed"), "utf8").trim().split("\n");

const members = (lines: readonly string[]) =>
	lines.map((line) => line.split(" ").slice(1).join(" "));

const finished = (folder: string) =>
	listRuns(join(folder, "runs")).runs.filter(
		(run) => statusOf(run) === "finished",
	);

/** One result of each member, and nothing left of the claims. */
function requireWhole(folder: string): void {
	const identities = finished(folder).map(({ record }) => record.identity);
	assert.equal(identities.length, 20);
	assert.equal(new Set(identities).size, 20);
	assert.ok(!existsSync(join(folder, "runs", ".claims")));
}

test("two processes that run the same line compute each of its members once, and both end with all", async () => {
	const folder = temporaryFolder();
	// Each has begun before the other has done all.
	for (const name of ["a", "b"])
		writeFileSync(join(folder, `hold-${name}`), "");
	const [a, b] = [start(folder, "a", undefined), start(folder, "b", undefined)];
	await Promise.all([once(a.child, "message"), once(b.child, "message")]);

	for (const name of ["a", "b"]) rmSync(join(folder, `hold-${name}`));
	const [first, second] = await Promise.all([a.ended, b.ended]);
	assert.deepEqual(first.digests, second.digests);
	assert.equal(new Set(first.digests).size, 20);
	const lines = linesIn(folder);
	assert.equal(lines.length, 20);
	assert.equal(new Set(members(lines)).size, 20);
	assert.equal(new Set(lines.map((line) => line.split(" ")[0])).size, 2);
	requireWhole(folder);
});

test("members of a process that was killed are taken over", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "hold-a"), "");
	const a = start(folder, "a", "2");
	await once(a.child, "message");
	const b = start(folder, "b", "2");
	await once(b.child, "message");
	a.child.kill("SIGKILL");
	const { digests } = await b.ended;
	assert.equal(digests.length, 20);
	assert.equal(linesIn(folder).length, 21, "the one that was killed, twice");
	requireWhole(folder);
	const { runs } = listRuns(join(folder, "runs"));
	assert.deepEqual(
		runs.map(statusOf).filter((status) => status !== "finished"),
		["interrupted"],
	);
});

test("a process that was suspended for longer than its lease leaves its member to the one that took it over", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "hold-a"), "");
	const a = start(folder, "a", "2");
	await once(a.child, "message");
	a.child.kill("SIGSTOP");
	const b = start(folder, "b", "2");
	await once(b.child, "message");
	const all = await b.ended;
	assert.equal(finished(folder).length, 20);

	rmSync(join(folder, "hold-a"));
	a.child.kill("SIGCONT");
	const { digests } = await a.ended;
	assert.deepEqual(digests, all.digests);
	await until(
		() => !existsSync(join(folder, "runs", ".claims")),
		"nobody has a claim",
	);
	requireWhole(folder);
	const { runs } = listRuns(join(folder, "runs"));
	assert.deepEqual(
		runs.map(statusOf).filter((status) => status !== "finished"),
		["interrupted"],
	);
	const [left] = runs.filter((run) => statusOf(run) === "interrupted");
	assert.match(left?.record.error?.message ?? "", /has taken over this run/);
	assert.ok(readdirSync(join(folder, "runs")).includes("shared"));
});

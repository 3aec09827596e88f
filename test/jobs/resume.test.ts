import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	appendFileSync,
	existsSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import { commandLine, runDeepdiva } from "../command-line.ts";
import { byIndex } from "./told.ts";

/** A project, in which a file called "broken" makes the member lr=2 fail. */
function project(): string {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "package.json"), '{"type":"module"}');
	writeFileSync(join(folder, "broken"), "");
	return folder;
}

const BODY = `if (lr === 2 && existsSync("broken")) throw new RangeError("broken");
dd.log({ drawn: scale * lr * Math.random() });`;

const CELLS = [
	'import { existsSync } from "node:fs";\nlet scale = 0;',
	"%dd run before --git ignore\nscale = 1 + Math.random(); dd.log({ scale });",
	`%dd multirun grid lr=1,2,3,4 -n 1 --git ignore --fail fast\n${BODY}`,
];

const SCRIPT = `import { existsSync } from "node:fs";
import * as dd from "deepdiva";
dd.seed(3);
let scale = 0;
await dd.run({ name: "before", git: "ignore" }, () => { scale = 1 + Math.random(); dd.log({ scale }); });
await dd.multirun({ name: "grid", n: 1, params: { lr: [1, 2, 3, 4] }, git: "ignore" }, ({ lr }) => {
${BODY}
});
await dd.run({ name: "after", git: "ignore" }, () => dd.log({ scale }));
`;

const recordsOf = (folder: string, experiment = "grid"): RunRecord[] =>
	listRuns(join(folder, "runs"))
		.runs.map(({ record }) => record)
		.filter((record) => record.experiment === experiment);

/** What became of each member, in the order of the grid. */
const endsOf = (folder: string) =>
	byIndex(recordsOf(folder)).map(
		({ params, status }) => `${params.lr?.value} ${status}`,
	);

const digestsOf = (folder: string) =>
	new Map(
		recordsOf(folder)
			.filter(({ status }) => status === "finished")
			.map(({ params, digest }) => [params.lr?.value, digest] as const)
			.sort(([a], [b]) => Number(a) - Number(b)),
	);

const BEFORE = ["1 finished", "2 failed"];
const AFTER = [
	"1 finished",
	"2 failed",
	"2 finished",
	"3 finished",
	"4 finished",
];

async function executeCells(cwd: string): Promise<void> {
	const session = new NotebookSession({ cwd, rootSeed: "7" });
	try {
		for (const source of CELLS)
			await session.execute(source, { unattended: true });
	} finally {
		await session.close();
	}
}

const execute = {
	notebook: executeCells,
	async script(cwd: string) {
		writeFileSync(join(cwd, "script.ts"), SCRIPT);
		await runDeepdiva(["run", "script.ts", "--fail", "fast"], { cwd });
	},
};

for (const [kind, first] of Object.entries(execute))
	suite(`a multirun of a ${kind} is resumed by its id`, () => {
		const whole = project();
		const folder = project();
		const resume = (...options: readonly string[]) =>
			runDeepdiva(["multirun", "resume", ...options], { cwd: folder });

		test("computes what is missing or failed alone, to the bits of one that never stopped", async () => {
			rmSync(join(whole, "broken"));
			await first(whole);
			await first(folder);
			assert.deepEqual(endsOf(folder), BEFORE);
			const failed = await resume("grid", "--jobs", "2");
			assert.equal(failed.status, 1, failed.stdout + failed.stderr);
			assert.match(failed.stdout, /1 of 4 members are there, 3 to run/);
			assert.match(failed.stdout, /\(repeat 0\) failed: RangeError: broken/);
			rmSync(join(folder, "broken"));
			const { status, stdout, stderr } = await resume("grid");
			assert.equal(status, 0, stdout + stderr);
			assert.match(stdout, /3 of 4 members are there, 1 to run/);
			assert.match(stdout, /4 runs in 4 groups/);
			assert.deepEqual(
				endsOf(folder).filter((end) => end !== "2 failed"),
				AFTER.filter((end) => end !== "2 failed"),
			);
			assert.deepEqual(digestsOf(folder), digestsOf(whole));
			const ids = new Set(
				recordsOf(folder).map(({ multirun }) => multirun?.id),
			);
			assert.equal(ids.size, 1);
			// What its session computed before, or after, is not computed for its own sake.
			assert.equal(recordsOf(folder, "before").length, 1);
		});

		test("one that is complete says so, and nothing is computed", async () => {
			const before = recordsOf(folder).length;
			const { status, stdout } = await resume("last");
			assert.equal(status, 0);
			assert.match(stdout, /is complete: all 4 members are there/);
			assert.equal(recordsOf(folder).length, before);
		});

		test("with --code redo those of other code are computed again, of which there are none", async () => {
			const before = recordsOf(folder).length;
			const { status, stdout, stderr } = await resume(
				...["grid", "--code", "redo"],
			);
			assert.equal(status, 0, stdout + stderr);
			assert.match(stdout, /0 to run, and those that finished by other code/);
			assert.equal(recordsOf(folder).length, before);
		});
	});

suite("a multirun that is resumed", () => {
	test("by two processes at once has each member once", async () => {
		const folder = project();
		await execute.script(folder);
		rmSync(join(folder, "broken"));
		const statuses = await Promise.all(
			[1, 2].map(async () => {
				const child = spawn(
					process.execPath,
					[...commandLine, "multirun", "resume", "grid"],
					{ cwd: folder, stdio: "ignore" },
				);
				const [status] = await once(child, "close");
				return status;
			}),
		);
		assert.deepEqual(statuses, [0, 0]);
		assert.deepEqual(endsOf(folder), AFTER);
	});

	test("asks what to do with members that finished by another module, and takes the answer", async () => {
		const folder = project();
		const module = join(folder, "code.ts");
		writeFileSync(module, "export const factor = 1;\n");
		writeFileSync(join(folder, ".gitignore"), "runs\nbroken\n");
		execFileSync("git", ["init", "-q"], { cwd: folder });
		const session = new NotebookSession({ cwd: folder, rootSeed: "7" });
		for (const source of [
			'import { existsSync } from "node:fs"; import { factor } from "./code.ts";',
			`%dd multirun grid lr=1,2,3 -n 1 --fail fast\nconst scale = factor;\n${BODY}`,
		])
			await session.execute(source, { unattended: true });
		await session.close();
		assert.deepEqual(endsOf(folder), BEFORE);
		rmSync(join(folder, "broken"));
		writeFileSync(module, "export const factor = 2;\n");
		const resume = (...options: readonly string[]) =>
			runDeepdiva(["multirun", "resume", "grid", ...options], { cwd: folder });
		const asked = resume();
		assert.equal(asked.status, 2, asked.stdout + asked.stderr);
		assert.match(
			asked.stderr,
			/1 of 3 members .*finished by other code.*--code redo/s,
		);
		assert.deepEqual(endsOf(folder), BEFORE);
		const kept = resume("--code", "keep");
		assert.equal(kept.status, 0, kept.stdout + kept.stderr);
		assert.deepEqual(endsOf(folder), [...BEFORE, "2 finished", "3 finished"]);
		const redone = resume("--code", "redo");
		assert.equal(redone.status, 0, redone.stdout + redone.stderr);
		assert.deepEqual(endsOf(folder), [
			...["1 finished", "1 finished", "2 failed", "2 finished", "3 finished"],
		]);
	});
});

test("a resumed multirun takes the command line's --git from the record, not that of a call", async () => {
	const folder = project();
	writeFileSync(join(folder, ".gitignore"), "runs\nbroken\n");
	execFileSync("git", ["init", "-q"], { cwd: folder });
	writeFileSync(
		join(folder, "script.ts"),
		`import { existsSync } from "node:fs";
import * as dd from "deepdiva";
dd.seed(3);
await dd.multirun({ name: "grid", n: 1, params: { lr: [1, 2] }, git: "ignore" }, async ({ lr }) => {
  await dd.run({ name: "inner", images: false }, () => {});
  if (lr === 2 && existsSync("broken")) throw new RangeError("broken");
});
`,
	);
	const modes = (experiment: string) =>
		recordsOf(folder, experiment).map(({ git }) => git?.mode);
	const answer = (...words: readonly string[]) =>
		runDeepdiva(words, { cwd: folder });
	answer("run", "script.ts");
	assert.deepEqual(modes("grid"), ["ignore", "ignore"]);
	assert.deepEqual(modes("inner"), ["snapshot", "snapshot"]);
	rmSync(join(folder, "broken"));
	const resumed = answer("multirun", "resume", "grid");
	assert.equal(resumed.status, 0, resumed.stdout + resumed.stderr);
	assert.deepEqual(modes("grid"), ["ignore", "ignore", "ignore"]);
	assert.deepEqual(modes("inner"), ["snapshot", "snapshot", "snapshot"]);

	writeFileSync(join(folder, "broken"), "");
	rmSync(join(folder, "runs"), { recursive: true });
	answer("run", "script.ts", "--git", "ignore");
	rmSync(join(folder, "broken"));
	assert.equal(answer("multirun", "resume", "grid").status, 0);
	assert.deepEqual(modes("inner"), ["ignore", "ignore", "ignore"]);
});

suite(
	"a multirun that cannot be resumed is an error that says what to do:",
	() => {
		const folder = project();
		const resume = async (...options: readonly string[]) => {
			const { status, stderr } = await runDeepdiva(
				["multirun", "resume", ...options],
				{ cwd: folder },
			);
			return { status, stderr };
		};

		test("its script has changed, or is gone", async () => {
			await execute.script(folder);
			const script = join(folder, "script.ts");
			appendFileSync(script, "// changed\n");
			const changed = await resume("grid");
			assert.equal(changed.status, 2);
			assert.match(
				changed.stderr,
				/script\.ts, has changed since; .*deepdiva run .*script\.ts --resume --code keep/,
			);
			rmSync(script);
			const gone = await resume("grid");
			assert.equal(gone.status, 2);
			assert.match(gone.stderr, /is not there any more; put it back/);
			assert.ok(!existsSync(script));
			assert.deepEqual(endsOf(folder), BEFORE);
		});

		test("it lies in an export", async () => {
			const mark = join(folder, "deepdiva-export.json");
			writeFileSync(mark, "{}");
			const { status, stderr } = await resume("grid");
			rmSync(mark);
			assert.equal(status, 2);
			assert.match(stderr, /lies in an export.*deepdiva replay /s);
		});

		test("no multirun is named, or none that there is", async () => {
			const unnamed = await resume();
			assert.equal(unnamed.status, 2);
			assert.match(unnamed.stderr, /needs a multirun: its id/);
			const unknown = await resume("0".repeat(16));
			assert.equal(unknown.status, 2);
			assert.match(unknown.stderr, /there is no multirun 0000/);
		});

		test("its record is not as it was written", async () => {
			const [latest] = listRuns(join(folder, "runs")).runs.toReversed();
			const path = join(String(latest?.directory), "run.json");
			writeFileSync(
				path,
				readFileSync(path, "utf8").replace('"repeats": 1', '"repeats": 1 '),
			);
			const record = JSON.parse(readFileSync(path, "utf8"));
			writeFileSync(
				path,
				JSON.stringify({ ...record, overrides: { lr: "9" } }),
			);
			const { status, stderr } = await resume("grid");
			assert.equal(status, 1, stderr);
			assert.match(stderr, /seal broken/);
		});
	},
);

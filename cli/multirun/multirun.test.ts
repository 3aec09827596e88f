import assert from "node:assert/strict";
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { ActiveRun } from "../../experiment/record/active-run.ts";
import { openTestSession } from "../../experiment/record/test-record.ts";
import { configureSession } from "../../experiment/session.ts";
import { answerHere } from "../../test/command-line.ts";
import { MultirunError } from "../../training/members.ts";
import { multirun } from "../../training/run.ts";

openTestSession();
await multirun(
	{ name: "first", params: { lr: [1, 2] }, n: 6, git: "ignore" },
	(params, run) =>
		run.log({ accuracy: (params.lr / 4) * (1 + Math.random() / 100) }),
);
let begun = 0;
await assert.rejects(
	multirun(
		{ name: "second", params: { lr: [1, 2] }, n: 2, git: "ignore" },
		(_, run) => {
			run.log({ loss: Math.random() });
			if (++begun === 4) throw new RangeError("no steps");
		},
	),
	MultirunError,
);

const ask = async (...words: readonly string[]) => {
	const { status, stdout, stderr } = await answerHere(["multirun", ...words], {
		cwd: process.cwd(),
	});
	return { status, stdout, stderr };
};

suite("deepdiva multirun", () => {
	test("lists what is on record, the latest last", async () => {
		const { status, stdout } = await ask();
		assert.equal(status, 0);
		const [, , first = "", second = ""] = stdout.split("\n");
		assert.match(first, / first +12 +12 +0 +0 +0$/);
		assert.match(second, / second +4 +3 +1 +0 +0$/);
		const { stdout: json } = await ask("--json");
		assert.deepEqual(
			JSON.parse(json).map((one: Record<string, unknown>) => [
				one.experiment,
				one.total,
				one.finished,
				one.failed,
				one.missing,
			]),
			[
				["first", 12, 12, 0, 0],
				["second", 4, 3, 1, 0],
			],
		);
	});

	test("shows the groups of one, by its experiment's name or the beginning of its id", async () => {
		const { stdout } = await ask("show", "first");
		assert.match(stdout, /^multirun ([0-9a-f]{16}) · first · began /);
		assert.match(stdout, /12 runs in 2 groups/);
		assert.match(stdout, /accuracy, against lr=2: paired t test/);
		assert.match(stdout, /lr=1 +6 .* different$/m);
		const id = stdout.slice("multirun ".length, "multirun ".length + 16);
		assert.equal((await ask("show", id.slice(0, 6))).stdout, stdout);
		const { stdout: csv } = await ask("show", "first", "--format", "csv");
		assert.match(csv, /^metric,/);
	});

	test("shows last values and, with a baseline, effect sizes as rows of letters", async () => {
		const { stdout } = await ask("show", "first", "--baseline", "lr=1");
		assert.match(stdout, /^first, last values$/m);
		assert.match(stdout, /^lr=2 .*●.* 0\.5\d+ \(.*\), n = 6, best$/m);
		assert.match(stdout, /^first, sizes of the differences$/m);
		assert.match(stdout, /^lr=2 +┊ .*●.* g = \d+.*: different$/m);
		const { stdout: plain } = await ask("show", "first");
		assert.ok(!plain.includes("sizes of the differences"));
	});

	test("says which members are in no mean, and why", async () => {
		const { stdout } = await ask("show", "last");
		assert.match(
			stdout,
			/run [0-9a-f]{8} \(repeat 1\) failed: RangeError: no steps/,
		);
		assert.match(stdout, /3 of 4 runs/);
	});

	test("says which streams alone differ between repeats", async () => {
		const { stdout: all } = await ask();
		assert.ok(!all.includes("repeats"));
		await multirun(
			{ name: "some", n: 2, vary: ["order", "init"], git: "ignore" },
			(_, run) => run.log({ x: run.rng("init")() + run.rng("order")() }),
		);
		const { stdout } = await ask();
		const [heads = "", , first = ""] = stdout.split("\n");
		assert.match(heads, /missing +repeats$/);
		assert.match(first, / first +12 +12 +0 +0 +0$/);
		assert.match(
			stdout,
			/ some +2 +2 +0 +0 +0 +only init, order differ between repeats$/m,
		);
		const { stdout: json } = await ask("--json");
		assert.deepEqual(
			JSON.parse(json).map(({ vary }: { vary?: string[] }) => vary),
			[undefined, undefined, ["init", "order"]],
		);
		const { stdout: shown } = await ask("show", "some");
		assert.match(shown, /^only init, order differ between repeats$/m);
		const { stdout: first12 } = await ask("show", "first");
		assert.ok(!first12.includes("between repeats"));
	});

	test("takes over repeat 0 of a multirun in which other streams vary", async () => {
		const body = (_: unknown, run: ActiveRun) =>
			run.log({ x: run.rng("init")() });
		const shared = { name: "shared", git: "ignore" } as const;
		await multirun({ ...shared, n: 2 }, body);
		const only = { ...shared, n: 3, vary: ["init"] };
		await multirun({ ...only, resume: true, code: "keep" }, body);
		const { stdout } = await ask("show", "shared");
		assert.match(stdout, /^1 of 3 members taken over: 1 of multirun /m);
		assert.match(stdout, /^3 runs/m);
		assert.ok(!stdout.includes("not on record"));
	});

	test("knows every point of the grid, and the members that were taken over", async () => {
		const body = (params: { lr: number }, run: ActiveRun) =>
			run.log({ loss: params.lr });
		const grid = { name: "third", git: "ignore" } as const;
		await multirun({ ...grid, n: 2, params: { lr: [1, 2] } }, body);
		const { stdout: before } = await ask("show", "third");
		configureSession({ rootSeed: "42", member: 5 });
		const wide = { ...grid, n: 3, params: { lr: [1, 2, 3, 4] } };
		// The body is of no cell or script, so whether it is the same nobody knows.
		await multirun({ ...wide, resume: true, code: "keep" }, body);
		const { stdout } = await ask("show", "third");
		const id = before.slice("multirun ".length, "multirun ".length + 16);
		assert.match(
			stdout,
			new RegExp(`^4 of 12 members taken over: 4 of multirun ${id}$`, "m"),
		);
		assert.match(
			stdout,
			/^7 of 12 members are not on record: lr=1 \(1 of 3 repeats\), lr=3 \(all of 3 repeats\), lr=4 \(all of 3 repeats\); deepdiva multirun resume [0-9a-f]{16} /m,
		);
		assert.match(stdout, /5 runs in 2 groups/);
		assert.match(stdout, /^1 +loss +2 .*\n2 +loss +3 /m);
		const { stdout: list } = await ask();
		assert.match(list, / third +12 +5 +0 +0 +7$/m);
	});

	test("a member that diverged counts, though a later try of it failed, and makes the exit code 1", async () => {
		configureSession({ rootSeed: "42" });
		const swings = { name: "swings", n: 1, git: "ignore" } as const;
		await assert.rejects(
			multirun(swings, (_, run) => run.log({ loss: Number.NaN })),
			/loss became NaN/,
		);
		await assert.rejects(
			multirun(swings, () => {
				throw new Error("no disk");
			}),
			/no disk/,
		);
		const { status, stdout } = await ask("resume", "swings");
		assert.match(stdout, /is complete: its one member is there$/m);
		assert.equal(status, 1);
	});

	test("a multirun that there is not is an error that says where they are listed", async () => {
		const { status, stderr } = await ask("show", "fourth");
		assert.equal(status, 2);
		assert.match(stderr, /no multirun fourth; "deepdiva multirun list"/);
		assert.equal((await ask("list", "first")).status, 2);
	});

	test("a folder that cannot be read is told, and the exit code says so", async (t) => {
		const damaged = join(
			String(process.env.DEEPDIVA_RUNS),
			"first/20260101T000000Z-0damaged",
		);
		mkdirSync(damaged);
		t.after(() => rmSync(damaged, { recursive: true }));
		const { status, stdout, stderr } = await ask();
		assert.equal(status, 1);
		assert.match(stdout, / second +4 /);
		assert.match(stderr, /0damaged is not a run/);
	});

	test("a member whose record is not as it was written is told by the list, and not taken for one that is there", async (t) => {
		const runs = join(String(process.env.DEEPDIVA_RUNS), "first");
		const [name = ""] = readdirSync(runs);
		const path = join(runs, name, "run.json");
		const text = readFileSync(path, "utf8");
		writeFileSync(path, text.replace(/("accuracy": )[\d.]+/, "$10.99"));
		t.after(() => writeFileSync(path, text));
		const list = await ask();
		assert.equal(list.status, 1);
		assert.match(list.stdout, / first +12 +12 /);
		const resumed = await ask("resume", "first");
		assert.notEqual(resumed.status, 0);
		assert.equal(resumed.stdout, "");
		for (const { stderr } of [list, resumed])
			assert.match(
				stderr,
				/^deepdiva: run [0-9a-f]{8}: seal broken, \S+run\.json is not as it was written/,
			);
	});

	test("draws curves, last values and effect sizes from the records to a file, in the format of its name", async () => {
		await multirun(
			{ name: "drawn", params: { lr: [1, 2] }, n: 4, git: "ignore" },
			({ lr }, run) => {
				for (let step = 1; step <= 3; step++)
					run.log({ loss: (lr * (1 + run.rng("init")())) / step }, { step });
			},
		);
		const draw = (file: string, ...more: readonly string[]) =>
			ask("show", "drawn", "--output", file, ...more);
		assert.equal((await draw("a.svg")).stdout, "wrote a.svg\n");
		const svg = readFileSync("a.svg", "utf8");
		assert.match(
			svg,
			/^<svg [^>]*><title>drawn, 2 groups of 4 runs: loss ends/,
		);
		assert.match(svg, />drawn, last values</);
		assert.ok(svg.endsWith("</svg>") && !svg.includes("Hedges"));
		await draw("b.svg", "--baseline", "lr=1");
		assert.match(
			readFileSync("b.svg", "utf8"),
			/>no claim possible: n = 4 pairs</,
		);
		mkdirSync("folder.svg");
		await draw("folder/c.PNG");
		assert.deepEqual(
			[...readFileSync("folder/c.PNG").subarray(0, 8)],
			[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
		);
		for (const [file, ...more] of [
			["d.pdf"],
			["d"],
			["folder.svg"],
			["d.svg", "--format", "csv"],
			["d.svg", "--json"],
			["d.svg", "--metric", "none"],
		] as const) {
			const { status, stderr } = await draw(file, ...more);
			assert.equal(status, 2, stderr);
		}
		assert.match(
			(await draw("d.pdf")).stderr,
			/a picture is written as \.svg or \.png, by the end of its name, not to "d\.pdf"/,
		);
		assert.ok(!readdirSync(".").some((name) => name.startsWith("d")));
		assert.match(
			(await ask("list", "--output", "d.svg")).stderr,
			/--output is an option of show/,
		);
	});
});

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { packageRoot } from "../base/version.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { answerHere, notebookOf } from "./command-line.ts";
import { byIndex } from "./jobs/told.ts";

/** A project with files; what the command line does there, and the runs by their places in their multiruns. */
function project(files: Readonly<Record<string, string>>) {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "node_modules"));
	symlinkSync(packageRoot, join(folder, "node_modules", "deepdiva"));
	writeFiles(folder, { "package.json": "{}", ...files });
	return {
		folder,
		async answer(...words: readonly string[]) {
			const { status, stdout, stderr } = await answerHere(words, {
				cwd: folder,
			});
			return { status, text: stdout + stderr };
		},
		records: () =>
			byIndex(listRuns(join(folder, "runs")).runs.map(({ record }) => record)),
	};
}

const SCRIPT = `import * as dd from "deepdiva";
dd.seed(7);
await dd.multirun({ name: "s", n: 2, images: false, params: { lr: [1, 2] } }, ({ lr }) => {
  const noise = dd.rng("noise");
  dd.log({ noise: lr * noise(), main: lr * Math.random() });
});
await dd.run({ name: "after", images: false }, () => dd.log({ main: Math.random() }));`;

suite("deepdiva run SCRIPT --vary", () => {
	const { answer, records } = project({
		"script.ts": SCRIPT,
		"multirun.yaml": "vary: noise\n",
	});
	const members = () => records().filter(({ multirun }) => multirun);

	test("lets only these streams of its multirun differ, whichever process computes a member", async () => {
		const { status, text } = await answer(
			...["run", "script.ts", "--git", "ignore", "--vary", "noise"],
		);
		assert.equal(status, 0, text);
		assert.match(text, /^only noise differs between repeats$/m);
		assert.match(text, /\(root 7, repeat 1 of noise\)/);
		const alone = members();
		assert.equal(alone.length, 4);
		const [a, b, c, d] = alone.map(({ metrics }) => metrics);
		assert.equal(b?.main, a?.main);
		assert.notEqual(b?.noise, a?.noise);
		assert.equal(d?.main, c?.main);
		assert.notEqual(d?.noise, c?.noise);
		const parallel = project({ "script.ts": SCRIPT });
		const said = await parallel.answer(
			...["run", "script.ts", "--git", "ignore"],
			...["--vary", "noise", "--jobs", "2"],
		);
		assert.equal(said.status, 0, said.text);
		assert.deepEqual(
			parallel.records().map(({ identity, digest }) => [identity, digest]),
			records().map(({ identity, digest }) => [identity, digest]),
		);
	});

	test("is replayed: a member, and what ran after", async () => {
		const after = records().find(({ experiment }) => experiment === "after");
		const last = members().at(-1);
		for (const record of [last, after]) {
			assert.deepEqual(record?.vary, ["noise"]);
			const { status, text } = await answer("replay", record?.id ?? "");
			assert.equal(status, 0, text);
			assert.match(text, /^identical/m);
		}
	});

	test("is told by runs show, with the seeds of two repeats", async () => {
		const [zero, one] = members();
		const { text } = await answer("runs", "show", one?.id ?? "");
		assert.match(
			text,
			new RegExp(
				`run seed +${one?.seed.run} of noise; ${zero?.seed.run}, repeat 0's, of all other streams`,
			),
		);
		const first = await answer("runs", "show", zero?.id ?? "");
		assert.match(first.text, new RegExp(`run seed +${zero?.seed.run}$`, "m"));
	});

	test("shares repeat 0 with the script as it is, and with another choice of streams", async () => {
		const before = members();
		const [first] = before;
		for (const words of [
			[],
			["--vary", "main"],
			["--config", "multirun.yaml"],
		]) {
			const { status, text } = await answer(
				...["run", "script.ts", "--git", "ignore", "--resume", ...words],
			);
			assert.equal(status, 0, text);
		}
		const all = members();
		// What the file says was there; the others have a later repeat of each point.
		assert.equal(all.length, before.length + 4);
		assert.equal(
			all.filter(({ identity }) => identity === first?.identity).length,
			1,
		);
	});

	test("compares what it varied as groups of their own", async () => {
		const { text } = await answer(
			"runs",
			"compare",
			...members().map(({ id }) => id),
		);
		assert.match(text, /vary=noise/);
		assert.match(text, /vary=main/);
		assert.match(text, /vary=all/);
	});

	test("varies nothing in a multirun without repeats, and says so", async () => {
		const mixed = project({
			"mixed.ts": `import * as dd from "deepdiva";
await dd.multirun({ name: "once", n: 1, images: false }, () => dd.log({ x: dd.rng("noise")() }));
await dd.multirun({ name: "twice", n: 2, images: false }, () => dd.log({ x: dd.rng("noise")(), y: Math.random() }));`,
		});
		const { status, text } = await mixed.answer(
			...["run", "mixed.ts", "--git", "ignore", "--vary", "noise"],
		);
		assert.equal(status, 0, text);
		assert.match(
			text,
			/^multirun once: --vary noise has nothing to vary here: each run is computed once$/m,
		);
		assert.doesNotMatch(text, /multirun twice: --vary/);
		const runs = mixed.records();
		const varied = runs.map(({ multirun }) => multirun?.vary);
		assert.deepEqual(varied.filter((vary) => vary === undefined).length, 1);
		const [zero, one] = runs.filter(({ experiment }) => experiment === "twice");
		assert.equal(one?.metrics.y, zero?.metrics.y);
		assert.notEqual(one?.metrics.x, zero?.metrics.x);
		const once = runs.find(({ experiment }) => experiment === "once");
		const replay = await mixed.answer("replay", once?.id ?? "");
		assert.equal(replay.status, 0, replay.text);
		assert.match(replay.text, /^identical/m);
	});

	test("is refused for names that are none, and where there is one repeat", async () => {
		const twice = await answer("run", "script.ts", "--vary", "init,init");
		assert.equal(twice.status, 2);
		assert.match(twice.text, /vary names "init" twice; remove one/);
		const { answer: ask } = project({
			"one.ts":
				'import * as dd from "deepdiva";\nawait dd.multirun({ name: "one", n: 1 }, () => {});',
		});
		const one = await ask("run", "one.ts", "--vary", "init");
		assert.equal(one.status, 2);
		assert.match(
			one.text,
			/--vary init says what differs between repeats, and no multirun has any: give n of at least 2/,
		);
	});
});

test("a notebook that is executed with --vary is refused at its end where no multirun has repeats", async () => {
	const { answer, records } = project({
		"nb.ipynb": notebookOf(
			"%types off",
			"%dd multirun once -n 1 --no-images\ndd.log({ x: 1 });",
		),
	});
	const { status, text } = await answer(
		"execute",
		"nb.ipynb",
		"--vary",
		"init",
	);
	assert.equal(status, 2, text);
	assert.match(text, /--vary init has nothing to vary here/);
	assert.match(text, /no multirun has any/);
	assert.equal(records().length, 1);
});

test("a last cell that fails is what a notebook ends with, not what --vary had nothing to do with", async () => {
	const { answer } = project({
		"nb.ipynb": notebookOf(
			'%types off\nthrow new Error("of the cell");\nawait dd.multirun({ name: "q", n: 3 }, () => dd.log({ x: 1 }));',
		),
	});
	const { status, text } = await answer(
		...["execute", "nb.ipynb", "--vary", "init"],
	);
	assert.equal(status, 1, text);
	assert.match(text, /of the cell/);
	assert.doesNotMatch(text, /no multirun has any/);
});

test("a notebook that is executed with --vary has it in its script", async () => {
	const { folder, answer, records } = project({
		"nb.ipynb": notebookOf(
			"%types off\n%dd seed 7",
			'%dd multirun some -n 3 --no-images\ndd.log({ init: dd.rng("init")(), main: Math.random() });',
			'const k = dd.parameter("k", 2);\nawait dd.multirun({ name: "code", n: 2, images: false, params: { lr: [1] } }, ({ lr }) => dd.log({ init: dd.rng("init")(), main: k * lr * Math.random() }));',
		),
	});
	const executed = await answer(
		...["execute", "nb.ipynb", "--vary", "init"],
		...["-p", "lr=3", "-p", "k=5"],
	);
	assert.equal(executed.status, 0, executed.text);
	const all = records();
	const runs = all.filter(({ experiment }) => experiment === "some");
	assert.equal(new Set(runs.map(({ metrics }) => metrics.main)).size, 1);
	assert.equal(new Set(runs.map(({ metrics }) => metrics.init)).size, 3);
	const last = runs.at(-1)?.id ?? "";
	const replayed = await answer("replay", last);
	assert.match(replayed.text, /^identical/m);
	const exported = await answer("export", last, "-o", "script.ts");
	assert.equal(exported.status, 0, exported.text);
	assert.match(
		readFileSync(join(folder, "script.ts"), "utf8"),
		/^dd\.useCommandLine\(\{"overrides":\{"lr":"3","k":"5"\},"vary":\["init"\]\}\);$/m,
	);
	const again = await answer("replay", "script.ts");
	assert.equal(again.status, 0, again.text);
	assert.match(again.text, /^identical/m);
	// What calls in a cell's own code were given is in no call of the script.
	const inCode = all.findLast(({ experiment }) => experiment === "code");
	assert.equal(inCode?.params.lr?.value, 3);
	await answer("export", inCode?.id ?? "", "-o", "code.ts");
	const code = await answer("replay", "code.ts");
	assert.match(code.text, /^identical/m);
	const own = await answer(
		...["run", "code.ts", "lr=4", "--vary", "main", "--git", "ignore"],
	);
	assert.equal(own.status, 0, own.text);
	const [last4] = records().filter(({ params }) => params.lr?.value === 4);
	assert.deepEqual(last4?.multirun?.vary, ["main"]);
});

test("a stream that no run drew from is told at the end", async () => {
	const { answer } = project({ "script.ts": SCRIPT });
	const { status, text } = await answer(
		...["run", "script.ts", "--git", "ignore", "--vary", "weights"],
	);
	assert.equal(status, 0, text);
	assert.match(
		text,
		/^multirun s: --vary weights: no run drew from weights, so all repeats of a point are the same run; runs drew from main, noise$/m,
	);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KeyboardInterrupt } from "../../base/errors.ts";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { RECORD_FORMAT } from "../record-format.ts";
import { configureSession, session } from "../session.ts";
import { type ActiveRun, activeRun, requireRun } from "./active-run.ts";
import { contradictions } from "./check/contradictions.ts";
import { ownerlessFiles } from "./check/file-contradictions.ts";
import { guard } from "./guard.ts";
import type { RunObserver } from "./observer.ts";
import { listRuns, readRun, statusOf, verifyFiles } from "./store/store.ts";
import {
	openTestSession,
	planOf,
	recordDiverged,
	recordRun,
} from "./test-record.ts";

const lines = (directory: string) =>
	readFileSync(join(directory, "metrics.jsonl"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as { step: number; metrics: object });

test("a finished run has its parameters, seeds, metrics, outputs and environment on record", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "log()" };
	session().cells = [{ source: "let a = 1", status: "ok" }];
	const { record, directory, outcome, value } = await recordRun(
		(run) => {
			run.log({ loss: 0.5 });
			run.log({ loss: 0.25 });
			run.log({ accuracy: 1 }, { step: 7 });
			Math.random();
			run.rng("init")();
			return "done";
		},
		{ params: { lr: 0.1, set: "xor" }, origins: { lr: "override" } },
	);
	assert.equal(value, "done");
	assert.equal(record.status, "finished");
	assert.deepEqual(record.params, {
		lr: { value: 0.1, origin: "override" },
		set: { value: "xor", origin: "default" },
	});
	assert.equal(record.seed.root, "42");
	assert.deepEqual(record.seed.streams, { main: 1, init: 1 });
	assert.deepEqual(record.metrics, { loss: 0.25, accuracy: 1 });
	assert.deepEqual(
		lines(directory).map(({ step, metrics }) => [step, metrics]),
		[
			[1, { loss: 0.5 }],
			[2, { loss: 0.25 }],
			[7, { accuracy: 1 }],
		],
	);
	assert.deepEqual(Object.keys(record.outputs), ["metrics"]);
	assert.equal(record.digest, outcome.digest);
	assert.equal(record.cwd, ".");
	assert.equal(record.git, undefined);
	assert.equal(record.environment.node, process.versions.node);
	assert.equal(readFileSync(join(directory, "cell.ts"), "utf8"), "log()");
	assert.deepEqual(
		JSON.parse(readFileSync(join(directory, "cells.json"), "utf8")),
		session().cells,
	);
	assert.deepEqual(
		readdirSync(directory).filter((name) => name.endsWith(".tmp")),
		[],
	);
});

const failures: [string, unknown, { name: string; message: string }][] = [
	[
		"an error",
		new RangeError("too large"),
		{ name: "RangeError", message: "too large" },
	],
	["a text", "stop", { name: "Uncaught", message: "stop" }],
	[
		"an object without a prototype",
		Object.create(null),
		{ name: "Uncaught", message: "[Object: null prototype] {}" },
	],
];

for (const [name, thrown, error] of failures)
	test(`a run that throws ${name} is recorded as failed, with what it logged before`, async () => {
		const root = openTestSession();
		await assert.rejects(
			recordRun((run) => {
				run.log({ loss: 1 });
				throw thrown;
			}),
			(caught) => caught === thrown,
		);
		const [stored] = listRuns(root).runs;
		assert.ok(stored);
		assert.equal(stored.record.status, "failed");
		assert.deepEqual(stored.record.error, error);
		assert.equal(lines(stored.directory).length, 1);
		assert.deepEqual(verifyFiles(stored), []);
	});

/** Runs a body that diverges; what its listeners were told, and its record. */
async function diverged(body: (run: ActiveRun) => unknown, error: object) {
	const root = openTestSession();
	const told: string[] = [];
	session().observers.add({
		event: (_, event) => {
			if (event.type === "notice") told.push(event.text);
		},
		runEnded: (_, { status }) => {
			told.push(status);
		},
	});
	await assert.rejects(recordRun(body), error);
	const [stored] = listRuns(root).runs;
	assert.ok(stored);
	assert.equal(stored.record.status, "diverged");
	assert.deepEqual(contradictions(stored), []);
	return { told, ...stored };
}

for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
	test(`a run whose loss ends as ${value} is told so at the step, goes on, and has diverged`, async () => {
		const { told, directory, record } = await diverged(
			(run) => {
				for (const loss of [1, value, value])
					run.log({ val_loss: loss, precision: Number.NaN });
			},
			{ name: "DivergedError", message: /^val_loss became .* at step 2\. / },
		);
		assert.equal(told.length, 2);
		assert.match(
			told[0] as string,
			new RegExp(`^val_loss became ${value} at step 2. .*learning rate`),
		);
		assert.equal(told[1], "diverged");
		assert.equal(lines(directory).length, 3);
		assert.equal(record.error?.name, "DivergedError");
	});

test("a run that diverged is not resumed: it would come to the same end", async () => {
	const { record } = await diverged((run) => run.log({ loss: Number.NaN }), {
		name: "DivergedError",
	});
	await assert.rejects(
		guard(planOf({ resume: "required" }), () => undefined),
		{
			name: "UsageError",
			message: new RegExp(`^run ${record.id} has diverged, and going on`),
		},
	);
});

test("a run that fails after its loss was lost has diverged, with the error that ended it", async () => {
	const { record } = await diverged(
		(run) => {
			run.log({ loss: Number.NaN });
			throw new RangeError("an embedding of NaN");
		},
		{ name: "RangeError" },
	);
	assert.equal(record.error?.name, "RangeError");
});

test("a loss that becomes finite again, and another metric that is NaN, are no divergence", async () => {
	openTestSession();
	const { record } = await recordRun((run) => {
		run.log({ val_loss: Number.POSITIVE_INFINITY, precision: Number.NaN });
		run.log({ val_loss: 0.5, precision: Number.NaN });
	});
	assert.equal(record.status, "finished");
});

test("a loss has diverged by the value of its highest step, whenever that was logged", async () => {
	openTestSession();
	const { record } = await recordDiverged((run) => {
		run.log({ loss: Number.NaN }, { step: 2 });
		run.log({ loss: 1 }, { step: 1 });
	});
	assert.equal(record.status, "diverged");
	assert.match(record.error?.message ?? "", /^loss became NaN at step 2/);
	const late = await recordRun((run) => {
		run.log({ loss: 1 }, { step: 2 });
		run.log({ loss: Number.NaN }, { step: 1 });
	});
	assert.equal(late.record.status, "finished");
});

test("what earlier versions called finished has diverged where its loss is NaN", async () => {
	openTestSession();
	const stored = await recordRun((run) => run.log({ loss: 1 }));
	const { record } = stored;
	assert.equal(statusOf(stored), "finished");
	const lost = { ...record, metrics: { loss: "NaN" } };
	assert.equal(statusOf({ ...stored, record: lost }), "diverged");
});

/** An interrupt, and a body that waits for it forever. */
async function interrupted(body: (run: ActiveRun) => unknown) {
	const root = openTestSession();
	const abort = new AbortController();
	session().source = { kind: "cell", text: "", signal: abort.signal };
	await assert.rejects(
		guard(planOf(), async (run) => {
			body(run);
			await new Promise((resolve) => setImmediate(resolve));
			abort.abort();
			await new Promise(() => undefined);
		}),
		{ name: "KeyboardInterrupt" },
	);
	return listRuns(root).runs[0];
}

test("an interrupted run ends at once and is recorded as interrupted", async () => {
	const stored = await interrupted((run) => run.log({ loss: 1 }));
	assert.equal(stored?.record.status, "interrupted");
	assert.equal(stored?.record.error?.name, "KeyboardInterrupt");
	assert.deepEqual(stored?.record.metrics, { loss: 1 });
});

test("a run of a cell that is already interrupted does not start", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "", signal: AbortSignal.abort() };
	let started = false;
	await assert.rejects(
		guard(planOf(), () => {
			started = true;
		}),
		{ name: "KeyboardInterrupt" },
	);
	assert.equal(started, false);
});

test("a body that throws a KeyboardInterrupt was interrupted", async () => {
	const root = openTestSession();
	await assert.rejects(
		recordRun(() => {
			throw new KeyboardInterrupt();
		}),
		{ name: "KeyboardInterrupt" },
	);
	assert.equal(listRuns(root).runs[0]?.record.status, "interrupted");
});

test("runs leave no listener on the cell's signal", async () => {
	openTestSession();
	const { signal } = new AbortController();
	let listeners = 0;
	const { addEventListener, removeEventListener } = signal;
	signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
		listeners++;
		addEventListener.apply(signal, args);
	};
	signal.removeEventListener = (
		...args: Parameters<typeof removeEventListener>
	) => {
		listeners--;
		removeEventListener.apply(signal, args);
	};
	session().source = { kind: "cell", text: "", signal };
	await recordRun(() => undefined);
	assert.equal(listeners, 0);
});

test("metrics are on disk while a busy loop runs", async () => {
	openTestSession();
	await recordRun((run) => {
		// Each at once: no timer has a turn until the loop ends.
		for (let step = 1; step <= 5; step++) {
			run.log({ loss: 1 / step });
			assert.equal(lines(run.info.directory).length, step);
		}
	});
});

test("an artifact that nobody awaited is on record", async () => {
	openTestSession();
	const values = Float32Array.of(1, 2, 3);
	const { record, directory } = await recordRun((run) => {
		void run.artifact("weights", values);
		values.fill(9);
	});
	assert.deepEqual(Object.keys(record.outputs), ["artifact/weights"]);
	const file = readFileSync(join(directory, "artifacts/weights.npy"));
	assert.deepEqual([file.readFloatLE(128), file.readFloatLE(132)], [1, 2]);
});

test("a run whose artifact cannot be kept has failed, awaited or not", async () => {
	const root = openTestSession();
	await assert.rejects(
		recordRun((run) => {
			void run.artifact("bad", () => 1);
		}),
		{ name: "TypeError", message: /^artifact "bad": a function/ },
	);
	assert.equal(listRuns(root).runs[0]?.record.status, "failed");
});

test("of artifacts with one name the last stays, whatever takes longer", async () => {
	openTestSession();
	const slow = {
		shape: [1],
		dtype: "float32",
		data: () =>
			new Promise((resolve) => setImmediate(resolve, Float32Array.of(1))),
	};
	const { record, directory } = await recordRun((run) => {
		void run.artifact("a", slow);
		void run.artifact("a", "text");
	});
	assert.deepEqual(record.outputs["artifact/a"]?.files, ["artifacts/a.txt"]);
	assert.deepEqual(readdirSync(join(directory, "artifacts")), ["a.txt"]);
	assert.deepEqual(verifyFiles({ record, directory }), []);
});

const late: [string, (run: ActiveRun) => unknown][] = [
	["log", (run) => run.log({ loss: 1 })],
	["artifact", (run) => run.artifact("a", 1)],
	[
		"confusion",
		(run) =>
			run.confusion({ name: "c", confusion: { classes: [], matrix: [] } }),
	],
	["data", (run) => run.data(".")],
];

for (const [name, call] of late)
	test(`dd.${name} after the end of its run is an error, and the record stays as it was`, async () => {
		openTestSession();
		let kept: ActiveRun | undefined;
		const stored = await recordRun((run) => {
			kept = run;
			run.log({ loss: 0 });
		});
		await assert.rejects(async () => call(kept as ActiveRun), {
			name: "UsageError",
			message: `dd.${name}: run ${stored.run.id} is over, so nothing more can be recorded; await what the run starts before its code ends`,
		});
		assert.deepEqual(verifyFiles(readRun(stored.directory)), []);
	});

const misuses: [string, (run: ActiveRun) => unknown, string][] = [
	[
		"a number",
		(run) => run.log(0.5 as never),
		"dd.log takes names with numbers, for example dd.log({ loss }), not 0.5",
	],
	[
		"a text",
		(run) => run.log("loss" as never),
		'dd.log takes names with numbers, for example dd.log({ loss }), not "loss"',
	],
	[
		"nothing",
		(run) => run.log(undefined as never),
		"dd.log takes names with numbers, for example dd.log({ loss }), not undefined",
	],
	[
		"a tensor",
		(run) => run.log({ loss: {} as never }),
		"dd.log: loss is an object, not a number; take the number out of a tensor with (await t.data())[0]",
	],
	[
		"a Promise",
		(run) => run.log({ loss: Promise.resolve(1) as never }),
		"dd.log: loss is a promise, not a number; write await before what makes it",
	],
	[
		"an undefined value",
		(run) => run.log({ loss: undefined as never }),
		"dd.log: loss is undefined, not a number; take the number out of a tensor with (await t.data())[0]",
	],
	[
		"a step that is none",
		(run) => run.log({ loss: 1 }, { step: Number.NaN }),
		"dd.log: the step must be a number, not NaN",
	],
	[
		"a name with half of a character",
		(run) => run.log({ "loss\ud800": 1 }),
		'dd.log: "loss\\ud800" cannot name a metric, it has half of a character (a lone surrogate); give it another name',
	],
	[
		"the name __proto__",
		(run) => run.log({ ["__proto__"]: 1 }),
		'dd.log: "__proto__" cannot name a metric; give it another name',
	],
];

for (const [name, call, message] of misuses)
	test(`dd.log with ${name} is refused`, async () => {
		openTestSession();
		await assert.rejects(recordRun(call), { name: "UsageError", message });
	});

test("a file that the code itself writes into the run's folder is on record, and contradicts nothing", async () => {
	openTestSession();
	const stored = await recordRun(({ info }) =>
		writeFileSync(join(info.directory, "constructor"), "mine"),
	);
	assert.ok(Object.hasOwn(stored.record.files, "constructor"));
	assert.deepEqual(verifyFiles(stored), []);
	assert.deepEqual(contradictions(stored), []);
	assert.deepEqual(ownerlessFiles(stored.record), ["constructor"]);
});

for (const thrown of [new Error("half \ud800"), "half \ud800"])
	test(`a run that ends with half of a character in ${typeof thrown === "string" ? "what it throws" : "its error"} is sealed`, async () => {
		const folder = openTestSession();
		await assert.rejects(
			recordRun(() => {
				throw thrown;
			}),
			(error) => error === thrown,
		);
		const [stored] = listRuns(folder).runs;
		assert.equal(stored?.record.error?.message, "half \ufffd");
		assert.deepEqual(verifyFiles(stored), []);
	});

test("what metrics say follows from their lines, whatever they are called and at whatever step", async () => {
	openTestSession();
	const stored = await recordRun((run) => {
		run.log({ "@NaN": 1, constructor: 2, "": 3, 7: 4 }, { step: -0 });
		run.log({ "@NaN": -0 }, { step: -1.5 });
		run.log({ toString: Number.NaN }, { step: 1e21 });
	});
	assert.deepEqual(contradictions(stored), []);
});

for (const name of [
	"",
	"a b",
	"../x",
	"a/b",
	".hidden",
	"-x",
	"größe",
	"x".repeat(101),
])
	test(`"${name.slice(0, 20)}" is refused as a name of runs, artifacts and pictures`, async () => {
		openTestSession();
		const refused = (what: string) => ({
			name: "UsageError",
			message: `"${name}" cannot name ${what}: use letters, digits, "_", "-" and ".", at most 100`,
		});
		await assert.rejects(
			recordRun(() => undefined, { experiment: name }),
			refused("a run"),
		);
		await recordRun((run) => {
			assert.throws(
				() => run.confusion({ name, confusion: { classes: [], matrix: [] } }),
				refused("a picture"),
			);
		});
		await assert.rejects(
			recordRun((run) => run.artifact(name, 1)),
			refused("an artifact"),
		);
	});

test("runs side by side keep their own streams, metrics and events", async () => {
	openTestSession();
	const seen: string[] = [];
	const observer: RunObserver = {
		event: (run, event) => seen.push(`${run.experiment} ${event.type}`),
	};
	session().observers.add(observer);
	const body = (turns: number) => async (run: ActiveRun) => {
		const drawn: number[] = [];
		for (let i = 0; i < 3; i++) {
			for (let turn = 0; turn < turns; turn++)
				await new Promise((resolve) => setImmediate(resolve));
			assert.equal(activeRun(), run);
			drawn.push(Math.random(), requireRun("test").rng("init")());
			run.log({ drawn: Math.random() });
		}
		return drawn;
	};
	const together = await Promise.all([
		recordRun(body(1), { experiment: "a" }),
		recordRun(body(3), { experiment: "b" }),
		recordRun(body(2), { experiment: "c" }),
	]);
	const alone = [
		await recordRun(body(1), { experiment: "a" }),
		await recordRun(body(1), { experiment: "b" }),
		await recordRun(body(1), { experiment: "c" }),
	];
	together.forEach((run, i) => {
		assert.deepEqual(run.value, alone[i]?.value);
		assert.equal(run.outcome.digest, alone[i]?.outcome.digest);
		assert.equal(run.record.occurrence, 0);
		assert.equal(alone[i]?.record.occurrence, 1);
	});
	assert.equal(seen.filter((event) => event === "b metric").length, 6);
});

test("outside of a run there is none, and the error says how to start one", () => {
	assert.equal(activeRun(), undefined);
	assert.throws(() => requireRun("dd.log"), {
		name: "UsageError",
		message:
			'dd.log belongs inside a run: start the cell with "%dd run NAME", or call it in the body of dd.run(…)',
	});
});

test("paths, the clock, other runs and the cell change neither seed nor digest", async () => {
	const body = (run: ActiveRun) => run.log({ drawn: Math.random() });
	const run = (folder: string) =>
		recordRun(body, { params: { folder, lr: 1 }, paths: ["folder"] });
	openTestSession();
	const first = await run("data/a");
	openTestSession();
	session().source = { kind: "cell", text: "another cell" };
	await recordRun(body, { experiment: "before" });
	const second = await run("/elsewhere/b");
	assert.equal(second.record.identity, first.record.identity);
	assert.equal(second.record.seed.run, first.record.seed.run);
	assert.equal(second.outcome.digest, first.outcome.digest);
	assert.deepEqual(second.record.params.folder, {
		value: "/elsewhere/b",
		origin: "default",
	});
	openTestSession({ rootSeed: "43" });
	assert.notEqual((await run("data/a")).outcome.digest, first.outcome.digest);
});

test("the same run in another process has the same digest", async () => {
	const script = `
		import { guard } from ${JSON.stringify(new URL("./guard.ts", import.meta.url).href)};
		import { installRandom } from ${JSON.stringify(new URL("../random/install.ts", import.meta.url).href)};
		import { configureSession } from ${JSON.stringify(new URL("../session.ts", import.meta.url).href)};
		installRandom();
		configureSession({ rootSeed: process.argv[1] });
		const plan = ${JSON.stringify(planOf())};
		const { outcome } = await guard(plan, async (run) => {
			run.log({ drawn: Math.random() });
			await run.artifact("w", Float64Array.from({ length: 9 }, run.rng("init")));
		});
		console.log(outcome.digest);
	`;
	const digest = (seed: string) =>
		execFileSync(
			process.execPath,
			["--input-type=module", "--eval", script, seed],
			{
				encoding: "utf8",
				cwd: temporaryFolder(),
				env: { ...process.env, DEEPDIVA_RUNS: temporaryFolder() },
			},
		).trim();
	const [first, second, other] = ["1", "1", "2"].map(digest);
	assert.match(first as string, /^sha256:/);
	assert.equal(first, second);
	assert.notEqual(first, other);
});

test("a run with data that changed does not start, and says what changed", async () => {
	const root = openTestSession();
	const folder = temporaryFolder();
	writeFiles(folder, { "data/a.txt": "1" });
	const directory = join(folder, "data");
	const notices: string[] = [];
	session().observers.add({
		event: (_, event) => event.type === "notice" && notices.push(event.text),
	});
	const { record } = await recordRun(
		(run) => Promise.all([run.data(directory), run.data(directory)]),
		{ data: [directory] },
	);
	assert.deepEqual(
		record.data.map(({ path, files, bytes }) => [path, files, bytes]),
		[[directory, 1, 1]],
	);
	assert.equal(notices.length, 1);
	writeFiles(folder, { "data/a.txt": "22" });
	let started = false;
	await assert.rejects(
		recordRun(
			() => {
				started = true;
			},
			{ data: [directory] },
		),
		{ name: "DataChangedError", message: /a\.txt/ },
	);
	assert.equal(started, false);
	const failed = listRuns(root).runs.at(-1);
	assert.equal(failed?.record.status, "failed");
	assert.deepEqual(failed?.record.data, []);
});

test("the state of the code is on record and kept, runs and data left out", async () => {
	openTestSession();
	execFileSync("git", ["init", "-q", "-b", "main"]);
	writeFiles(".", { "code.ts": "1\n", "data/x.txt": "1\n" });
	const { record } = await recordRun(() => undefined, { data: ["data"] });
	const { git } = record;
	assert.ok(git && git.mode !== "ignore");
	const { tree, snapshot, ...rest } = git;
	assert.deepEqual(rest, {
		mode: "snapshot",
		branch: "main",
		dirty: true,
		skipped: [],
		leftOut: [],
	});
	assert.ok(snapshot);
	assert.equal(snapshot.ref, `refs/deepdiva/code/${snapshot.commit}`);
	const printed = (...args: string[]) =>
		execFileSync("git", args, { encoding: "utf8" }).trim();
	assert.equal(printed("rev-parse", snapshot.ref), snapshot.commit);
	assert.equal(printed("rev-parse", `${snapshot.ref}^{tree}`), tree);
	assert.equal(
		printed("ls-tree", "-r", "--name-only", snapshot.commit),
		"code.ts",
	);
	const ignored = await recordRun(() => undefined, { git: "ignore" });
	assert.deepEqual(ignored.record.git, { mode: "ignore" });
});

test("code that is committed needs no snapshot, and its commit is kept", async () => {
	openTestSession();
	const commit = committed({ "code.ts": "1\n" });
	const { record } = await recordRun(() => undefined, { git: "require" });
	assert.deepEqual(record.git, {
		mode: "require",
		commit,
		branch: "main",
		dirty: false,
		tree: execFileSync("git", ["rev-parse", "HEAD^{tree}"], {
			encoding: "utf8",
		}).trim(),
		skipped: [],
		leftOut: [],
	});
	assert.equal(
		execFileSync("git", ["for-each-ref", "refs/deepdiva"], {
			encoding: "utf8",
		}),
		`${commit} commit\trefs/deepdiva/code/${commit}\n`,
	);
});

/** Makes the working directory a repository with one commit; returns it. */
function committed(files: Record<string, string>): string {
	writeFiles(".", files);
	const git = (...args: string[]) =>
		execFileSync("git", args, { encoding: "utf8" });
	git("init", "-q", "-b", "main");
	git("config", "user.name", "A");
	git("config", "user.email", "a@example.org");
	git("add", "-A");
	git("commit", "-q", "-m", "first");
	return git("rev-parse", "HEAD").trim();
}

const refusals: [string, () => void, RegExp][] = [
	[
		"changed",
		() => {
			committed({ "code.ts": "1\n" });
			writeFiles(".", { "code.ts": "2\n", "new.ts": "3\n" });
		},
		/^--git require: the code in \S+ is not as commit [0-9a-f]{12} has it; commit it, or choose --git snapshot\n {2}M code\.ts\n {2}\? new\.ts$/,
	],
	[
		"never committed",
		() => execFileSync("git", ["init", "-q"]),
		/^--git require: the repository \S+ has no commit; commit the code, or/,
	],
	[
		"in no repository",
		() => undefined,
		/^--git require: there is no git repository around \S+, or no git; commit the code, or/,
	],
];

for (const [state, prepare, message] of refusals)
	test(`--git require refuses code that is ${state}, before it runs`, async () => {
		const root = openTestSession();
		prepare();
		let started = false;
		await assert.rejects(
			recordRun(
				() => {
					started = true;
				},
				{ git: "require" },
			),
			{ name: "UsageError", message },
		);
		assert.equal(started, false);
		assert.equal(listRuns(root).runs[0]?.record.status, "failed");
	});

test("--git of the command line wins over what a run asks for", async () => {
	openTestSession({ git: "ignore" });
	const { record } = await recordRun(() => undefined, { git: "require" });
	assert.deepEqual(record.git, { mode: "ignore" });
});

test("a replay leaves no snapshot behind", async () => {
	openTestSession();
	committed({ "code.ts": "1\n" });
	const first = await recordRun(() => undefined, {});
	const refs = () =>
		execFileSync("git", ["for-each-ref", "refs/deepdiva"], {
			encoding: "utf8",
		});
	const before = refs();
	writeFiles(".", { "code.ts": "2\n" });
	const directory = temporaryFolder();
	configureSession({
		replay: {
			identity: first.record.identity,
			occurrence: 0,
			format: RECORD_FORMAT,
			earlierCells: 0,
			directory,
		},
	});
	await guard(planOf(), () => undefined);
	const { git } = readRun(directory).record;
	assert.ok(git && git.mode !== "ignore");
	assert.equal(git.dirty, true);
	assert.equal(git.snapshot, undefined);
	assert.equal(git.tree, undefined);
	assert.equal(refs(), before);
	configureSession({});
});

test("a replay records its target alone, and leaves out what leaves nothing behind", async () => {
	openTestSession();
	const directory = temporaryFolder();
	const body = (run: ActiveRun) => run.log({ drawn: Math.random() });
	const first = await recordRun(body, { params: { lr: 1 } });
	const again = await recordRun(body, { params: { lr: 1 } });
	assert.equal(again.record.occurrence, 1);
	const root = openTestSession({
		replay: {
			identity: first.record.identity,
			occurrence: 1,
			format: RECORD_FORMAT,
			earlierCells: 0,
			multirun: "m",
			directory,
		},
	});
	assert.equal(await guard(planOf({ task: "points" }), body), undefined);
	const multirun = {
		id: "m",
		experiment: "test",
		total: 2,
		repeats: 2,
		varied: [],
		index: 1,
	};
	assert.equal(await guard(planOf({ multirun, repeat: 1 }), body), undefined);
	const computed = await guard(planOf({ params: { lr: 1 } }), body);
	assert.equal(computed?.run.recorded, false);
	const target = await guard(planOf({ params: { lr: 1 } }), body);
	assert.equal(target?.run.directory, directory);
	assert.equal(readRun(directory).record.digest, again.record.digest);
	assert.equal(computed?.outcome.digest, first.record.digest);
	assert.equal(existsSync(root), false);
	configureSession({});
});

test("outputs are on record by name, in whatever order they came", async () => {
	openTestSession();
	const { record } = await recordRun(async (run) => {
		await run.artifact("b", "1");
		run.log({ loss: 1 });
		await run.artifact("a", "2");
	});
	assert.deepEqual(Object.keys(record.outputs), [
		"artifact/a",
		"artifact/b",
		"metrics",
	]);
	assert.deepEqual(
		Object.keys(record.files),
		[...Object.keys(record.files)].sort(),
	);
});

test("metrics that are logged together without a step have the one after the latest of any of them", async () => {
	openTestSession();
	const { directory } = await recordRun((run) => {
		run.log({ a: 1 });
		run.log({ a: 2 });
		run.log({ b: 1 });
		run.log({ a: 3, b: 2 });
		run.log({ b: 3, a: 4, c: 1 });
		run.log({ c: 2 }, { step: 1 });
		run.log({ c: 3 });
	});
	assert.deepEqual(
		lines(directory).map(({ step }) => step),
		[1, 2, 1, 3, 4, 1, 2],
	);
});

test("a run whose code ends with an error of its own when it is interrupted was interrupted", async () => {
	const root = openTestSession();
	const abort = new AbortController();
	session().source = { kind: "cell", text: "", signal: abort.signal };
	await assert.rejects(
		guard(planOf(), () => {
			abort.abort();
			throw new RangeError("in the middle");
		}),
	);
	assert.equal(listRuns(root).runs[0]?.record.status, "interrupted");
});

test("on the way to a run that is replayed, members of earlier multiruns are computed, and those of its own are left out", async () => {
	for (const [earlierCells, computed] of [
		[1, true],
		[0, false],
	] as const) {
		openTestSession({
			replay: {
				identity: "another",
				occurrence: 0,
				format: RECORD_FORMAT,
				earlierCells,
				multirun: "m",
				directory: temporaryFolder(),
			},
		});
		const multirun = {
			id: "m",
			experiment: "test",
			total: 2,
			repeats: 2,
			varied: [],
			index: 0,
		};
		const member = await guard(planOf({ multirun }), () => 7);
		assert.equal(member?.value, computed ? 7 : undefined);
		assert.equal(member?.run.recorded, computed ? false : undefined);
		const task = await guard(planOf({ task: "points" }), () => 7);
		assert.equal(task, undefined);
	}
	configureSession({});
});

import assert from "node:assert/strict";
import {
	cpSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { executeRecipe } from "../../cli/replay/execute-recipe.ts";
import { reportReplay } from "../../cli/replay/replay-report.ts";
import { Engine } from "../../kernel/owner/owner.ts";
import { trustStats } from "../data/hashing/test-stamps.ts";
import type { RunRecord } from "../record/record.ts";
import { sealOf, writeRecord } from "../record/record-file.ts";
import { listRuns, readRun, type StoredRun } from "../record/store/store.ts";
import { thisProcess } from "../record/surroundings/liveness.ts";
import { forgeWhole } from "../record/test-forgery.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { compareRuns, isIdentical, isWithinTolerance } from "./compare.ts";
import { replayRun } from "./replay.ts";

const project = temporaryFolder();
writeFiles(project, {
	"package.json": "{}",
	"data/a.txt": "a",
	"data/b.txt": "b",
});
const root = join(project, "runs");

const guarded = [
	"%dd run a lr=0.1 --no-images",
	"dd.log({ x: noise * lr + Math.random() });",
	"dd.confusion([0, 1], [0, Math.random() < 0.5 ? 1 : 0]);",
	"await dd.artifact('weights', Float32Array.from({ length: 5 }, dd.rng('init')));",
].join("\n");
const cells = [
	"let noise = Math.random();",
	guarded,
	"noise = Math.random() + 1;",
	"throw new Error('this cell failed')",
	guarded,
	"%dd multirun many -n 2 k=1,2\ndd.log({ drawn: k * Math.random() });",
	"%dd run bad\ndd.log({ x: Math.random() });\nthrow new RangeError('too large');",
	"%dd run data --data data\ndd.log({ hour: new Date(0).getHours() });",
	"%dd run lost\ndd.log({ loss: 1 });\ndd.log({ loss: 0 / 0 });\nconst after = Math.random();\ndd.log({ after });",
	// The last ones: what loads TensorFlow.js is executed again on the way to all that follows.
	"%dd run task=points set=moons epochs=1 --no-images",
	"%dd run fitted\nimport * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });\nmodel.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\nawait model.fit(tf.ones([2, 1]), tf.fill([2, 1], 3e38), { epochs: 2, verbose: 0 });\ndd.log({ x: 1 });",
];

const engine = await Engine.start({
	charts: false,
	cwd: project,
	rootSeed: "5",
	// Whatever zone this process is in, the replays below find the hours of this one.
	env: { DEEPDIVA_RUNS: root, TZ: "Pacific/Kiritimati" },
});
for (const [index, code] of cells.entries())
	await engine.execute(String(index), {
		code,
		executionCount: index + 1,
		silent: true,
	});
await engine.shutdown();

const { runs } = listRuns(root);
const named = (experiment: string) =>
	runs.filter(({ record }) => record.experiment === experiment);

function pick(experiment: string, index = 0): StoredRun {
	const run = named(experiment)[index];
	assert.ok(run, `run ${index} of ${experiment}`);
	return run;
}

/** A run that diverged, as it was recorded when no run did. */
function former(experiment: string): StoredRun {
	const { directory } = pick(experiment);
	const folder = mkdtempSync(join(dirname(directory), "former-"));
	cpSync(directory, folder, { recursive: true });
	forgeWhole(folder, (record) => {
		record.status = "finished";
		delete record.error;
	});
	return readRun(folder);
}

const never = () => {
	throw new Error("nothing should be executed");
};

test("the notebook recorded what is replayed here", () => {
	assert.deepEqual(
		runs.map(({ record }) => [
			record.experiment,
			record.status,
			record.occurrence,
		]),
		[
			["a", "finished", 0],
			["a", "finished", 1],
			...Array(4).fill(["many", "finished", 0]),
			["bad", "failed", 0],
			["data", "finished", 0],
			["lost", "diverged", 0],
			["points", "finished", 0],
			["fitted", "diverged", 0],
		],
	);
	assert.notEqual(pick("a", 0).record.digest, pick("a", 1).record.digest);
});

const replayed: [string, StoredRun][] = [
	["of a cell with earlier cells", pick("a", 0)],
	[
		"of a cell that ran before under the same name, after a cell that failed",
		pick("a", 1),
	],
	["of one member of a multirun, alone", pick("many", 3)],
	["of a task", pick("points")],
	["that failed", pick("bad")],
	["with data, in another time zone", pick("data")],
	["that diverged", pick("lost")],
	[
		"that diverged, and that an earlier version called finished",
		former("lost"),
	],
	[
		"that diverged in the training of a model, and that an earlier version called finished",
		former("fitted"),
	],
];

for (const [name, stored] of replayed)
	test(`a run ${name} is replayed, and every part is identical`, async () => {
		const before = listRuns(root).runs.length;
		const { parts, failure } = await replayRun(stored, executeRecipe);
		assert.equal(failure, undefined);
		assert.deepEqual(
			parts.filter(({ verdict }) => verdict !== "identical"),
			[],
		);
		const expected = [
			...Object.keys(stored.record.outputs),
			...stored.record.data.map(({ path }) => `data ${path}`),
			"seed",
			"status",
			...(stored.record.error ? ["error"] : []),
			...(Object.keys(stored.record.params).length > 0
				? ["parameters", "origins of parameters"]
				: []),
			"files of outputs",
			...(stored.record.error ? ["place of the error"] : []),
			"final metrics",
			...(Object.keys(stored.record.seed.streams).length > 0 ? ["draws"] : []),
			"seeds of the session",
			"identity",
			...(stored.record.multirun ? ["place in the multirun", "grid"] : []),
			"conditions",
			...(stored.record.data.length > 0 ? ["sizes of data"] : []),
			...(Object.values(stored.record.outputs).some(({ files }) =>
				files.some((file) => file.endsWith("model.json")),
			)
				? ["layers of models"]
				: []),
		];
		assert.deepEqual(
			parts.map(({ part }) => part),
			expected,
		);
		assert.equal(
			listRuns(root).runs.length,
			before,
			"a replay records nothing anew",
		);
	});

const files = [...Object.keys(pick("a", 1).record.files), "run.json"];
const isCode = (file: string) =>
	["cell.ts", "cells.json", "run.json"].includes(file);

/** A copy of a run, among the runs of its project. */
function copyOf({ directory }: StoredRun): string {
	const folder = `${directory}-copy`;
	rmSync(folder, { recursive: true, force: true });
	cpSync(directory, folder, { recursive: true });
	return folder;
}

for (const file of files)
	test(`after one byte of ${file} changed, a replay names it and is not identical`, async () => {
		const folder = copyOf(pick("a", 1));
		const path = join(folder, file);
		const bytes = readFileSync(path);
		// The beginning of a comment, a number or a text: JSON stays JSON.
		const at = Math.max(0, bytes.lastIndexOf("noise".codePointAt(3) ?? 0));
		bytes[at] = (bytes[at] as number) ^ 1;
		writeFileSync(path, bytes);
		const target = pick("a", 1);
		const { parts, failure } = await replayRun(
			readRun(folder),
			// What would be executed is no different for the other files.
			isCode(file)
				? never
				: async (recipe) => {
						cpSync(target.directory, recipe.target.directory, {
							recursive: true,
						});
						return undefined;
					},
		);
		rmSync(folder, { recursive: true });
		assert.equal(isIdentical(parts), false);
		assert.deepEqual(
			parts.filter(({ verdict }) => verdict !== "identical"),
			[{ part: file, verdict: "file changed" }],
		);
		assert.equal(failure === undefined, !isCode(file));
	});

test("a file that is missing is named", async () => {
	const folder = copyOf(pick("a", 0));
	rmSync(join(folder, "cells.json"));
	const { parts, failure } = await replayRun(readRun(folder), never);
	rmSync(folder, { recursive: true });
	assert.deepEqual(parts, [{ part: "cells.json", verdict: "file missing" }]);
	assert.match(String(failure), /^the recorded code is not as it was written/);
});

for (const [name, change] of [
	["a changed byte", () => writeFiles(project, { "data/a.txt": "A" })],
	[
		"a changed byte that a stat index of one's own vouches for",
		() => {
			writeFiles(project, { "data/a.txt": "A" });
			trustStats(join(project, "data"));
		},
	],
	["a file more", () => writeFiles(project, { "data/c.txt": "c" })],
	["no data at all", () => rmSync(join(project, "data"), { recursive: true })],
] as const)
	test(`with ${name} in the data folder nothing is executed, and the data are named`, async () => {
		writeFiles(project, { "data/a.txt": "a", "data/b.txt": "b" });
		rmSync(join(project, "data", "c.txt"), { force: true });
		change();
		const { parts, failure } = await replayRun(pick("data"), never);
		assert.equal(parts.length, 1);
		assert.equal(parts[0]?.part, "data data");
		assert.notEqual(parts[0]?.verdict, "identical");
		assert.ok(failure);
	});

test("a run that gives other numbers is not identical, and says which", async () => {
	const { parts, failure } = await replayRun(pick("a", 0), (recipe) =>
		executeRecipe({
			...recipe,
			source: {
				kind: "cell",
				cells: [{ source: "let noise = 2", status: "ok" }],
				text: guarded,
			},
		}),
	);
	assert.equal(failure, undefined);
	assert.deepEqual(
		parts
			.filter(({ verdict }) => verdict !== "identical")
			.map(({ part, verdict }) => [part, verdict]),
		[
			["metrics", "different"],
			["final metric x", "different"],
		],
	);
});

test("a run whose numbers moved a little is within a tolerance, and the distance is told", async () => {
	const moved = temporaryFolder();
	const strict = await replayRun(pick("a", 0), async (recipe) => {
		const { source, target } = recipe;
		assert.equal(source.kind, "cell");
		const failure = await executeRecipe({
			...recipe,
			source: {
				...source,
				text: guarded.replace("Math.random() }", "Math.random() + 1e-9 }"),
			},
		});
		cpSync(target.directory, moved, { recursive: true });
		return failure;
	});
	const metrics = strict.parts.find(({ part }) => part === "metrics");
	assert.equal(metrics?.verdict, "different");
	const { difference } = metrics;
	assert.equal(difference?.numbers, 1);
	assert.ok(difference.maxAbsolute > 0.9e-9 && difference.maxAbsolute < 1.1e-9);
	assert.ok(difference.maxUlps > 1000);
	assert.equal(isWithinTolerance(strict.parts), false);
	const { parts, failure } = await replayRun(
		pick("a", 0),
		async ({ target }) => {
			cpSync(moved, target.directory, { recursive: true });
			return undefined;
		},
		{ tolerance: 1e-6 },
	);
	assert.equal(failure, undefined);
	assert.equal(isIdentical(parts), false);
	assert.equal(isWithinTolerance(parts), true);
	assert.deepEqual(
		parts
			.filter(({ verdict }) => verdict !== "identical")
			.map(({ part, verdict }) => [part, verdict]),
		[
			["metrics", "within tolerance"],
			["final metric x", "within tolerance"],
		],
	);
});

test("code that fails before the run is told by its error", async () => {
	const { parts, failure } = await replayRun(pick("a", 0), (recipe) =>
		executeRecipe({
			...recipe,
			source: {
				kind: "cell",
				cells: [{ source: "nowhere()", status: "ok" }],
				text: guarded,
			},
		}),
	);
	assert.deepEqual(parts, []);
	assert.match(String(failure), /^cell 1 of 2:\n.*ReferenceError.*nowhere/s);
});

test("code that does not start the run again says so", async () => {
	const { failure } = await replayRun(pick("a", 0), async () => undefined);
	assert.equal(failure, "the code did not start this run again");
});

function withRecord(change: Partial<RunRecord>): StoredRun {
	const stored = pick("a", 0);
	return { ...stored, record: { ...stored.record, ...change } };
}

for (const status of ["running", "interrupted"] as const)
	test(`a run that is ${status} is not replayed`, async () => {
		const stored = withRecord({ status, process: thisProcess() });
		await assert.rejects(replayRun(stored, never), {
			name: "UsageError",
			message: `run ${stored.record.id} did not end (${status}), so there is nothing to compare a replay with`,
		});
	});

test("a run that a program started for itself is not replayed", async () => {
	openTestSession();
	const stored = await recordRun(() => undefined);
	await assert.rejects(replayRun(stored, never), {
		name: "UsageError",
		message: `run ${stored.record.id} was started by a program of its own, so its code is not in the record; start it with "deepdiva run SCRIPT" to make it replayable`,
	});
});

test("a run folder far from its project is not replayed", async () => {
	openTestSession();
	const folder = join(temporaryFolder(), "a", "b", "c");
	cpSync(pick("a", 0).directory, folder, { recursive: true });
	const moved = { ...pick("a", 0).record, cwd: "notebooks" };
	writeRecord(folder, moved);
	const { parts } = await replayRun(readRun(folder), never);
	assert.deepEqual(
		parts.map(({ part }) => part),
		["run.json"],
	);
});

test("a replay by other kernels than those on record says so before it tells what differs", async (context) => {
	const folder = copyOf(pick("points"));
	const { record } = readRun(folder);
	const backend = record.environment.backend as { numerics: string };
	const numerics = "0".repeat(16);
	const { seal: _, ...rest } = record;
	const forged: RunRecord = {
		...rest,
		environment: { ...record.environment, backend: { ...backend, numerics } },
	};
	forged.seal = sealOf(forged);
	writeRecord(folder, forged);
	const result = await replayRun(readRun(folder), async ({ target }) => {
		cpSync(pick("points").directory, target.directory, { recursive: true });
		return undefined;
	});
	rmSync(folder, { recursive: true });
	assert.deepEqual(result.otherNumerics, {
		recorded: numerics,
		replayed: backend.numerics,
	});
	const printed = context.mock.method(console, "log", () => undefined);
	const report = (parts: typeof result.parts) => {
		printed.mock.resetCalls();
		reportReplay(
			"1",
			{ ...result, parts },
			{ json: false, tolerance: undefined },
		);
		return String(printed.mock.calls[0]?.arguments[0]);
	};
	assert.doesNotMatch(report(result.parts), /other numerics/);
	assert.match(
		report([{ part: "metrics", verdict: "different" }]),
		new RegExp(`^other numerics: ${numerics} → ${backend.numerics}`),
	);
});

test("a replay that comes out different names what differs here and what the run read that no record has, and one that is identical does not", async (context) => {
	const folder = copyOf(pick("bad"));
	const { record } = readRun(folder);
	const { seal: _, ...rest } = record;
	const leak = {
		kind: "environment",
		what: "process.env.OUTERFLAG",
		count: 1,
		place: "In [7]",
		line: 2,
	} as const;
	const forged: RunRecord = {
		...rest,
		environment: { ...record.environment, icu: "1", locale: "tlh" },
	};
	forged.seal = sealOf(forged);
	writeRecord(folder, forged);
	const again = (execute: () => string | undefined) =>
		replayRun(readRun(folder), async ({ target }) => {
			const failure = execute();
			if (failure === undefined)
				cpSync(pick("bad").directory, target.directory, { recursive: true });
			return failure;
		});
	const result = await again(() => undefined);
	const { seal: __, ...withoutSeal } = forged;
	const leaking: RunRecord = {
		...withoutSeal,
		leaks: { leaks: [leak], packages: [], untraced: {} },
	};
	leaking.seal = sealOf(leaking);
	writeRecord(folder, leaking);
	const different = await again(() => undefined);
	const stopped = await again(() => "no such function");
	rmSync(folder, { recursive: true });
	const printed = context.mock.method(console, "log", () => undefined);
	const report = (of: typeof result, json = false) => {
		printed.mock.resetCalls();
		reportReplay("1", of, { json, tolerance: undefined });
		return printed.mock.calls.map(({ arguments: [text] }) => text).join("\n");
	};
	const { icu, locale } = record.environment;
	assert.doesNotMatch(report(result), /what differs here/);
	assert.match(
		report(different),
		new RegExp(
			`what differs here:\n {2}icu +1 → ${icu}\n {2}locale +tlh → ${locale}\nthe run also read these, and their values are not on record:\n`,
		),
	);
	assert.match(
		report(different),
		/\nenvironment +process\.env\.OUTERFLAG +1 +In \[7\]:2 *\nNOT identical/,
	);
	assert.deepEqual(JSON.parse(report(different, true)).leaks, [leak]);
	const same = { ...different, parts: result.parts };
	assert.doesNotMatch(report(same), /OUTERFLAG/);
	assert.equal(JSON.parse(report(same, true)).leaks, undefined);
	const { leaks: _leaks, ...without } = different;
	assert.doesNotMatch(report(without), /the run also read/);
	assert.deepEqual(JSON.parse(report(different, true)).elsewhere, [
		{ name: "icu", recorded: "1", here: icu },
		{ name: "locale", recorded: "tlh", here: locale },
	]);
	// The run did not start, so this process is asked.
	assert.match(report(stopped), /what differs here:(.|\n)* icu +1 → /);
	assert.match(report(stopped), /OUTERFLAG +1 +In \[7\]:2/);
});

test("parts that only one of two runs has are told apart", () => {
	const { record } = pick("a", 0);
	const [outputs, { metrics: _, ...fewer }] = [record.outputs, record.outputs];
	assert.deepEqual(
		compareRuns({ ...record, outputs }, { ...record, outputs: fewer }, []).find(
			({ part }) => part === "metrics",
		)?.verdict,
		"missing",
	);
	assert.deepEqual(
		compareRuns({ ...record, outputs: fewer }, { ...record, outputs }, []).find(
			({ part }) => part === "metrics",
		)?.verdict,
		"not recorded",
	);
	assert.deepEqual(
		compareRuns(
			record,
			{ ...record, error: { name: "Error", message: "x" } },
			[],
		).find(({ part }) => part === "error"),
		{ part: "error", verdict: "not recorded", replayed: "Error: x" },
	);
});

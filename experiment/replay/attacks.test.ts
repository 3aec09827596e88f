import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	cpSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { executeRecipe } from "../../cli/replay/execute-recipe.ts";
import { EventFile, isEventFile } from "../../formats/tfevents/event-file.ts";
import { addImage } from "../../formats/tfevents/summaries.ts";
import { Engine } from "../../kernel/owner/owner.ts";
import { identityDigest, runSeed } from "../record/identity.ts";
import { paramValues } from "../record/record.ts";
import { listRuns, readRun, type StoredRun } from "../record/store/store.ts";
import {
	type Forged,
	forge,
	forgeOutput,
	forgeWhole,
	recordedFile,
} from "../record/test-forgery.ts";
import { type ExecuteRecipe, type ReplayResult, replayRun } from "./replay.ts";
import { openWorkplace } from "./work-tree.ts";

/*
 * Whoever can write a record can seal it again, so a seal proves nothing to
 * others. Every field of run.json is forged here, and sealed: each is found, or
 * is one of those for which README.md says that nobody vouches.
 */

const project = temporaryFolder();
writeFiles(project, {
	"package.json": "{}",
	".gitignore": "runs/\n",
	"data/a.txt": "a",
	"code.ts": "export const factor = 1;\n",
});
const git = (...args: string[]) =>
	execFileSync("git", ["-C", project, ...args], { encoding: "utf8" }).trim();
git("init", "-q");
git("config", "user.name", "A");
git("config", "user.email", "a@example.org");
git("add", "code.ts", ".gitignore", "package.json");
git("commit", "-qm", "first");
const firstCommit = git("rev-parse", "HEAD");
writeFiles(project, { "code.ts": "export const factor = 2;\n" });
git("commit", "-qam", "second");
// Uncommitted: the run has a snapshot.
writeFiles(project, { "code.ts": "export const factor = 3;\n" });

const root = join(project, "runs");
const engine = await Engine.start({
	charts: false,
	cwd: project,
	rootSeed: "5",
	overrides: { units: "4" },
	env: { DEEPDIVA_RUNS: root },
});
for (const [index, code] of [
	'import { factor } from "./code.ts"; let noise = Math.random();',
	[
		"%dd multirun attacked -n 2 lr=0.1,0.2 units=3 --data data --freeze-time 2026-01-01T00:00:00Z",
		"const now = Date.now();",
		"for (let epoch = 0; epoch < 3; epoch++) console.log(epoch), dd.log({ 'test/accuracy': factor * noise * lr * units + Math.random() });",
		"dd.confusion([0, 1], [0, Math.random() < 0.5 ? 1 : 0]);",
		"await dd.artifact('weights', Float32Array.from({ length: 5 }, dd.rng('init')));",
		`await dd.artifact("model", { save: (handler) => handler.save(${JSON.stringify(
			{
				modelTopology: {
					layers: [
						{ class_name: "Dense", name: "dense_Dense1", activation: "tanh" },
					],
				},
				weightSpecs: [
					{ name: "dense_Dense1/kernel", shape: [0], dtype: "float32" },
				],
				weightData: [],
			},
		)}) });`,
		"process.env.HOME;",
	].join("\n"),
	'%dd run failed\ndd.log({ x: 1 });\nthrow new RangeError("too large");',
	'%dd run unrecorded\ndd.log({ x: 1 });\nthrow Object.assign(new Error("full"), { name: "RecordingError" });',
].entries())
	await engine.execute(String(index), {
		code,
		executionCount: index + 1,
		silent: true,
	});
await engine.shutdown();

const { runs } = listRuns(root);
const attacked = runs.find(({ record }) => record.multirun?.index === 3);
const [failed, unrecorded] = ["failed", "unrecorded"].map((name) =>
	runs.find(({ record }) => record.experiment === name),
);
assert.ok(attacked && failed && unrecorded);

/** What replays of them recorded, executed once: the records are forged, not the code. */
const replayed = new Map<StoredRun, string>();
const before: ReplayResult[] = [];
for (const stored of [attacked, failed, unrecorded]) {
	const kept = temporaryFolder();
	const result = await replayedWhole(stored, async (recipe, signal) => {
		const failure = await executeRecipe(recipe, signal);
		cpSync(recipe.target.directory, kept, { recursive: true });
		return failure;
	});
	replayed.set(stored, kept);
	before.push(result);
}

test("before an attack, the runs are identical", () => {
	for (const { parts, failure } of before) {
		assert.deepEqual(
			parts.filter(({ verdict }) => verdict !== "identical"),
			[],
		);
		assert.equal(failure, undefined);
	}
});

let copies = 0;

/**
 * Replays a copy of a run after `change` did its work on it.
 * @param shown what is done of a replay: the recorded code is found and what it
 *   recorded before is taken, or it is executed; by default the code is not looked at
 * @returns what is not identical, and why nothing was executed
 */
async function attack(
	stored: StoredRun,
	change: (folder: string) => void,
	shown?: "code" | "execution",
): Promise<string[]> {
	const folder = `${stored.directory}-${copies++}`;
	cpSync(stored.directory, folder, { recursive: true });
	try {
		change(folder);
		const asBefore: ExecuteRecipe = async ({ target }) => {
			const kept = replayed.get(stored) as string;
			cpSync(kept, target.directory, { recursive: true });
			return undefined;
		};
		const forged = readRun(folder);
		const { parts, failure } = await (shown === undefined
			? replayRun(forged, asBefore)
			: replayedWhole(
					forged,
					shown === "execution" ? executeRecipe : asBefore,
				));
		return [
			...parts
				.filter(({ verdict }) => verdict !== "identical")
				.map(({ part, verdict }) => `${part}: ${verdict}`),
			...(failure === undefined ? [] : [failure]),
		];
	} catch (error) {
		assert.equal((error as Error).name, "UsageError");
		return [(error as Error).message];
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function replayedWhole(
	stored: StoredRun,
	execute: ExecuteRecipe = executeRecipe,
): Promise<ReplayResult> {
	const workplace = await openWorkplace(stored);
	try {
		return await replayRun(stored, execute, { workplace });
	} finally {
		await workplace.close();
	}
}

/** Sets the field at a path of names to another value. */
function setAt(
	record: Record<string, unknown>,
	path: readonly string[],
	value: unknown,
): void {
	const [name = "", ...rest] = path;
	if (rest.length > 0)
		setAt(record[name] as Record<string, unknown>, rest, value);
	else if (value === undefined) delete record[name];
	else record[name] = value;
}

/** The identity that a forger would compute. */
function identified({ experiment, params, repeat }: Forged) {
	return {
		experiment,
		params: paramValues({ params }),
		repeat,
	};
}

const INFORMATION = "information";
const other = `sha256:${"0".repeat(64)}`;

/** Field, with "/" between names → what it is forged to, and what finds it. */
const FIELDS: Readonly<
	Record<string, readonly [value: unknown, found: RegExp | typeof INFORMATION]>
> = {
	format: [1, /run seed: does not follow/],
	id: ["00000000", INFORMATION],
	experiment: ["other", /identity: does not follow/],
	task: ["points", /identity task/],
	status: ["failed", /status: different/],
	error: [{ name: "Error", message: "no" }, /error: missing/],
	"params/lr": [{ value: 0.9, origin: "cell" }, /identity: does not follow/],
	"params/units": [{ value: 4, origin: "cell" }, /origin of units: different/],
	"params/more": [{ value: 1, origin: "cell" }, /identity: does not follow/],
	paths: [["lr"], /identity: does not follow/],
	identity: [other, /identity: does not follow/],
	occurrence: [1, /did not start this run again/],
	repeat: [0, /identity: does not follow/],
	"multirun/id": ["0".repeat(16), /multirun id: different/],
	"multirun/total": [8, /multirun total: does not follow/],
	"multirun/index": [1, /parameter lr: does not follow/],
	"multirun/repeats": [4, /repeat: does not follow/],
	"multirun/varied": [[], /multirun varied: does not follow/],
	"multirun/grid": [{ lr: [0.3, 0.2] }, /values of lr: different/],
	"seed/root": ["6", /run seed: does not follow/],
	"seed/boot": ["6", /metrics: different/],
	"seed/origin": ["drawn", INFORMATION],
	"seed/run": ["0".repeat(16), /run seed: does not follow/],
	"seed/streams": [{ main: 1 }, /draws from init: not recorded/],
	"source/kind": ["script", /source file: does not follow/],
	"source/file": ["stdout.log", /source file: does not follow/],
	cwd: ["elsewhere", /data data/],
	folder: ["elsewhere", /elsewhere, which does not exist/],
	overrides: [{ units: "5" }, /did not start this run again/],
	gitMode: ["ignore", INFORMATION],
	git: [undefined, INFORMATION],
	"git/mode": ["ignore", INFORMATION],
	"git/commit": [firstCommit, /commit: different/],
	"git/branch": ["release", INFORMATION],
	"git/remote": ["https://example.org/x", INFORMATION],
	"git/project": ["sub", INFORMATION],
	"git/top": ["../sub", INFORMATION],
	"git/dirty": [false, /code dirty: does not follow/],
	"git/tree": ["0".repeat(40), /code: different/],
	"git/snapshot": [undefined, /code dirty: does not follow/],
	"git/skipped": [["large.bin"], INFORMATION],
	"git/leftOut": [[{ path: "large.bin", why: "ignored by git" }], INFORMATION],
	environment: [{ node: "1.0.0" }, INFORMATION],
	"data/0/root": [other, /data data: different/],
	"data/0/files": [7, /size of data: different/],
	"data/0/bytes": [7, /size of data: different/],
	"data/0/path": ["code.ts", /data code.ts/],
	data: [[], /data data: not recorded/],
	"conditions/onLeak": ["ignore", /condition onLeak: different/],
	"conditions/freezeTime": [
		"2027-01-01T00:00:00Z",
		/condition freezeTime: different/,
	],
	"conditions/strictMath": [true, /condition strictMath: missing/],
	"conditions/commandLine": [
		{ strictMath: true },
		/condition commandLine: different/,
	],
	leaks: [{ leaks: [], packages: [], untraced: {} }, /leak .*: not recorded/],
	hiddenState: [
		{ reads: [], writes: [], bindings: {}, notChecked: [], findings: [] },
		INFORMATION,
	],
	"metrics/test~1accuracy": [
		0.99,
		/final metric test\/accuracy: does not follow/,
	],
	"metrics/more": [1, /final metric more: does not follow/],
	"outputs/metrics/digest": [other, /metrics: does not follow/],
	"outputs/artifact~1weights": [undefined, /digest: does not follow/],
	"outputs/artifact~1weights/files": [
		["artifacts/none.npy"],
		/artifact\/weights: does not follow/,
	],
	digest: [other, /digest: does not follow/],
	"files/metrics.jsonl/sha256": [other, /metrics.jsonl: file changed/],
	"files/metrics.jsonl": [undefined, /metrics.jsonl: file not on record/],
	process: [{ pid: 1, host: "x", started: "y" }, INFORMATION],
	started: ["2020-01-01T00:00:00.000Z", /milliseconds: does not follow/],
	ended: ["2020-01-01T00:00:00.000Z", /milliseconds: does not follow/],
	milliseconds: [1, /milliseconds: does not follow/],
	resumed: ["00000000", INFORMATION],
};

/** These decide what is executed, so it is. */
const EXECUTED = /^(occurrence|seed\/boot|overrides)$/;
/** These say where the code lies. */
const CODE = /^(cwd|folder|git.*)$/;

for (const [field, [value, found]] of Object.entries(FIELDS))
	test(`a forged ${field.replaceAll("~1", "/")} is ${found === INFORMATION ? "information, for which nobody vouches" : "found"}`, async () => {
		const path = field.split("/").map((name) => name.replaceAll("~1", "/"));
		const problems = await attack(
			attacked,
			(folder) => forgeWhole(folder, (record) => setAt(record, path, value)),
			EXECUTED.test(field)
				? "execution"
				: CODE.test(field)
					? "code"
					: undefined,
		);
		if (found === INFORMATION) assert.deepEqual(problems, []);
		else assert.match(problems.join("\n"), found);
	});

/** Fields that a forger leaves out, so that nothing is compared with them. */
const LEFT_OUT = [
	"leaks",
	"conditions",
	"conditions/commandLine",
	"params/lr/origin",
	"seed/streams",
	"multirun/index",
	"multirun/repeats",
	"data/0/files",
	"ended",
	"files/metrics.jsonl/bytes",
	"leaks/untraced",
];

for (const field of LEFT_OUT)
	test(`a record without ${field} is found`, async () => {
		const path = field.split("/");
		const problems = await attack(attacked, (folder) =>
			forge(folder, (record) => setAt(record, path, undefined)),
		);
		assert.match(
			problems.join("\n"),
			field.startsWith("files")
				? /metrics.jsonl: file changed/
				: new RegExp(`^${path.join(".")}: does not follow`, "m"),
		);
	});

for (const field of [
	"reviewed",
	"seed/verified",
	"params/lr/best",
	"outputs/metrics/accuracy",
	"leaks/leaks/0/harmless",
])
	test(`a field that no run writes, ${field}, is found`, async () => {
		const path = field.split("/");
		const problems = await attack(attacked, (folder) =>
			forgeWhole(folder, (record) => setAt(record, path, true)),
		);
		assert.equal(problems[0], `${path.join(".")}: does not follow`);
	});

/** What of a file's size, of leaks and of outputs somebody may say otherwise. */
const DETAILS: readonly [string, unknown, RegExp | typeof INFORMATION][] = [
	["files/metrics.jsonl/bytes", 7, /metrics.jsonl: file changed/],
	["leaks/leaks/0/kind", "clock", /leak .*: different/],
	["leaks/leaks/0/line", 99, /leak .* in line 99, .*: missing/],
	["leaks/leaks/0/code", "1;", /leak .* 1;: missing/],
	["leaks/leaks/0/what", "Date", /leak Date .*: missing/],
	["leaks/leaks/0/count", 99, INFORMATION],
	["leaks/leaks/0/place", "In [99]", INFORMATION],
	[
		"leaks/packages",
		[{ package: "p", kind: "clock", what: "x", count: 1 }],
		INFORMATION,
	],
	[
		"data",
		[...attacked.record.data, { ...attacked.record.data[0], files: 7 }],
		/size of data \(2\): missing/,
	],
	["metrics/constructor", 1, /final metric constructor: does not follow/],
	[
		"outputs/metrics/files",
		["metrics.jsonl", "stdout.log"],
		/files of metrics: different/,
	],
];

for (const [field, value, found] of DETAILS)
	test(`a forged ${field} is ${found === INFORMATION ? "information" : "found"}`, async () => {
		const problems = await attack(attacked, (folder) =>
			forgeWhole(folder, (record) => setAt(record, field.split("/"), value)),
		);
		if (found === INFORMATION) assert.deepEqual(problems, []);
		else assert.match(problems.join("\n"), found);
	});

test("who says that reads were not traced hides their places, and not what was read", async () => {
	const untraced = { "process.env.HOME": 5 };
	const said = await attack(attacked, (folder) =>
		forgeWhole(folder, (record) =>
			setAt(record, ["leaks", "untraced"], untraced),
		),
	);
	assert.deepEqual(said, []);
	const hidden = await attack(attacked, (folder) =>
		forgeWhole(folder, (record) =>
			setAt(record, ["leaks"], { leaks: [], packages: [], untraced }),
		),
	);
	assert.deepEqual(hidden, ["leak process.env.HOME: not recorded"]);
});

test("times that were all moved are information", async () => {
	const problems = await attack(attacked, (folder) =>
		forgeWhole(folder, (record) => {
			record.started = "2020-01-01T00:00:00.000Z";
			record.ended = new Date(
				Date.parse(record.started) + (record.milliseconds ?? 0),
			).toISOString();
		}),
	);
	assert.deepEqual(problems, []);
});

test("a forged line of an error is found", async () => {
	for (const place of [undefined, { ...failed.record.error?.place, line: 2 }])
		assert.match(
			(
				await attack(failed, (folder) =>
					forgeWhole(folder, (record) =>
						setAt(record, ["error", "place"], place),
					),
				)
			).join("\n"),
			/^the error's line: (different|not recorded)$/m,
		);
});

test("metrics that are said not to have fitted the disk are found where the code threw the error itself", async () => {
	const problems = await attack(unrecorded, (folder) =>
		forgeWhole(folder, (record) => setAt(record, ["metrics", "x"], 2)),
	);
	assert.deepEqual(problems, [
		"final metric x: does not follow",
		"final metric x: different",
	]);
	const lines = await attack(unrecorded, (folder) => {
		const file = join(folder, "metrics.jsonl");
		writeFileSync(file, readFileSync(file, "utf8").replace('"x":1', '"x":2'));
		forgeWhole(folder, (record) => {
			record.files = {
				...record.files,
				"metrics.jsonl": recordedFile(readFileSync(file)),
			};
		});
	});
	assert.match(lines.join("\n"), /^metrics: does not follow/);
});

test("a forged error, or a failure that is said to be none, is found", async () => {
	const error = await attack(failed, (folder) =>
		forgeWhole(folder, (record) =>
			setAt(record, ["error", "message"], "too small"),
		),
	);
	assert.deepEqual(error, ["error: different"]);
	const finished = await attack(failed, (folder) =>
		forgeWhole(folder, (record) => {
			record.status = "finished";
			delete record.error;
		}),
	);
	assert.deepEqual(finished, ["status: different", "error: not recorded"]);
});

test("every field of a record is attacked", () => {
	const attackedFields = new Set(
		Object.keys(FIELDS).map((field) => field.split("/")[0]),
	);
	const fields = [attacked, failed].flatMap(({ record }) =>
		Object.keys(record).filter((name) => name !== "seal"),
	);
	assert.deepEqual(
		fields.filter((name) => !attackedFields.has(name)),
		[],
	);
});

test("README lists what nobody vouches for, and nothing else as that", () => {
	const readme = readFileSync(
		fileURLToPath(new URL("../record/README.md", import.meta.url)),
		"utf8",
	);
	const [, list = ""] =
		/information that nobody vouches for:([^|]*)/i.exec(readme) ?? [];
	const named = [
		...(list.split("of the files")[0] ?? "").matchAll(/`([\w.]+)`/g),
	]
		.map(([, name]) => name)
		.sort();
	const known = [
		...Object.entries(FIELDS).map(
			([field, [, found]]) => [field, found] as const,
		),
		...DETAILS.map(([field, , found]) => [field, found] as const),
	]
		.filter(([, found]) => found === INFORMATION)
		.map(([field]) => field.replaceAll(/\/(\d+\/)?/g, "."))
		// Moved together; one alone does not fit the other.
		.concat("started", "ended")
		.sort();
	assert.deepEqual(named, known);
});

/** Forges metrics, parameters or an artifact with everything that hangs on them. */
const CONSISTENT: readonly [string, (folder: string) => void, RegExp][] = [
	[
		"the last metric with its line, hashes, digests and seal",
		(folder) => {
			const file = join(folder, "metrics.jsonl");
			const lines = readFileSync(file, "utf8").trim().split("\n");
			const last = JSON.parse(lines.pop() as string) as {
				metrics: Record<string, number>;
			};
			last.metrics["test/accuracy"] = 0.99;
			writeFileSync(file, `${[...lines, JSON.stringify(last)].join("\n")}\n`);
			forgeOutput(folder, "metrics", "metrics.jsonl", (record) => {
				(record.metrics as Record<string, number>)["test/accuracy"] = 0.99;
			});
		},
		/^metrics: different\nfinal metric test\/accuracy: different$/,
	],
	[
		"an artifact with its hashes, digests and seal",
		(folder) => {
			const file = join(folder, "artifacts", "weights.npy");
			const bytes = readFileSync(file);
			bytes[bytes.length - 1] = 0x40;
			writeFileSync(file, bytes);
			forgeOutput(folder, "artifact/weights", "artifacts/weights.npy");
		},
		/^artifact\/weights: different$/,
	],
	[
		"a parameter with the identity that follows from it",
		(folder) =>
			forgeWhole(folder, (record) => {
				setAt(record, ["params", "lr", "value"], 0.9);
				setAt(record, ["multirun", "grid", "lr"], [0.1, 0.9]);
				record.identity = identityDigest(identified(record));
			}),
		/did not start this run again/,
	],
	[
		"experiment, identity and seed",
		(folder) =>
			forgeWhole(folder, (record) => {
				record.experiment = "better";
				record.identity = identityDigest(identified(record));
				setAt(record, ["seed", "run"], runSeed("5", identified(record), 2));
			}),
		/did not start this run again/,
	],
];

for (const [what, change, expected] of CONSISTENT)
	test(`forged consistently, ${what}, is found when the run is executed again`, async () => {
		const problems = await attack(
			attacked,
			change,
			/did not start/.test(expected.source) ? "execution" : undefined,
		);
		assert.match(problems.join("\n"), expected);
	});

for (const file of readdirSync(attacked.directory, {
	recursive: true,
	withFileTypes: true,
})
	.filter((entry) => entry.isFile() && entry.name !== "run.json")
	.map((entry) =>
		join(entry.parentPath, entry.name).slice(attacked.directory.length + 1),
	))
	test(`a byte more at the end of ${file.replace(/\.\d+\./, ".")} is found`, async () => {
		const problems = await attack(attacked, (folder) =>
			appendFileSync(join(folder, file), " "),
		);
		assert.ok(problems.includes(`${file}: file changed`), problems.join("\n"));
	});

test("a file more among the artifacts is found", async () => {
	const problems = await attack(attacked, (folder) =>
		writeFileSync(join(folder, "artifacts", "better.npy"), "x"),
	);
	assert.deepEqual(problems, ["artifacts/better.npy: file not on record"]);
});

test("a file more that the record knows, of no output, is found", async () => {
	for (const file of ["artifacts/better.npy", "pictures/best.json", "notes"]) {
		const problems = await attack(attacked, (folder) => {
			writeFileSync(join(folder, file), "x");
			forgeWhole(folder, (record) => {
				record.files = { ...record.files, [file]: recordedFile("x") };
			});
		});
		assert.deepEqual(problems, [`file ${file}: missing`]);
	}
});

/** Changes a file, and what the record says of it. */
function forgeFile(
	folder: string,
	file: string,
	change: (text: Buffer) => Buffer,
) {
	const content = change(readFileSync(join(folder, file)));
	writeFileSync(join(folder, file), content);
	forge(folder, (record) => {
		record.files = { ...record.files, [file]: recordedFile(content) };
	});
}

const replacing = (from: string, to: string) => (content: Buffer) =>
	Buffer.from(content.toString("latin1").replace(from, to), "latin1");

test("a line of metrics that says more, or a thing twice, is found", async () => {
	for (const [from, to] of [
		['{"step":1,', '{"step":1,"best":true,'],
		['"metrics":{', '"metrics":{"test/accuracy":0.99,'],
	] as const) {
		const problems = await attack(attacked, (folder) =>
			forgeFile(folder, "metrics.jsonl", replacing(from, to)),
		);
		assert.equal(problems[0], "metrics.jsonl: does not follow");
	}
});

test("a model of other layers is found, and one whose layers are counted otherwise is not", async () => {
	const file = "artifacts/model/model.json";
	for (const [from, to, expected] of [
		['"tanh"', '"relu"', ["layers of artifact/model: different"]],
		["dense_Dense1", "dense_Dense9", []],
	] as const) {
		const problems = await attack(attacked, (folder) => {
			const content = replacing(from, to)(readFileSync(join(folder, file)));
			writeFileSync(join(folder, file), content);
			forgeWhole(folder, (record) => {
				record.files = { ...record.files, [file]: recordedFile(content) };
			});
		});
		assert.deepEqual(problems, expected);
	}
});

test("a crate that says something else than its record is found", async () => {
	for (const [from, to] of [
		['"0.2"', '"0.9"'],
		["lr=0.2", "lr=0.9"],
		["CompletedActionStatus", "FailedActionStatus"],
		['"No licence', '"A licence'],
	] as const) {
		const problems = await attack(attacked, (folder) =>
			forgeFile(folder, "ro-crate-metadata.json", replacing(from, to)),
		);
		assert.equal(problems[0], "ro-crate-metadata.json: does not follow");
	}
});

test("TensorBoard's file says the metrics and parameters of the record, or is found", async () => {
	const [events = ""] = readdirSync(attacked.directory).filter(isEventFile);
	const float = (value: number) => {
		const bytes = Buffer.alloc(4);
		bytes.writeFloatLE(value);
		return bytes.toString("latin1");
	};
	const accuracy = attacked.record.metrics["test/accuracy"] as number;
	for (const [from, to] of [
		[float(accuracy), float(0.99)],
		["test/accuracy", "test/accurate"],
		["| lr | 0.2 |", "| lr | 0.9 |"],
	] as const) {
		const problems = await attack(attacked, (folder) =>
			forgeFile(folder, events, replacing(from, to)),
		);
		assert.equal(problems[0], `${events}: does not follow`);
	}
});

test("what was printed, and pictures for TensorBoard, are information", async () => {
	const [events = ""] = readdirSync(attacked.directory).filter(isEventFile);
	const printed = await attack(attacked, (folder) =>
		forgeFile(folder, "stdout.log", () => Buffer.from("accuracy 0.99\n")),
	);
	assert.match(printed.join("\n"), /^ro-crate-metadata.json: does not follow/);
	const whole = await attack(attacked, (folder) => {
		writeFileSync(join(folder, "stdout.log"), "accuracy 0.99\n");
		forgeWhole(folder, (record) => {
			record.files = {
				...record.files,
				"stdout.log": recordedFile("accuracy 0.99\n"),
			};
		});
	});
	assert.deepEqual(whole, []);
	const picture = await attack(attacked, (folder) => {
		const file = new EventFile(folder);
		addImage(file, 0, "x", Buffer.alloc(32));
		file.close();
		forgeFile(folder, events, (content) => content);
	});
	assert.deepEqual(picture, []);
});

test("nothing of an attack stays", () => {
	assert.equal(listRuns(root).runs.length, runs.length);
});

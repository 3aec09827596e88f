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
import { executeRecipe } from "../../cli/execute-recipe.ts";
import { Engine } from "../../kernel/engine/client.ts";
import { sha256 } from "../canonical.ts";
import { temporaryFolder, writeFiles } from "../data/test-folder.ts";
import { identityDigest, runSeed } from "../record/identity.ts";
import { readOutput } from "../record/output.ts";
import { digestOfOutputs, type RunRecord } from "../record/record.ts";
import { sealOf, writeRecord } from "../record/recorder.ts";
import { listRuns, readRun, type StoredRun } from "../record/store.ts";
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
		"for (let epoch = 0; epoch < 3; epoch++) dd.log({ 'test/accuracy': factor * noise * lr * units + Math.random() });",
		"dd.confusion([0, 1], [0, Math.random() < 0.5 ? 1 : 0]);",
		"await dd.artifact('weights', Float32Array.from({ length: 5 }, dd.rng('init')));",
		"process.env.HOME;",
	].join("\n"),
	'%dd run failed\ndd.log({ x: 1 });\nthrow new RangeError("too large");',
].entries())
	await engine.execute(String(index), {
		code,
		executionCount: index + 1,
		silent: true,
	});
await engine.shutdown();

const { runs } = listRuns(root);
const attacked = runs.find(({ record }) => record.multirun?.index === 3);
const failed = runs.find(({ record }) => record.status === "failed");
assert.ok(attacked && failed);

/** What replays of them recorded, executed once: the records are forged, not the code. */
const replayed = new Map<StoredRun, string>();
const before: ReplayResult[] = [];
for (const stored of [attacked, failed]) {
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
 * @param really executes the code, and looks where
 * @returns what is not identical, and why nothing was executed
 */
async function attack(
	stored: StoredRun,
	change: (folder: string) => void,
	really = false,
): Promise<string[]> {
	const folder = `${stored.directory}-${copies++}`;
	cpSync(stored.directory, folder, { recursive: true });
	try {
		change(folder);
		const { parts, failure } = await (really
			? replayedWhole(readRun(folder))
			: replayRun(readRun(folder), async ({ target }) => {
					const kept = replayed.get(stored) as string;
					cpSync(kept, target.directory, { recursive: true });
					return undefined;
				}));
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

/** Changes a record and seals it again, as somebody would who knows how. */
function forge(
	folder: string,
	change: (record: Record<string, unknown>) => void,
): void {
	const record = JSON.parse(
		readFileSync(join(folder, "run.json"), "utf8"),
	) as RunRecord;
	change(record as unknown as Record<string, unknown>);
	delete record.seal;
	record.seal = sealOf(record);
	writeRecord(folder, record);
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

/** Makes a record agree with what one of its outputs says now. */
function resealWith(
	folder: string,
	output: string,
	file: string,
	change: (record: Record<string, unknown>) => void = () => undefined,
): void {
	forge(folder, (forged) => {
		change(forged);
		const record = forged as unknown as RunRecord;
		const content = readFileSync(join(folder, file));
		const recorded = record.outputs[output];
		assert.ok(recorded);
		forged.files = {
			...record.files,
			[file]: { sha256: sha256(content), bytes: content.length },
		};
		forged.outputs = {
			...record.outputs,
			[output]: {
				...recorded,
				digest: readOutput(folder, output, recorded).digest,
			},
		};
		forged.digest = digestOfOutputs((forged as unknown as RunRecord).outputs);
	});
}

/** The identity that a forger would compute. */
function identified(forged: Record<string, unknown>) {
	const { experiment, params, repeat } = forged as unknown as RunRecord;
	return {
		experiment,
		params: Object.fromEntries(
			Object.entries(params).map(([name, { value }]) => [name, value]),
		),
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
	"multirun/total": [8, /identity members: different/],
	"multirun/index": [1, /multirun index: different/],
	"multirun/repeats": [4, /repeat: does not follow/],
	"multirun/varied": [[], /multirun varied: different/],
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
	git: [undefined, INFORMATION],
	"git/mode": ["ignore", INFORMATION],
	"git/commit": [firstCommit, /commit: different/],
	"git/branch": ["release", INFORMATION],
	"git/remote": ["https://example.org/x", INFORMATION],
	"git/project": ["sub", INFORMATION],
	"git/dirty": [false, /code dirty: does not follow/],
	"git/tree": ["0".repeat(40), /code: different/],
	"git/snapshot": [undefined, /code dirty: does not follow/],
	"git/skipped": [["large.bin"], INFORMATION],
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

/** These decide what is executed, and where, so it is. */
const EXECUTED = /^(occurrence|seed\/boot|cwd|folder|overrides|git)/;

for (const [field, [value, found]] of Object.entries(FIELDS))
	test(`a forged ${field.replaceAll("~1", "/")} is ${found === INFORMATION ? "information, for which nobody vouches" : "found"}`, async () => {
		const path = field.split("/").map((name) => name.replaceAll("~1", "/"));
		const problems = await attack(
			attacked,
			(folder) => forge(folder, (record) => setAt(record, path, value)),
			EXECUTED.test(field),
		);
		if (found === INFORMATION) assert.deepEqual(problems, []);
		else assert.match(problems.join("\n"), found);
	});

test("a forged error, or a failure that is said to be none, is found", async () => {
	const error = await attack(failed, (folder) =>
		forge(folder, (record) => setAt(record, ["error", "message"], "too small")),
	);
	assert.deepEqual(error, ["error: different"]);
	const finished = await attack(failed, (folder) =>
		forge(folder, (record) => {
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
	const named = [...list.matchAll(/`([\w.]+)`/g)]
		.map(([, name]) => name)
		.sort();
	const known = Object.entries(FIELDS)
		.filter(([, [, found]]) => found === INFORMATION)
		.map(([field]) => field.replaceAll("/", "."))
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
			resealWith(folder, "metrics", "metrics.jsonl", (record) => {
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
			resealWith(folder, "artifact/weights", "artifacts/weights.npy");
		},
		/^artifact\/weights: different$/,
	],
	[
		"a parameter with the identity that follows from it",
		(folder) =>
			forge(folder, (record) => {
				setAt(record, ["params", "lr", "value"], 0.9);
				record.identity = identityDigest(identified(record));
			}),
		/did not start this run again/,
	],
	[
		"experiment, identity and seed",
		(folder) =>
			forge(folder, (record) => {
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
			/did not start/.test(expected.source),
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

test("nothing of an attack stays", () => {
	assert.equal(listRuns(root).runs.length, runs.length);
});

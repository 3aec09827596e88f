import assert from "node:assert/strict";
import {
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { formatNotebook } from "../cli/notebook/format.ts";
import { git, repository } from "../experiment/code/test-repository.ts";
import { answerHere, type Comparison, leavingIn } from "./command-line.ts";

const cells = [
	"%types off",
	"%dd seed 9",
	"const noise = Array.from({ length: 4 }, Math.random);",
	"%dd run other\ndd.log({ x: Math.random() });",
	"%dd run wanted lr=0.5 --data data\nfor (let step = 1; step <= 3; step++)\n  dd.log({ loss: noise[0] * lr * Math.random() + 1 }, { step });\nawait dd.artifact('list', [1, 2, lr, new Date(0).getHours()]);",
];
const project = repository({
	".gitignore": "runs\n*.manifest-sha256*\n",
	"package.json": "{}",
	"data/a.txt": "a",
	"nb.ipynb": formatNotebook({
		minor: 5,
		metadata: {},
		cells: cells.map((source, i) => ({
			cell_type: "code",
			id: `c${i}`,
			metadata: {},
			source,
			outputs: [],
		})),
	}),
});
const scratch = temporaryFolder();

function deepdiva(cwd: string, ...args: string[]) {
	return answerHere(args, { cwd, env: leavingIn(scratch) });
}

// Replays find its hours wherever they are executed.
const executed = await answerHere(["execute", "nb.ipynb", "-p", "lr=0.25"], {
	cwd: project,
	env: { ...leavingIn(scratch), TZ: "Pacific/Kiritimati" },
});
assert.equal(executed.status, 0, executed.stderr);
const [wanted] = readdirSync(join(project, "runs", "wanted"));
const id = String(wanted?.split("-").at(-1));
const exported = await deepdiva(project, "export", id, "-o", "wanted.ts");
assert.equal(exported.status, 0, exported.stderr);
const text = readFileSync(join(project, "wanted.ts"), "utf8");

/** The script with one text for another, replayed. */
async function changed(from: string, to: string, ...args: string[]) {
	assert.ok(text.includes(from), text);
	writeFileSync(join(project, "changed.ts"), text.replace(from, to));
	const { status, stdout, stderr } = await deepdiva(
		project,
		"replay",
		"changed.ts",
		"--json",
		...args,
	);
	assert.notEqual(stdout, "", stderr);
	return { status, ...(JSON.parse(stdout) as Comparison) };
}

const verdicts = ({ parts }: Comparison) =>
	Object.fromEntries(
		parts
			.filter(({ verdict }) => verdict !== "identical")
			.map(({ part, verdict }) => [part, verdict]),
	);

test("an exported script replays identical to the run that it comes from, and leaves nothing behind", async () => {
	const traces = () => [
		readdirSync(join(project, "runs"), { recursive: true }),
		readdirSync(scratch).filter((name) => name.startsWith("deepdiva-")),
		git(project, "for-each-ref"),
		git(project, "status", "--porcelain"),
	];
	const before = traces();
	const { status, stdout, stderr } = await deepdiva(
		project,
		"replay",
		"wanted.ts",
	);
	assert.equal(status, 0, stdout + stderr);
	assert.match(
		stdout,
		new RegExp(`replaying wanted\\.ts \\(run ${id}, wanted\\)`),
	);
	assert.match(stdout, new RegExp(`identical: all \\d+ parts of run ${id}`));
	assert.deepEqual(traces(), before);
});

test("a changed constant is NOT identical, and says by how much", async () => {
	const constant = await changed(
		"Math.random() + 1",
		"Math.random() + 1.0000001",
	);
	assert.equal(constant.status, 1);
	assert.equal(constant.run, id);
	assert.equal(constant.identical, false);
	assert.deepEqual(verdicts(constant), {
		metrics: "different",
		"final metric loss": "different",
	});
	assert.equal(
		constant.parts.find(({ part }) => part === "metrics")?.difference
			?.differing,
		3,
	);
	const passed = await changed(
		"Math.random() + 1",
		"Math.random() + 1.0000001",
		"--tolerance",
		"1e-6",
	);
	assert.equal(passed.status, 0);
	assert.equal(passed.identical, false);
	assert.equal(passed.withinTolerance, true);
});

test("a changed seed or parameter makes another run, and one that fails or does not start is told", async () => {
	const seed = await changed("dd.seed(9)", "dd.seed(8)");
	assert.equal(seed.status, 1);
	assert.equal(verdicts(seed).seed, "different");
	const parameter = await changed('{"lr":"0.25"}}', '{"lr":"0.3"}}');
	assert.equal(parameter.status, 1);
	assert.deepEqual(verdicts(parameter), {
		metrics: "different",
		"artifact/list": "different",
		"parameter lr": "different",
		"final metric loss": "different",
	});
	const failing = await changed(
		"await dd.artifact",
		"throw new Error('no more'); await dd.artifact",
	);
	assert.equal(failing.status, 1);
	assert.match(String(failing.failure), /no more/);
	const named = await changed(
		"await dd.run(",
		"throw new Error('too early'); await dd.run(",
	);
	assert.equal(named.status, 1);
	assert.match(String(named.failure), /too early/);
});

test("where the run is not, its digests in the script are compared", async () => {
	const elsewhere = temporaryFolder();
	cpSync(join(project, "data"), join(elsewhere, "data"), { recursive: true });
	writeFiles(elsewhere, { "package.json": "{}", "wanted.ts": text });
	const { status, stdout, stderr } = await deepdiva(
		elsewhere,
		"replay",
		"wanted.ts",
	);
	assert.equal(status, 0, stdout + stderr);
	assert.match(stdout, /the run is not here, so digests are compared/);
	writeFiles(elsewhere, {
		"wanted.ts": text.replace("Math.random() + 1", "Math.random() + 2"),
	});
	assert.equal((await deepdiva(elsewhere, "replay", "wanted.ts")).status, 1);
	const tolerant = await deepdiva(
		elsewhere,
		"replay",
		"wanted.ts",
		"--tolerance",
		"1e-6",
	);
	assert.equal(tolerant.status, 2);
	assert.match(tolerant.stderr, /--tolerance needs the numbers of run/);
});

test("what does not go with a script is refused before anything is executed", async () => {
	for (const [args, problem] of [
		[["--here"], /--here means nothing for a script/],
		[
			["--certificate", "c.jsonl"],
			/--certificate certifies the replay of a run/,
		],
		[["--data", "data=elsewhere"], /--data does not reach into a script/],
	] as const) {
		const { status, stderr } = await deepdiva(
			project,
			"replay",
			"wanted.ts",
			...args,
		);
		assert.equal(status, 2);
		assert.match(stderr, problem);
	}
	const none = await deepdiva(project, "replay", "nowhere.ts");
	assert.equal(none.status, 2);
	assert.match(none.stderr, /there is no script nowhere\.ts/);
	await deepdiva(project, "export", "nb.ipynb", "-o", "all.ts");
	const unknown = await deepdiva(project, "replay", "all.ts");
	assert.equal(unknown.status, 2);
	assert.match(unknown.stderr, /does not say which run it comes from/);
	writeFileSync(
		join(project, "broken.ts"),
		text.replace('"digest":', '"digets":'),
	);
	assert.match(
		(await deepdiva(project, "replay", "broken.ts")).stderr,
		/is damaged; export the run again/,
	);
	const digest = /"digest":"sha256:(..)/.exec(text)?.[1] as string;
	writeFileSync(
		join(project, "other.ts"),
		text.replace(
			`"digest":"sha256:${digest}`,
			`"digest":"sha256:${digest === "00" ? "11" : "00"}`,
		),
	);
	assert.match(
		(await deepdiva(project, "replay", "other.ts")).stderr,
		/names digest sha256:.* and the run in .* has/,
	);
});

test("a recorded file that was changed since is told here, too", async () => {
	const folder = join(project, "runs", "wanted", String(wanted));
	renameSync(join(folder, "metrics.jsonl"), join(scratch, "kept"));
	writeFileSync(join(folder, "metrics.jsonl"), "");
	const { status, stdout } = await deepdiva(project, "replay", "wanted.ts");
	assert.equal(status, 1);
	assert.match(stdout, /NOT identical: metrics\.jsonl \(file changed\)/);
	renameSync(join(scratch, "kept"), join(folder, "metrics.jsonl"));
	mkdirSync(join(project, "deep"));
	assert.equal(
		(await deepdiva(join(project, "deep"), "replay", "../wanted.ts")).status,
		0,
	);
});

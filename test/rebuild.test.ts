import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { git } from "../experiment/code/test-repository.ts";
import {
	answerHere,
	type Comparison,
	launcher,
	leavingIn,
} from "./command-line.ts";
import { until } from "./until.ts";

const base = temporaryFolder();
const project = join(base, "project");
/** Whatever a replay leaves behind is found here. */
const scratch = join(base, "scratch");
mkdirSync(scratch);

const env = leavingIn(scratch);

function deepdiva(cwd: string, ...args: string[]) {
	return answerHere(args, { cwd, env });
}

async function replay(run: string, ...args: string[]): Promise<Comparison> {
	const { stdout, stderr } = await deepdiva(
		project,
		"replay",
		run,
		"--yes",
		"--json",
		...args,
	);
	assert.notEqual(stdout, "", stderr);
	return JSON.parse(stdout) as Comparison;
}

/** Names of the run folders. */
const recorded = () => {
	const folder = join(project, "runs", "train");
	return existsSync(folder) ? readdirSync(folder) : [];
};

/** Runs the script and returns the run's id. */
async function record(): Promise<string> {
	const before = recorded();
	const { status, stderr } = await deepdiva(project, "run", "train.ts");
	assert.equal(status, 0, stderr);
	const name = recorded().find((one) => !before.includes(one));
	return String(name?.split("-").at(-1));
}

/** Packs a version of the package for each value that it exports. */
const pack = (values: Readonly<Record<string, number>>) => {
	for (const [version, value] of Object.entries(values))
		writeFiles(join(base, `tool-${version}`), {
			"package.json": JSON.stringify({
				name: "tool",
				version,
				type: "module",
				exports: "./index.js",
			}),
			"index.js": `export const value = ${value};\n`,
		});
	const packed = spawnSync(
		"npm",
		[
			...["pack", "--pack-destination", join(project, "vendor")],
			...Object.keys(values).map((version) => `./tool-${version}`),
		],
		{ cwd: base, encoding: "utf8" },
	);
	assert.equal(packed.status, 0, packed.stderr);
};
const install = (version: string) => {
	const { status, stderr } = spawnSync(
		"npm",
		[
			"install",
			"--offline",
			"--no-audit",
			"--no-fund",
			`./vendor/tool-${version}.tgz`,
		],
		{ cwd: project, encoding: "utf8", env },
	);
	assert.equal(status, 0, stderr);
};
const commit = (message: string) => {
	git(project, "add", "-A");
	git(project, "commit", "-q", "-m", message);
};

mkdirSync(join(project, "vendor"), { recursive: true });
writeFiles(project, {
	"package.json": JSON.stringify({ name: "project", type: "module" }),
	".gitignore": "node_modules\nruns\ndata\n*.manifest-sha256*\n",
	"lib/model.ts": "export const rate: number = 0.5;\n",
	"train.ts": [
		'import * as dd from "deepdiva";',
		'import { value } from "tool";',
		'import { rate } from "./lib/model.ts";',
		"dd.seed(1);",
		'await dd.run({ name: "train", data: ["data"] }, () => dd.log({ x: rate * value * Math.random() }));',
	].join("\n"),
	"data/a.txt": "a",
});
git(base, "init", "-q", "-b", "main", project);
pack({ "1.0.0": 1, "2.0.0": 2 });
install("1.0.0");
commit("first");
const first = await record();

/** What must be as it was after every replay: index, work tree, branches, work trees, temporary files. */
function traces() {
	return {
		status: git(project, "status", "--porcelain", "--ignored"),
		index: readFileSync(join(project, ".git", "index")).toString("hex"),
		refs: git(project, "for-each-ref"),
		head: git(project, "rev-parse", "HEAD"),
		worktrees: git(project, "worktree", "list"),
		// Git's own note of every work tree.
		notes: existsSync(join(project, ".git", "worktrees"))
			? readdirSync(join(project, ".git", "worktrees"))
			: [],
		scratch: readdirSync(scratch).filter((name) =>
			/tree|replay|git/.test(name),
		),
		runs: recorded(),
	};
}

async function leavingNoTrace<T>(body: () => Promise<T>): Promise<T> {
	const before = traces();
	const value = await body();
	assert.deepEqual(traces(), before);
	return value;
}

test("where nothing changed, a run is replayed in place", async () => {
	const { identical, rebuilt } = await leavingNoTrace(() => replay(first));
	assert.equal(identical, true);
	assert.equal(rebuilt, undefined);
});

test("after the code changed, the recorded commit is rebuilt, and the work tree stays as it is", async () => {
	writeFiles(project, {
		"lib/model.ts": "export const rate: number = 0.25;\n",
		"staged.txt": "x",
	});
	git(project, "add", "staged.txt");
	const { identical, rebuilt } = await leavingNoTrace(() => replay(first));
	assert.equal(identical, true);
	assert.equal(rebuilt, "the code changed since");
	const here = await leavingNoTrace(() => replay(first, "--here"));
	assert.equal(here.identical, false);
	assert.equal(here.rebuilt, undefined);
	assert.deepEqual(
		here.parts
			.filter(({ verdict }) => verdict !== "identical")
			.map(({ part }) => part),
		["metrics", "final metric x"],
	);
});

test("a run of code that was never committed is rebuilt from its snapshot", async () => {
	writeFiles(project, { "lib/extra.ts": "export const extra = 3;\n" });
	writeFileSync(
		join(project, "lib", "model.ts"),
		'import { extra } from "./extra.ts";\nexport const rate: number = extra;\n',
	);
	const dirty = await record();
	rmSync(join(project, "lib", "extra.ts"));
	git(project, "checkout", "-q", "lib/model.ts");
	const { identical, rebuilt } = await leavingNoTrace(() => replay(dirty));
	assert.equal(identical, true);
	assert.equal(rebuilt, "the code changed since");
});

test("packages of another version are installed anew from the recorded lock file", async () => {
	install("2.0.0");
	commit("second");
	const { identical } = await leavingNoTrace(() => replay(first));
	assert.equal(identical, true);
});

test("where only the installed packages are not those of the lock file, they are installed anew too", async () => {
	const second = await record();
	const index = join(project, "node_modules", ".package-lock.json");
	const text = readFileSync(index, "utf8");
	writeFileSync(index, text.replaceAll("sha512-", "sha512-x"));
	const tool = join(project, "node_modules", "tool", "index.js");
	const installed = readFileSync(tool, "utf8");
	writeFileSync(tool, "export const value = 7;\n");
	const { identical, rebuilt } = await leavingNoTrace(() => replay(second));
	assert.equal(
		rebuilt,
		"the installed packages are not those of the lock file",
	);
	assert.equal(identical, true);
	writeFileSync(index, text);
	writeFileSync(tool, installed);
});

test("data that moved are named by --data; without it they are missing", async () => {
	renameSync(join(project, "data"), join(base, "moved"));
	const missing = await replay(first);
	assert.equal(missing.identical, false);
	assert.deepEqual(
		missing.parts.map(({ part, verdict }) => [part, verdict]),
		[["data data", "missing"]],
	);
	const found = await leavingNoTrace(() =>
		replay(first, "--data", `data=${join(base, "moved")}`),
	);
	assert.equal(found.identical, true);
	const wrong = await deepdiva(project, "replay", first, "--data", "dat=x");
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /has no data "dat"; it has data/);
	renameSync(join(base, "moved"), join(project, "data"));
});

test("a run that was recorded far from its project is rebuilt, in place and from an export", async () => {
	const far = join(base, "far", "home", "ann", "moons");
	const runs = join(base, "far", "scratch", "ann", "runs");
	writeFiles(far, {
		"package.json": "{}",
		"code/factor.ts": "export const factor = 2;\n",
		"code/data/a.txt": "a",
		"code/far.ts": [
			'import * as dd from "deepdiva";',
			'import { factor } from "./factor.ts";',
			'await dd.run({ name: "far", data: ["data"] }, () => dd.log({ x: factor * Math.random() }));',
		].join("\n"),
	});
	git(far, "init", "-q");
	git(far, "add", "package.json", "code/factor.ts", "code/far.ts");
	git(far, "commit", "-qm", "first");
	const outside = { ...env, DEEPDIVA_RUNS: runs };
	const code = join(far, "code");
	const first = await answerHere(["run", "far.ts"], {
		cwd: code,
		env: outside,
	});
	assert.equal(first.status, 0, first.stderr);
	const archive = join(base, "far.zip");
	const exported = await answerHere(["runs", "export", "last", "-o", archive], {
		cwd: code,
		env: outside,
	});
	assert.equal(exported.status, 0, exported.stderr);
	writeFiles(far, { "code/factor.ts": "export const factor = 3;\n" });
	const above = readdirSync("/");
	for (const [cwd, ...args] of [
		[code, "last"],
		[scratch, archive, "--data", `data=${join(code, "data")}`],
	] as const) {
		const { stdout, stderr } = await answerHere(
			["replay", ...args, "--yes", "--json"],
			{
				cwd,
				env: outside,
			},
		);
		const { identical, rebuilt, failure } = JSON.parse(stdout) as Comparison;
		assert.equal(failure, undefined, stderr);
		assert.equal(identical, true);
		assert.match(String(rebuilt), /changed since|the export does/);
	}
	assert.deepEqual(readdirSync("/"), above);
});

test("a run folder that lies elsewhere is replayed in a clone of its project", async () => {
	const crate = join(base, "elsewhere", "crate");
	const name = String(recorded().find((one) => one.endsWith(first)));
	cpSync(join(project, "runs", "train", name), crate, { recursive: true });
	const comparison = await leavingNoTrace(() =>
		replay(crate, "--data", `data=${join(project, "data")}`),
	);
	assert.equal(comparison.identical, true);
	assert.equal(
		comparison.rebuilt,
		"the run folder lies outside of its project",
	);
	const { status, stderr } = await deepdiva(
		join(base, "elsewhere"),
		"replay",
		crate,
		"--yes",
	);
	assert.equal(status, 2);
	assert.match(
		stderr,
		/no repository here has it; run this in a clone of its project/,
	);
});

/** Records a run that waits where it is told to. */
async function recordSlow(): Promise<string> {
	writeFileSync(
		join(project, "train.ts"),
		readFileSync(join(project, "train.ts"), "utf8")
			.replace(
				"() => dd.log",
				"async () => { await new Promise((go) => setTimeout(go, process.env.WAIT ? 600_000 : 0)); dd.log",
			)
			.replace("Math.random() })", "Math.random() }); }"),
	);
	const id = await record();
	git(project, "checkout", "-q", "train.ts");
	return id;
}
let slow: string | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const)
	test(`a replay that is stopped by ${signal} takes away what it made`, async () => {
		slow ??= await recordSlow();
		const before = traces();
		const child = spawn(process.execPath, [launcher, "replay", slow], {
			cwd: project,
			env: { ...env, WAIT: "1" },
			stdio: ["ignore", "pipe", "inherit"],
		});
		after(() => child.kill());
		const code = new Promise((done) => child.once("exit", done));
		// The recorded run's folder appears when the code runs.
		await until(
			() =>
				readdirSync(scratch).some(
					(name) =>
						name.startsWith("deepdiva-replay-") &&
						existsSync(join(scratch, name, "run.json")),
				),
			"the replay records its run",
		);
		assert.equal(
			readdirSync(scratch).filter((name) => name.startsWith("deepdiva-tree-"))
				.length,
			1,
		);
		// A terminal would tell the whole group; the launcher passes SIGTERM on.
		if (signal === "SIGTERM") child.kill(signal);
		else spawnSync("pkill", ["-INT", "-P", String(child.pid)]);
		assert.equal(await code, 130);
		assert.deepEqual(traces(), before);
	});

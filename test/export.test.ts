import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import {
	type Cell,
	formatNotebook,
	readNotebook,
} from "../cli/notebook/format.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { answerHere, commandLine, runDeepdiva } from "./command-line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const ARCHIVE = "deepdiva-0.1.0.tgz";

/** A lock file with this package as `npm install ./deepdiva-0.1.0.tgz` writes it, and what else is given. */
const lockFile = (packages: Readonly<Record<string, object>> = {}) =>
	JSON.stringify({
		lockfileVersion: 3,
		packages: {
			"": {},
			"node_modules/deepdiva": {
				version: "0.1.0",
				resolved: `file:${ARCHIVE}`,
				integrity: "sha512-x",
			},
			...packages,
		},
	});

/** A project whose packages are this one's. */
function project(): string {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"tools.ts":
			"export const mean = (x: number[]): number => x.reduce((a, b) => a + b) / x.length;\n",
	});
	mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
	symlinkSync(root, join(folder, "node_modules", "deepdiva"));
	const command = join(folder, "node_modules", ".bin", "deepdiva");
	writeFileSync(
		command,
		`#!/bin/sh\nexec '${process.execPath}' '${commandLine.join("' '")}' "$@"\n`,
	);
	chmodSync(command, 0o755);
	return folder;
}

function sh(
	cwd: string,
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
) {
	const { status, stdout, stderr } = spawnSync(file, args, {
		cwd,
		encoding: "utf8",
		env: { ...process.env, ...env },
	});
	return { status, stdout, stderr };
}

/** Runs the command line; its output. Its runs go to `runs` where that is given. */
async function deepdiva(
	folder: string,
	words: readonly string[],
	runs?: string,
): Promise<string> {
	const { status, stdout, stderr } = await answerHere(words, {
		cwd: folder,
		env: {
			...process.env,
			...(runs === undefined ? {} : { DEEPDIVA_RUNS: join(folder, runs) }),
		},
	});
	assert.equal(status, 0, stderr + stdout);
	return stdout;
}

type CellText = string | { readonly tag: string; readonly source: string };

function notebook(folder: string, ...sources: CellText[]): void {
	const cells = sources.map((one, i): Cell => {
		const { tag, source } =
			typeof one === "string" ? { tag: "", source: one } : one;
		return {
			cell_type: "code",
			id: `c${i}`,
			metadata: tag === "" ? {} : { tags: [tag] },
			source,
			outputs: [],
		};
	});
	writeFileSync(
		join(folder, "nb.ipynb"),
		formatNotebook({ minor: 5, metadata: {}, cells }),
	);
}

const digests = (folder: string, runs: string, experiment?: string) =>
	listRuns(join(folder, runs))
		.runs.filter(
			({ record }) =>
				experiment === undefined || record.experiment === experiment,
		)
		.map(({ record }) => [record.seed.run, record.repeat, record.digest]);

const EXPERIMENT = [
	"%types off\nimport * as tf from '@tensorflow/tfjs';\nimport { mean } from './tools.ts';",
	"const noise = Array.from({ length: 4 }, Math.random);",
	"%dd run other lr=1\nconst model = { lr }; dd.log({ loss: Math.random() + noise[0] * lr });",
	"console.log(noise.map((x) => x.toFixed(2)).join());",
	"noise.push(Math.random());",
	"const unused = 'left out';",
	"%dd run wanted lr=0.5 epochs=2\nconst x = tf.tensor1d(noise);\nfor (let step = 1; step <= epochs; step++)\n  dd.log({ loss: mean(noise) * lr * Math.random(), sum: (await x.sum().data())[0] }, { step });",
	"const after = 1;",
];

test("a run below %cd is replayed and exported from where its cells started", async () => {
	const folder = project();
	writeFiles(folder, {
		"deep/value.ts": "export const value = 2;\n",
		"deep/down/factor.txt": "3",
	});
	notebook(
		folder,
		"%types off\n%cd deep",
		"import { readFileSync } from 'node:fs';\nimport { value } from './value.ts';\n%cd down",
		"%dd run wanted\ndd.log({ x: value * Number(readFileSync('factor.txt', 'utf8')) * Math.random() });",
	);
	await deepdiva(folder, ["execute", "nb.ipynb"], "runs");
	const [run] = listRuns(join(folder, "runs")).runs;
	assert.equal(run?.record.status, "finished");
	assert.deepEqual(
		[run?.record.folder, run?.record.cwd],
		[".", join("deep", "down")],
	);
	assert.match(
		await deepdiva(folder, ["replay", "last"], "runs"),
		/^identical/m,
	);
	await deepdiva(folder, ["export", "last", "-o", "script.ts"], "runs");
	await deepdiva(folder, ["run", "script.ts"], "again");
	assert.deepEqual(digests(folder, "again"), digests(folder, "runs"));
});

test("a sliced run, of a notebook and of a record, has the notebook's digest, and says what was left out", async () => {
	const folder = project();
	notebook(folder, "%dd seed 9", ...EXPERIMENT);
	await deepdiva(folder, ["execute", "nb.ipynb"], "a");
	const expected = digests(folder, "a", "wanted");
	assert.equal(expected.length, 1);

	assert.match(
		await deepdiva(folder, [
			"export",
			"nb.ipynb",
			"--run",
			"wanted",
			"-o",
			"n.ts",
		]),
		/^wrote n\.ts and n\.sh; run "wanted" needs 5 cells, 4 left out\n$/,
	);
	const script = readFileSync(join(folder, "n.ts"), "utf8");
	assert.match(
		script,
		/^\/\/ Run "wanted" alone: left out, .*\n\/\/ {3}\[4\] %dd run other lr=1\n\/\/ {3}\[5\] console\.log/m,
	);
	assert.doesNotMatch(script.replace(/^\/\/.*/gm, ""), /unused|other|after/);
	await deepdiva(folder, ["run", "n.ts"], "b");
	assert.deepEqual(digests(folder, "b"), expected);
});

test("a recorded run is exported with its session's seed and what the command line gave it", async () => {
	const folder = project();
	notebook(folder, ...EXPERIMENT);
	await deepdiva(folder, ["execute", "nb.ipynb", "-p", "lr=0.25"], "a");
	const expected = digests(folder, "a", "wanted");
	const [run] = listRuns(join(folder, "a")).runs.filter(
		({ record }) => record.experiment === "wanted",
	);
	await deepdiva(folder, ["export", run?.directory ?? "", "-o", "sub/r.ts"]);
	await deepdiva(folder, ["run", "sub/r.ts"], "b");
	assert.deepEqual(digests(folder, "b"), expected);
});

test("%dd export --run writes what a run of this session needs", async () => {
	const folder = project();
	notebook(folder, ...EXPERIMENT, "%dd export s.ts --run wanted");
	await deepdiva(folder, ["execute", "nb.ipynb"], "a");
	await deepdiva(folder, ["run", "s.ts"], "b");
	assert.deepEqual(digests(folder, "b"), digests(folder, "a", "wanted"));
});

test("--help of a script lists its parameters and runs nothing; what is wrong is told before anything runs", async () => {
	const folder = project();
	notebook(
		folder,
		"console.log('ran');",
		{ tag: "parameters", source: "const size = 3, label = 'a';" },
		"%dd run toy lr=0.1 on=true\ndd.log({ lr });",
		"%dd multirun grid n=1,2\ndd.log({ n });",
		"%dd run task=points set=xor",
	);
	await deepdiva(folder, ["export", "nb.ipynb", "-o", "h.ts"]);
	const help = await deepdiva(folder, ["run", "h.ts", "--help"]);
	assert.doesNotMatch(help, /\bran\b/);
	for (const row of [
		/^size +number +3 +the script$/m,
		/^label +text +a +the script$/m,
		/^lr +number +0\.1 +run toy$/m,
		/^on +true\|false +true +run toy$/m,
		/^n +number, … +1,2 +multirun grid$/m,
		/^set +.*spiral.* +xor +run points \(task points\)$/m,
	])
		assert.match(help, row);
	for (const [word, message] of [
		["sise=4", /"sise"; did you mean "size"/],
		["size=big", /size is a number/],
		["n=1,b", /n is a number/],
		["set=xxx", /set=xxx is not available/],
	] as const) {
		const { status, stdout, stderr } = runDeepdiva(["run", "h.ts", word], {
			cwd: folder,
		});
		assert.equal(status, 2, stderr);
		assert.match(stderr, message);
		assert.equal(stdout, "");
	}
});

test("a parameters tag is honoured by execute and export, as is a cell that papermill injected", async () => {
	const folder = project();
	const defaults = {
		tag: "parameters",
		source: "const lr = 0.1; let epochs = 2;\nconst name: string = 'a';",
	};
	const injected = {
		tag: "injected-parameters",
		source: "// Parameters\nvar lr = 0.3;",
	};
	const run =
		"%dd run toy\ndd.log({ lr, epochs, name: name.length, r: Math.random() });";
	const execute = (words: string[], runs: string) =>
		deepdiva(
			folder,
			["execute", "nb.ipynb", "--seed", "1", "-o", "out.ipynb", ...words],
			runs,
		);

	notebook(folder, "%types off", defaults, injected, run);
	await execute([], "papermill");
	notebook(folder, "%types off", defaults, run);
	await execute(["-p", "lr=0.3"], "ours");
	const [, , cell] = readNotebook(join(folder, "out.ipynb")).cells;
	assert.deepEqual(
		[cell?.source, cell?.metadata.tags],
		["// Parameters\nconst lr = 0.3;", ["injected-parameters"]],
	);
	const expected = digests(folder, "papermill");
	assert.deepEqual(digests(folder, "ours"), expected);

	await deepdiva(folder, ["export", "nb.ipynb", "-o", "p.ts"]);
	await deepdiva(folder, ["run", "p.ts", "--seed", "1", "lr=0.3"], "script");
	assert.deepEqual(digests(folder, "script"), expected);

	// Again, over an earlier injection: papermill puts the new cell in its place.
	notebook(folder, "%types off", defaults, injected, run);
	await deepdiva(folder, ["export", "nb.ipynb", "-o", "q.ts"]);
	await deepdiva(folder, ["run", "q.ts", "--seed", "1"], "injected");
	assert.deepEqual(digests(folder, "injected"), expected);
	await execute(["-p", "lr=0.7"], "again");
	assert.equal(readNotebook(join(folder, "out.ipynb")).cells.length, 4);
	await deepdiva(folder, ["run", "q.ts", "--seed", "1", "lr=0.7"], "argument");
	assert.deepEqual(digests(folder, "argument"), digests(folder, "again"));

	for (const [word, message] of [
		["lrr=1", /"lrr"; did you mean "lr"/],
		["epochs=many", /epochs is a number/],
	] as const) {
		const { status, stderr } = await answerHere(
			["execute", "nb.ipynb", "-p", word],
			{ cwd: folder },
		);
		assert.equal(status, 2);
		assert.match(stderr, message);
	}
});

test("a SLURM job computes each member of a multirun as the notebook did, one task each", async () => {
	const folder = project();
	notebook(
		folder,
		"%types off\n%dd seed 3",
		"const base = [Math.random()];",
		"%dd multirun sweep -n 2 lr=0.1,0.2\ndd.log({ loss: base[0] * lr * Math.random() });",
	);
	await deepdiva(folder, ["execute", "nb.ipynb"], "a");
	const expected = digests(folder, "a");
	assert.equal(expected.length, 4);
	// A lock file is there, and its packages are installed.
	writeFiles(folder, { "package-lock.json": lockFile(), [ARCHIVE]: "packed" });
	assert.match(
		await deepdiva(folder, [
			"export",
			"nb.ipynb",
			"--run",
			"sweep",
			"-o",
			"jobs/sw eep.ts",
			"--batch",
		]),
		/^wrote jobs\/sw eep\.ts, jobs\/sw eep\.sh, jobs\/sw eep\.sbatch, jobs\/sw eep\.Dockerfile and /,
	);
	const jobs = join(folder, "jobs");
	const job = readFileSync(join(jobs, "sw eep.sbatch"), "utf8");
	assert.match(job, /^#SBATCH --array=0-3$/m);
	assert.equal(sh(jobs, "bash", ["-n", "sw eep.sbatch"]).status, 0);
	for (const task of [2, 0, 3, 1]) {
		const { status, stderr } = sh(folder, "sh", ["jobs/sw eep.sbatch"], {
			SLURM_ARRAY_TASK_ID: String(task),
			DEEPDIVA_RUNS: join(folder, `m${task}`),
		});
		const log = readFileSync(
			join(folder, "runs", "slurm", `sw eep-0_${task}.log`),
			"utf8",
		);
		assert.equal(status, 0, stderr + log);
		assert.deepEqual(digests(folder, `m${task}`), [expected[task]]);
	}
	// Put back into the queue, or submitted again: the member is there.
	for (const [words, restarts] of [
		[[], "1"],
		[["--resume"], "0"],
	] as const) {
		const { status } = sh(folder, "sh", ["jobs/sw eep.sbatch", ...words], {
			SLURM_ARRAY_TASK_ID: "2",
			SLURM_RESTART_COUNT: restarts,
			DEEPDIVA_RUNS: join(folder, "m2"),
		});
		assert.equal(status, 0);
		assert.deepEqual(digests(folder, "m2"), [expected[2]]);
	}
	const { status } = sh(folder, "sh", ["jobs/sw eep.sbatch"], {
		SLURM_ARRAY_TASK_ID: "4",
		DEEPDIVA_RUNS: join(folder, "m4"),
	});
	assert.equal(status, 1);
	assert.match(
		readFileSync(join(folder, "runs", "slurm", "sw eep-0_4.log"), "utf8"),
		/this multirun has 4 members, so the last one is 3, not 4/,
	);
});

test("outside of a project the lock file goes with the script, and the archives that it names", async () => {
	const folder = project();
	const away = temporaryFolder();
	notebook(folder, "%dd run toy\ndd.log({ a: 1 });");
	const other = { version: "1.0.0", resolved: "file:vendor/other.tgz" };
	const packed = new Uint8Array([0, 0xff, 0x80]);
	writeFiles(folder, {
		"package-lock.json": lockFile({ "node_modules/other": other }),
		"vendor/other.tgz": packed,
		[ARCHIVE]: "packed",
	});
	const words = ["export", "nb.ipynb", "-o", join(away, "toy.ts"), "--batch"];
	assert.match(await deepdiva(folder, words), /\/deepdiva-0\.1\.0\.tgz and /);
	for (const name of ["package.json", "package-lock.json", ARCHIVE])
		assert.equal(
			readFileSync(join(away, name), "utf8"),
			readFileSync(join(folder, name), "utf8"),
		);
	assert.deepEqual(
		[...readFileSync(join(away, "vendor", "other.tgz"))],
		[...packed],
	);
	const dockerfile = readFileSync(join(away, "toy.Dockerfile"), "utf8");
	assert.match(dockerfile, /^FROM node:\d+\.\d+\.\d+-bookworm-slim$/m);
	assert.match(
		dockerfile,
		/^ENTRYPOINT \["\/experiment\/node_modules\/\.bin\/deepdiva","run","\.\/toy\.ts"\]$/m,
	);
});

test("what would not install this package elsewhere is refused, with the commands that mend it, and nothing is written", async () => {
	const folder = project();
	const away = temporaryFolder();
	notebook(folder, "%dd run toy\ndd.log({ a: 1 });");
	const refused = async (place: string) => {
		const { status, stderr } = await answerHere(
			["export", "nb.ipynb", "-o", join(place, "toy.ts"), "--batch"],
			{ cwd: folder },
		);
		assert.equal(status, 2, stderr);
		return stderr;
	};
	const mend = `cd '${folder}' && npm pack --ignore-scripts '${root.replace(/\/$/, "")}' && npm install --save-exact ./${ARCHIVE}\n`;
	for (const place of [away, folder])
		assert.match(
			await refused(place),
			/there is no package\.json with a package-lock\.json in /,
		);
	assert.ok((await refused(folder)).endsWith(mend));
	const deepdivaFrom = (resolved: string, link = false) => ({
		"node_modules/deepdiva": { resolved, link },
	});
	for (const [packages, message] of [
		[{ "node_modules/deepdiva": undefined }, /does not name deepdiva/],
		[
			deepdivaFrom("../deepdiva", true),
			/takes node_modules\/deepdiva from \.\.\/deepdiva, which is outside of that folder/,
		],
		[
			deepdivaFrom("file:../deepdiva.tgz"),
			/from \.\.\/deepdiva\.tgz, which is outside of that folder/,
		],
		[{}, /from deepdiva-0\.1\.0\.tgz, which is not there/],
	] as const) {
		writeFiles(folder, {
			"package-lock.json": lockFile(packages as Record<string, object>),
		});
		for (const place of [folder, away]) {
			assert.match(await refused(place), message);
			assert.ok((await refused(place)).endsWith(mend));
		}
	}
	writeFiles(folder, {
		"package-lock.json": lockFile({
			"node_modules/part": { resolved: "part", link: true },
		}),
		"part/package.json": "{}",
		[ARCHIVE]: "packed",
	});
	assert.match(
		await refused(away),
		/takes node_modules\/part from a folder of that project/,
	);
	assert.deepEqual(readdirSync(away), []);
	await deepdiva(folder, ["export", "nb.ipynb", "-o", "toy.ts", "--batch"]);
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { pinnedNode } from "../../kernel/owner/node.ts";
import { installPackage } from "../../scripts/install-package.mjs";
import { launcher, notebookOf } from "../command-line.ts";
import { interpretersFor } from "../determinism/interpreters.ts";
import { readNotebook, textOf } from "../notebooks/executed.ts";
import { pythonWith } from "../python.ts";
import { outputOf, type Project, projectLike, run } from "./installation.ts";

const TYPES = ["commonjs", "module", undefined] as const;

/** The one with a picture, in the notebook alone: what draws it is part of the package as well. */
const TRAINING = `%dd run moons lr=0.02 epochs=2 --no-images
import * as tf from "@tensorflow/tfjs";
const { points } = dd.pointSet("moons", 100, dd.rng("moons"));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [2], units: 4, activation: "relu" }),
    tf.layers.dense({ units: 2, activation: "softmax" }),
  ],
});
model.compile({ optimizer: tf.train.adam(lr), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await model.fit(
  tf.tensor2d(points.map(({ x, y }) => [x, y])),
  tf.tensor1d(points.map(({ label }) => label)),
  { epochs, callbacks: dd.callbacks() },
);
dd.boundary(model, points);
await dd.artifact("model", model);`;

/** Without pictures and types, which take longer than all else. */
const SHORT = TRAINING.replace("moons lr", "short lr").replace(
	"dd.boundary(model, points);\n",
	"",
);
const IMPORTS = `import { tensor, Tensor } from "@tensorflow/tfjs-core";
import * as own from "deepdiva";
import { core, total } from "./local.ts";
[total(tensor([1, 2])), own === dd, core.Tensor === Tensor, tf.tensor === tensor].join()`;

const CELLS = [
	"%dd seed 42",
	TRAINING,
	"%dd run task=points epochs=2 --no-images",
	IMPORTS,
	SHORT,
	`%dd run leaky
import { now } from "./local.ts";
dd.log({ x: Math.sign(now()) });`,
];
const FAILING = `import { fail } from "./local.ts";
const wrong: number = own.seed(42);
fail();`;

const LOCAL = `import { sum, type Tensor } from "@tensorflow/tfjs-core";
import * as core from "@tensorflow/tfjs-core";
export { core };
export enum Kind { Sum = 1 }
export const total = (tensor: Tensor): number => Kind.Sum * (sum(tensor).dataSync()[0] ?? 0);
export const now = (): number => Date.now();
export function fail(): never {
  throw new Error("mine");
}
`;

const SCRIPT = `import * as tf from "@tensorflow/tfjs";
import * as dd from "deepdiva";
import { total } from "./local.ts";
dd.seed(42);
await dd.run({ name: "toy", params: { lr: 0.1 } }, ({ lr }) => {
  dd.log({ loss: lr * Math.random(), total: total(tf.tensor([1, 2])) });
});
await dd.run({ task: "points", params: { epochs: 2 }, images: false });
`;

const FILES = {
	"nb.ipynb": notebookOf(...CELLS),
	// Types change no digest, and take as long as a training.
	"untyped.ipynb": notebookOf("%types off", ...CELLS),
	"short.ipynb": notebookOf("%types off\n%dd seed 42", SHORT, IMPORTS),
	"failing.ipynb": notebookOf('import * as own from "deepdiva";', FAILING),
	"local.ts": LOCAL,
	"script.ts": SCRIPT,
	"module.mjs": SCRIPT.replace("./local.ts", "./total.mjs"),
	"total.mjs": "export const total = (tensor) => tensor.sum().dataSync()[0];\n",
	"required.cjs": 'const dd = require("deepdiva");\ndd.seed(1);\n',
};

const root = temporaryFolder();
/** A new folder; its name has a space and letters beyond ASCII. */
const newFolder = () => mkdtempSync(join(root, "größe ü "));

// Of such a name npm makes no name for a package.
const original = join(root, "project");
let archive: string[];
before(() => {
	mkdirSync(original);
	archive = installPackage(original);
});

/** By the `type` of its package.json; made when it is first asked for. */
const projects = new Map<string, Project>();
function projectOf(type: (typeof TYPES)[number]): Project {
	const name = type ?? "without a type";
	let project = projects.get(name);
	if (!project) {
		project = projectLike(original, join(newFolder(), name), type, FILES);
		projects.set(name, project);
	}
	return project;
}

/** Digests of the notebook's runs. */
const recorded = ({ folder }: Pick<Project, "folder">) =>
	Object.fromEntries(
		listRuns(join(folder, "runs")).runs.map(({ record }) => [
			record.experiment,
			record.digest,
		]),
	);

test("the archive holds what runs, and no tests, fixtures, source maps or build notes", () => {
	assert.deepEqual(
		[...new Set(archive.map((path) => path.split("/")[0]))].sort(),
		["LICENSE", "README.md", "bin", "dist", "package.json", "tutorials"],
	);
	assert.deepEqual(
		archive.filter(
			(path) =>
				/\.test\.|\/test-|\.map$|tsbuildinfo|^dist\/(test|bench)\//.test(
					path,
				) || /^tutorials\/(?!.*\.ipynb$)/.test(path),
		),
		[],
	);
	const { exports, bin } = JSON.parse(
		readFileSync(join(original, "node_modules/deepdiva/package.json"), "utf8"),
	) as { exports: Record<string, string | object>; bin: object };
	for (const target of [
		...Object.values(bin),
		...Object.values(exports).flatMap((one) =>
			typeof one === "string" ? one : Object.values(one),
		),
	])
		assert.ok(archive.includes(target.replace(/^\.\//, "")), target);
});

describe("in a folder of the user's", () => {
	let expected: Record<string, string>;
	before(async () => {
		const folder = newFolder();
		writeFiles(folder, FILES);
		const words = ["execute", "untyped.ipynb"];
		await outputOf(folder, pinnedNode(), [launcher, ...words]);
		expected = recorded({ folder });
		assert.deepEqual(Object.keys(expected), [
			...["moons", "points", "short", "leaky"],
		]);
	});

	for (const type of TYPES)
		test(`whose package.json has ${type === undefined ? "no type" : `type ${type}`}, a notebook trains, and has the digests that it has in the clone`, async () => {
			const project = projectOf(type);
			const [notebook, runs] =
				type === "module"
					? ["nb.ipynb", expected]
					: ["short.ipynb", { short: expected.short }];
			const printed = await project.deepdiva(["execute", notebook]);
			assert.deepEqual(recorded(project), runs);
			assert.match(printed, /^'?3,true,true,true'?$/m);
			assert.doesNotMatch(printed, /TS\d{4}/);
		});

	for (const type of TYPES)
		test(`whose package.json has ${type === undefined ? "no type" : `type ${type}`}, scripts run, with the same digests`, async () => {
			const { deepdiva, digests } = projectOf(type);
			await deepdiva(["run", "script.ts"]);
			await deepdiva(["run", "module.mjs"]);
			const [first, ...others] = digests("toy");
			assert.deepEqual(others, [first]);
			const points = digests("points");
			// One by each script; where the whole notebook ran, also its own.
			assert.equal(points.length, type === "module" ? 3 : 2);
			assert.deepEqual([...new Set(points)], [expected.points]);
		});

	test("require says that the library is to be imported", async () => {
		const { folder } = projectOf("commonjs");
		const command = join(folder, "node_modules", ".bin", "deepdiva");
		const { status, stderr } = await run(folder, command, [
			...["run", "required.cjs"],
		]);
		assert.equal(status, 1);
		assert.match(stderr, /Use import\(\) instead/);
		assert.match(stderr, /required\.cjs/);
	});

	test("an error shows the user's lines and none of ours, and types are known", async () => {
		const { folder } = projectOf("module");
		const command = join(folder, "node_modules", ".bin", "deepdiva");
		const { status, stdout } = await run(folder, command, [
			...["execute", "failing.ipynb"],
		]);
		assert.equal(status, 1);
		const shown = stripVTControlCharacters(stdout);
		assert.match(shown, /TS2322: .*'void'.*'number'/);
		assert.match(
			shown,
			/Error: mine\n {2}at fail \(.*local\.ts:8:9\)\n.*\n.*\n {2}at In \[2\], line 3, column 1\n/,
		);
		assert.doesNotMatch(shown, /node_modules|dist\//);
	});

	test("a record names the line that leaks, and the packages as npm installed them", () => {
		const { folder } = projectOf("module");
		const [run] = listRuns(join(folder, "runs")).runs.filter(
			({ record }) => record.experiment === "leaky",
		);
		const { leaks, environment: found } = run?.record ?? assert.fail();
		assert.match(JSON.stringify(leaks), /"local\.ts","line":6/);
		assert.doesNotMatch(JSON.stringify(leaks), /node_modules|dist/);
		const { packages } = found as unknown as {
			packages: Record<string, { version: string; integrity?: string }>;
		};
		assert.match(packages.deepdiva?.integrity ?? "", /^sha512-/);
		assert.match(
			packages["@tensorflow/tfjs-core"]?.integrity ?? "",
			/^sha512-/,
		);
		const trained = listRuns(join(folder, "runs")).runs.filter(
			({ record }) => record.experiment !== "leaky",
		);
		for (const { record } of trained)
			assert.doesNotMatch(JSON.stringify(record.leaks ?? {}), /"line"/);
	});
});

describe("what a run leads to", () => {
	const project = () => projectOf("module");
	const runs = () => listRuns(join(project().folder, "runs")).runs;

	test("is replayed, and so is the script that its notebook is exported as", async () => {
		const { deepdiva, folder, digests } = project();
		await deepdiva(["export", "nb.ipynb", "-o", "exported.ts"]);
		await outputOf(folder, "sh", ["exported.sh"]);
		const [first, ...others] = digests("moons");
		assert.deepEqual(others, [first]);
		assert.match(await deepdiva(["replay", "last"]), /^identical: /m);
	});

	test("runs as a job with and without SLURM's script, and its script is replayed", async () => {
		const { deepdiva, folder, digests } = project();
		const [run] = runs();
		await deepdiva([
			"export",
			run?.record.id ?? "",
			...["-o", "job/moons.ts", "--batch"],
		]);
		const job = join(folder, "job");
		await outputOf(job, "sh", ["moons.sh"]);
		await outputOf(job, "sh", ["moons.sbatch"], { SLURM_ARRAY_TASK_ID: "0" });
		const [first, ...others] = digests("moons");
		assert.deepEqual(others, [first, first, first]);
		assert.match(await deepdiva(["replay", "job/moons.ts"]), /^identical: /m);
	});

	test("is replayed by somebody else who has the package, from a zip", async () => {
		const [run] = runs();
		const zip = join(project().folder, "run.zip");
		await project().deepdiva([
			"runs",
			"export",
			run?.record.id ?? "",
			"-o",
			zip,
		]);
		const other = projectOf(undefined);
		assert.match(
			await other.deepdiva(["replay", zip, "--yes"]),
			/^identical: /m,
		);
	});

	test("can begin in a new folder, and in the terminal", async () => {
		const { deepdiva, folder } = project();
		await deepdiva(["new", "first"]);
		const command = join(folder, "node_modules", ".bin", "deepdiva");
		const inner = join(folder, "first");
		await outputOf(inner, command, ["execute", "first.ipynb"]);
		const [run, ...others] = listRuns(join(inner, "runs")).runs;
		assert.deepEqual(others, []);
		// The only run here that draws images, for TensorBoard.
		const events = readdirSync(run?.directory ?? "").find((name) =>
			name.startsWith("events."),
		);
		const bytes = readFileSync(join(run?.directory ?? "", events ?? ""));
		assert.ok(bytes.includes(Buffer.from("\x89PNG", "latin1")));
		const typed = `import { total } from "./local.ts";\nimport * as tf from "@tensorflow/tfjs";\n"sum " + total(tf.tensor([20, 22]))\n`;
		const printed = await outputOf(
			folder,
			"sh",
			["-c", `printf '%s' "$TYPED" | "$COMMAND" repl`],
			{ TYPED: typed, COMMAND: command },
		);
		assert.match(printed, /sum 42/);
	});
});

test("Jupyter's clients find the kernel that was installed from the package", async (context) => {
	const python = pythonWith(["nbclient", "nbformat"], context);
	if (!python) return;
	const { deepdiva, folder } = projectOf("module");
	const prefix = join(folder, "prefix");
	await deepdiva(["install", "--prefix", prefix]);
	const files = ["nb.ipynb", "through-nbclient.ipynb"];
	const script = new URL("./kernel.py", import.meta.url).pathname;
	const printed = await outputOf(folder, python, [script, ...files], {
		JUPYTER_PATH: join(prefix, "share", "jupyter"),
		JUPYTER_DATA_DIR: join(prefix, "data"),
		IPYTHONDIR: join(prefix, "ipython"),
		DEEPDIVA_HISTORY: join(prefix, "history.jsonl"),
		DEEPDIVA_RUNS: join(prefix, "runs"),
	});
	const { matches, text } = JSON.parse(printed);
	assert.deepEqual(matches, ["multirun"]);
	assert.match(text, /^function multirun\n\nRuns the same body or task/);
	const { cells } = readNotebook(join(folder, files[1] ?? ""));
	assert.match(textOf(JSON.stringify(cells[3]?.outputs)), /3,true,true,true/);
	const through = recorded({ folder: prefix });
	const executed = recorded({ folder });
	for (const name of ["moons", "leaky", "points"])
		assert.equal(through[name], executed[name]);
	// Its launcher starts the command of this folder.
	const launched = await outputOf(prefix, join(prefix, "bin", "deepdiva"), [
		"--version",
	]);
	assert.match(launched, /^\d+\.\d+\.\d+\n$/);
});

test("a plain script on Node 20 has the digests that it has on the pinned Node, and follows DEEPDIVA_SEED", async (context) => {
	const interpreters = interpretersFor(context);
	if (!interpreters) return;
	const { folder } = projectOf("module");
	const library = readFileSync(new URL("./library.mjs", import.meta.url));
	writeFiles(folder, {
		"library.mjs": library,
		"draw.mjs": "console.log(Math.random());",
	});
	const valuesOn = async (node: string) => {
		const runs = join(newFolder(), "runs");
		const [printed, drawn, version] = await Promise.all([
			outputOf(folder, node, ["library.mjs"], { DEEPDIVA_RUNS: runs }),
			outputOf(folder, node, ["--import", "deepdiva/seed", "draw.mjs"], {
				DEEPDIVA_SEED: "42",
			}),
			outputOf(folder, node, [
				...["node_modules/deepdiva/bin/deepdiva.js", "--version"],
			]),
		]);
		return { digests: JSON.parse(printed), drawn, version };
	};
	const expected = await valuesOn(pinnedNode());
	assert.deepEqual(Object.keys(expected.digests), [
		...["everything", "strict", "resumed", "whole", "points"],
	]);
	assert.equal(expected.digests.resumed, expected.digests.whole);
	const nodes = interpreters
		.filter(({ name }) => name.startsWith("Node 20."))
		.map(({ command }) => command);
	assert.equal(nodes.length, 1);
	// The one that users have may be another Node 20 than the oldest that is promised.
	const present = await outputOf(folder, "node", ["--version"]);
	if (present.startsWith("v20.")) nodes.push("node");
	for (const node of nodes) assert.deepEqual(await valuesOn(node), expected);
});

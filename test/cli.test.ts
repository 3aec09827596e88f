import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encode } from "fast-png";
import { listRuns } from "../experiment/record/store/store.ts";
import {
	answerHere,
	launcher,
	notebookOf,
	runDeepdiva,
} from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const deepdiva = (...args: readonly string[]) =>
	answerHere(args, { cwd: folder });

function notebook(name: string, ...sources: string[]): string {
	// Types have tests of their own, and take longer than most of these cells.
	writeFileSync(join(folder, name), notebookOf("%types off", ...sources));
	return name;
}

const toy = `%dd run toy lr=0.1 epochs=3
for (let step = 1; step <= epochs; step++)
  dd.log({ loss: (lr * Math.random()) / step }, { step });`;

const runs = () =>
	listRuns(join(folder, "runs")).runs.map(({ record }) => record);

test("the command without words, or with --help, lists what there is", async () => {
	assert.equal((await deepdiva()).status, 2);
	const { status, stdout } = await deepdiva("--help");
	assert.equal(status, 0);
	for (const name of ["execute", "run", "replay", "runs", "export", "install"])
		assert.match(stdout, new RegExp(`^ {2}${name} `, "m"));
});

test("every command has a page with its usage", async () => {
	const names = (await deepdiva("--help")).stdout.match(/^ {2}\S+/gm) ?? [];
	assert.ok(names.length >= 10);
	for (const name of names.map((line) => line.trim())) {
		const { status, stdout } = await deepdiva(name, "--help");
		assert.equal(status, 0);
		assert.match(stdout, new RegExp(`Usage: deepdiva ${name}`));
	}
});

const mistakes: [string, string[], RegExp][] = [
	["a misspelt command", ["exekute"], /did you mean "execute"/],
	["a missing notebook", ["execute", "none.ipynb"], /none\.ipynb/],
	["a misspelt option", ["execute", "a.ipynb", "--otput", "b"], /--output/],
	["a missing data folder", ["verify-data", "none"], /no folder none/],
	["an unknown run", ["replay", "abcdef"], /no run "abcdef"/],
	["an unknown data set", ["data", "get", "digit"], /did you mean "digits"/],
	["a misspelt action", ["data", "splt"], /did you mean "split"/],
	["a split without a name", ["data", "split", "scans"], /-o scans-split/],
	["a missing script", ["run", "none.ts"], /no script none\.ts/],
	[
		"a tolerance that is no number",
		["replay", "last", "--tolerance", "little"],
		/--tolerance takes a number, not "little"/,
	],
	[
		"a tolerance that lets everything pass",
		["replay", "last", "--tolerance", "1"],
		/--tolerance cannot be 1; give a number of at least 0, below 1/,
	],
	["a word too many", ["export", "a", "b"], /one word too many/],
];
for (const [what, args, message] of mistakes)
	test(`${what} is told in one line, with exit code 2`, async () => {
		const { status, stderr, stdout } = await deepdiva(...args);
		assert.equal(status, 2);
		assert.match(stderr, message);
		assert.doesNotMatch(stderr, /\n {4}at /);
		assert.equal(stdout, "");
	});

test("the process of a command that is misspelt says so, and ends with exit code 2", () => {
	const { status, stderr, stdout } = runDeepdiva(["exekute"], { cwd: folder });
	assert.equal(status, 2);
	assert.match(stderr, /^deepdiva: .*did you mean "execute"\?\n$/);
	assert.equal(stdout, "");
});

test("a notebook that is not JSON is refused, and nothing is written", async () => {
	writeFileSync(join(folder, "broken.ipynb"), '{ "cells": [');
	const { status, stderr } = await deepdiva(
		"execute",
		"broken.ipynb",
		"-o",
		"o.ipynb",
	);
	assert.equal(status, 2);
	assert.match(stderr, /broken\.ipynb is not a notebook: it is not JSON/);
	assert.ok(!existsSync(join(folder, "o.ipynb")));
});

test("an override that no run declares is refused before anything runs", async () => {
	notebook("toy.ipynb", toy);
	const { status, stderr, stdout } = await deepdiva(
		"execute",
		"toy.ipynb",
		"-p",
		"ir=1",
	);
	assert.equal(status, 2);
	assert.match(stderr, /no run declares a parameter "ir"; did you mean "lr"/);
	assert.equal(stdout, "");
});

test("a notebook, executed twice and as an exported script, has runs with equal digests; another seed has others", async () => {
	const before = runs().length;
	notebook("digest.ipynb", "%dd seed 5", "const start = Math.random();", toy);
	assert.equal((await deepdiva("execute", "digest.ipynb")).status, 0);
	assert.equal(
		(await deepdiva("execute", "digest.ipynb", "-o", "out.ipynb")).status,
		0,
	);
	assert.equal(
		(await deepdiva("export", "digest.ipynb", "-o", "digest.ts")).status,
		0,
	);
	assert.equal(runDeepdiva(["run", "digest.ts"], { cwd: folder }).status, 0);
	notebook("other.ipynb", "%dd seed 6", "const start = Math.random();", toy);
	assert.equal((await deepdiva("execute", "other.ipynb")).status, 0);
	const digests = runs()
		.slice(before)
		.map(({ digest }) => digest);
	assert.equal(digests.length, 4);
	assert.equal(new Set(digests.slice(0, 3)).size, 1);
	assert.notEqual(digests[3], digests[0]);
});

test("an override changes the parameter, keeps its type, and is noted as such", async () => {
	notebook("toy.ipynb", toy);
	assert.equal(
		(await deepdiva("execute", "toy.ipynb", "-p", "lr=0.5")).status,
		0,
	);
	assert.deepEqual(runs().at(-1)?.params.lr, {
		value: 0.5,
		origin: "override",
	});
	const { status, stderr, stdout } = await deepdiva(
		"execute",
		"toy.ipynb",
		"-p",
		"lr=fast",
	);
	assert.equal(status, 1);
	assert.match(stdout + stderr, /lr is a number \(declared lr=0\.1\)/);
});

test("an override that only the code of a notebook could have declared is reported at its end", async () => {
	notebook(
		"code.ipynb",
		'await dd.run({ name: "c", params: { lr: 1 } }, () => 0);',
	);
	const { status, stderr } = await deepdiva(
		"execute",
		"code.ipynb",
		"-p",
		"ir=2",
	);
	assert.equal(status, 2);
	assert.match(stderr, /no run declares a parameter "ir"; did you mean "lr"/);
});

test("a cell that fails ends the notebook with exit code 1, and what came before is written", async () => {
	notebook("fails.ipynb", "1 + 1", "null.x", "console.log('never')");
	const { status, stdout } = await deepdiva(
		"execute",
		"fails.ipynb",
		"-o",
		"failed.ipynb",
	);
	assert.equal(status, 1);
	assert.match(stdout, /TypeError/);
	assert.doesNotMatch(stdout, /never$/m);
	const written = readFileSync(join(folder, "failed.ipynb"), "utf8");
	assert.match(written, /"output_type": "error"/);
});

test("verify-data: 0 for created and unchanged, 1 for changed, 2 where nothing could be checked", async () => {
	mkdirSync(join(folder, "d"));
	writeFileSync(join(folder, "d", "a.txt"), "one");
	assert.equal((await deepdiva("verify-data", "d", "--deep")).status, 2);
	assert.equal((await deepdiva("verify-data", "d")).status, 0);
	assert.equal((await deepdiva("verify-data", "d")).status, 0);
	writeFileSync(join(folder, "d", "a.txt"), "two");
	const { status, stdout } = await deepdiva("verify-data", "d");
	assert.equal(status, 1);
	assert.match(stdout, /modified +a\.txt/);
	const sum = spawnSync("sha256sum", ["-c", "../d.manifest-sha256.txt"], {
		cwd: join(folder, "d"),
		encoding: "utf8",
	});
	assert.match(sum.stdout, /a\.txt: FAILED/);
});

test("data split divides a folder of classes, and tells how; what is there is never overwritten", async () => {
	for (const name of ["cat", "dog"])
		for (let k = 0; k < 10; k++) {
			mkdirSync(join(folder, "scans", name), { recursive: true });
			writeFileSync(join(folder, "scans", name, `${k}.txt`), `${k}`);
		}
	const args = ["data", "split", "scans", "-o", "parts", "--val", "10%"];
	const { status, stdout } = await deepdiva(...args);
	assert.equal(status, 0);
	assert.match(stdout, /^cat +7 +1 +2$/m);
	assert.match(stdout, /^all +14 +2 +4$/m);
	assert.match(stdout, /neither PNG nor JPEG.*15 more/);
	assert.equal(readdirSync(join(folder, "parts", "train", "dog")).length, 7);
	assert.equal((await deepdiva("verify-data", "parts", "--deep")).status, 0);
	const again = await deepdiva(...args);
	assert.equal(again.status, 2);
	assert.match(again.stderr, /parts is already there/);
});

test("data analyze tells what the images are like, once; an image that cannot be read is named", async () => {
	for (const [split, name] of [
		["train", "light"],
		["train", "dark"],
		["val", "dark"],
	] as const) {
		mkdirSync(join(folder, "gray", split, name), { recursive: true });
		const value = name === "light" ? 255 : 0;
		writeFileSync(
			join(folder, "gray", split, name, "1.png"),
			encode({
				width: 2,
				height: 2,
				channels: 1,
				data: Buffer.alloc(4, value),
			}),
		);
	}
	const first = await deepdiva("data", "analyze", "gray");
	assert.equal(first.status, 0);
	assert.match(first.stdout, /^gray +0\.5\d* +0\.5\d*$/m);
	assert.match(first.stdout, /^light +1 +1/m);
	assert.match(first.stdout, /2×2 \(2\)/);
	assert.match(first.stdout, /written to .*gray\.analysis\.json/);
	assert.match(
		(await deepdiva("data", "analyze", "gray")).stdout,
		/so taken from/,
	);
	const { mean } = JSON.parse(
		(await deepdiva("data", "analyze", "gray", "--json")).stdout,
	) as { mean: number[] };
	assert.deepEqual(mean, [0.5]);

	writeFileSync(join(folder, "gray", "train", "dark", "2.png"), "no image");
	const { status, stderr } = await deepdiva("data", "analyze", "gray");
	assert.equal(status, 2);
	assert.match(stderr, /train\/dark\/2\.png: it is neither a PNG nor a JPEG/);
});

test("a damaged run folder is named, and the other runs are still listed", async () => {
	const good = runs().length;
	const damaged = join(folder, "runs", "toy", "20200101T000000Z-deadbeef");
	mkdirSync(damaged, { recursive: true });
	writeFileSync(join(damaged, "run.json"), "{");
	const { status, stdout, stderr } = await deepdiva("runs");
	assert.equal(status, 1);
	assert.match(stderr, /deadbeef.*damaged/);
	assert.equal(stdout.trim().split("\n").length, good + 2);
	assert.equal((await deepdiva("replay", "deadbeef")).status, 2);
	rmSync(damaged, { recursive: true });
});

test("modules of a script may import parts of TensorFlow.js before, after and beside deepdiva: they are seeded", () => {
	const place = join(folder, "modules");
	mkdirSync(place);
	writeFileSync(
		join(place, "order.ts"),
		'import { util } from "@tensorflow/tfjs-core";\nexport const order: string = util.createShuffledIndices(9).join();\n',
	);
	const run = (...lines: string[]): string => {
		writeFileSync(join(place, "script.ts"), lines.join("\n"));
		const args = ["run", "script.ts", "--seed", "42"];
		const { status, stdout, stderr } = runDeepdiva(args, { cwd: place });
		assert.equal(status, 0, stderr);
		return stdout;
	};
	const imports = [
		'import { order } from "./order.ts";',
		'import * as tf from "@tensorflow/tfjs";',
		'import * as dd from "deepdiva";',
	];
	const print =
		"console.log(order, tf.tensor([1, 2]).sum().dataSync()[0], typeof dd.run, Math.random());";
	// Shuffling has a stream of its own, and leaves the numbers of the main one.
	const first = run(
		...imports.slice(1),
		"console.log(tf.version.tfjs, typeof dd.run, Math.random());",
	);
	const printed = run(...imports, print);
	assert.match(printed, /^(\d,){8}\d 3 function 0\.\d+\n$/);
	assert.equal(printed.split(" ").at(-1), first.split(" ").at(-1));
	assert.equal(run(...imports.toReversed(), print), printed);
	// With a TensorFlow.js of its own, as its build for Node names what it exports.
	const own = join(place, "node_modules", "@tensorflow", "tfjs");
	mkdirSync(own, { recursive: true });
	writeFileSync(
		join(own, "index.js"),
		`var tfjsCore = require('@tensorflow/tfjs-core');
Object.keys(tfjsCore).forEach(function (k) {
    if (k !== 'default') Object.defineProperty(exports, k, {
        enumerable: true,
        get: function () { return tfjsCore[k]; }
    });
});
`,
	);
	const printOwn = print.replace(", Math.random()", "");
	const expected = printed.replace(/ \S+\n$/, "\n");
	assert.equal(run(...imports, printOwn), expected);
	assert.equal(run(...imports.toReversed(), printOwn), expected);
});

test("an exported script runs by its own shell script, which starts the command that is on PATH", async () => {
	assert.equal(
		(await deepdiva("export", "digest.ipynb", "-o", "sub/replay.ts")).status,
		0,
	);
	assert.deepEqual(readdirSync(join(folder, "sub")).sort(), [
		"replay.sh",
		"replay.ts",
	]);
	const bin = join(folder, "bin");
	mkdirSync(bin);
	symlinkSync(launcher, join(bin, "deepdiva"));
	const before = runs().length;
	const { status, stderr } = spawnSync(join(folder, "sub", "replay.sh"), {
		encoding: "utf8",
		env: {
			...process.env,
			PATH: `${bin}:${process.env.PATH}`,
			DEEPDIVA_RUNS: join(folder, "runs"),
		},
	});
	assert.equal(status, 0, stderr);
	const [ran, ...others] = runs().slice(before);
	assert.deepEqual(others, []);
	const first = runs().find(({ digest }) => digest === ran?.digest);
	assert.notEqual(first?.id, ran?.id);
});

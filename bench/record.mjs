// Measures what recording costs beside a plain JSONL append; see README.md.
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshotCode } from "../dist/experiment/code/git-snapshot.js";
import { codeState } from "../dist/experiment/code/git-state.js";
import * as dd from "../dist/index.js";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
process.env.DEEPDIVA_RUNS = join(folder, "runs");
process.chdir(folder);

const ROUNDS = 200;
/** Short rounds: on a busy machine some of them are not interrupted. */
const LINES = 2000;

/** The best of some rounds, in microseconds a unit: what else the machine does only adds. */
async function best(units, measure, rounds = ROUNDS) {
	let least = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round++)
		least = Math.min(least, await measure());
	return (least * 1000) / units;
}

/** How long some work takes, in milliseconds. */
const timed = (work) => async () => {
	const begin = performance.now();
	await work();
	return performance.now() - begin;
};

/** Logs in one run, round after round. */
async function logging(scalars, values) {
	let microseconds = 0;
	await dd.run({ name: "bench", git: "ignore" }, async () => {
		let step = 0;
		microseconds = await best(LINES * scalars, () => {
			const begin = performance.now();
			for (let i = 1; i <= LINES; i++) dd.log(values(i), { step: ++step });
			return performance.now() - begin;
		});
	});
	return microseconds;
}

const line = (step) =>
	`${JSON.stringify({ step, metrics: { loss: 1 / step }, time: new Date().toISOString() })}\n`;

function written() {
	const file = openSync(join(folder, "written.jsonl"), "w");
	const begin = performance.now();
	for (let step = 1; step <= LINES; step++) writeSync(file, line(step));
	const milliseconds = performance.now() - begin;
	closeSync(file);
	return milliseconds;
}

function appended() {
	const begin = performance.now();
	for (let step = 1; step <= LINES; step++)
		appendFileSync(join(folder, "appended.jsonl"), line(step));
	return performance.now() - begin;
}

const show = (name, figure, unit, peer) =>
	console.log(
		`| ${name} | ${figure.toPrecision(3)} ${unit} | ${peer === undefined ? "" : `${(figure / peer).toFixed(2)} ×`} |`,
	);

const plain = await best(LINES, written);
const opened = await best(LINES, appended);
const one = await logging(1, (i) => ({ loss: 1 / i }));
const four = await logging(4, (i) => ({
	loss: 1 / i,
	accuracy: 1 - 1 / i,
	val_loss: 2 / i,
	val_accuracy: 1 - 2 / i,
}));

const start = await best(
	1000,
	async () => {
		const begin = performance.now();
		let started = 0;
		await dd.run({ name: "bench", git: "ignore" }, () => {
			started = performance.now();
		});
		return started - begin;
	},
	40,
);
const whole = await best(
	1000,
	timed(() => dd.run({ name: "bench", git: "ignore" }, () => undefined)),
	40,
);

/** A run that shows one picture; drawn for TensorBoard when the run closes, or not. */
const showing = (images) =>
	best(
		1000,
		timed(() =>
			dd.run({ name: "bench", git: "ignore", images }, () =>
				dd.confusion([0, 1, 2, 3], [0, 1, 2, 2]),
			),
		),
		10,
	);
const undrawn = await showing(false);
const drawn = await showing(true);

const git = (...args) => execFileSync("git", args, { cwd: repository });
const repository = join(folder, "repository");
for (let i = 0; i < 2000; i++) {
	const inside = join(repository, `folder${i % 40}`);
	if (i < 40) mkdirSync(inside, { recursive: true });
	writeFileSync(join(inside, `${i}.ts`), `export const value = ${i};\n`);
}
git("init", "-q", "-b", "main");
git("config", "user.name", "A");
git("config", "user.email", "a@example.org");
git("add", "-A");
git("commit", "-q", "-m", "first");
// As after any command of the user's: what git looked at is not of this very second.
await new Promise((done) => setTimeout(done, 1100));
git("status");

const status = await best(
	1000,
	timed(() => git("status", "--porcelain=v2", "-z")),
	10,
);
const clean = await best(
	1000,
	timed(() => codeState(repository, [])),
	10,
);
writeFileSync(join(repository, "folder0", "0.ts"), "changed\n");
const dirty = await best(
	1000,
	timed(async () => {
		const state = await codeState(repository, []);
		await snapshotCode(state);
	}),
	10,
);

console.log("| | time | ÷ peer |\n| --- | ---: | ---: |");
show("a line to an open file (`writeSync`)", plain, "µs");
show("a line to a file that is opened for it (`appendFileSync`)", opened, "µs");
show("`dd.log` of one scalar", one, "µs", plain);
show("`dd.log` of four scalars, each", four, "µs", plain);
show("start of a run, without git", start, "ms");
show("a whole empty run, without git", whole, "ms");
show("a run that shows a picture, with `images: false`", undrawn, "ms");
show("the same with its image for TensorBoard", drawn, "ms", undrawn);
show("`git status` of 2,000 unchanged files", status, "ms");
show("the state of 2,000 unchanged files", clean, "ms", status);
show("a snapshot of 2,000 files, one of them changed", dirty, "ms", status);
rmSync(folder, { recursive: true, force: true });

// Measures a list of many runs beside reading their records; see README.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sealed, writeRecord } from "../dist/experiment/record/record-file.js";
import {
	listRunSummaries,
	listRuns,
} from "../dist/experiment/record/store/store.js";
import * as dd from "../dist/index.js";

const { values } = parseArgs({
	options: {
		runs: { type: "string", default: "10000" },
		rounds: { type: "string", default: "5" },
	},
});
const [count, rounds] = [values.runs, values.rounds].map(Number);
const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
const runs = join(folder, "runs");
process.env.DEEPDIVA_RUNS = runs;
process.env.XDG_CACHE_HOME = join(folder, "cache");
process.chdir(folder);
const main = fileURLToPath(new URL("../bin/deepdiva.js", import.meta.url));

/** Members of multiruns of a hundred, each with the record of a real run. */
async function record() {
	const params = { lr: [0.1, 0.01], units: 8 };
	const [result] = await dd.multirun({ name: "bench", n: 50, params }, () => {
		for (let step = 1; step <= 20; step++)
			dd.log({ loss: 1 / step, accuracy: 1 - 1 / step }, { step });
	});
	const { record } = dd.findRun(result.run.directory);
	rmSync(runs, { recursive: true });
	for (let i = 0; i < count; i++) {
		const id = i.toString(16).padStart(8, "0");
		const started = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString();
		const place = join(runs, "bench", `20260101T000000Z-${id}`);
		const group = Math.floor(i / 100)
			.toString(16)
			.padStart(16, "0");
		const multirun = { ...record.multirun, id: group, index: i % 100 };
		writeRecord(place, sealed({ ...record, id, started, multirun }));
	}
}

/** The least of some rounds, in milliseconds. */
function best(work) {
	let least = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round++) {
		const begin = performance.now();
		work();
		least = Math.min(least, performance.now() - begin);
	}
	return least;
}

const command = (...words) =>
	execFileSync(process.execPath, [main, ...words], { maxBuffer: 2 ** 28 });

try {
	await record();
	// What was just written is in no index yet.
	await pause(3000);
	const full = best(() => listRuns(runs));
	listRunSummaries(runs);
	const indexed = best(() => listRunSummaries(runs));
	const listed = best(() => command("runs"));
	const nothing = best(() => command("--version"));
	const row = (name, milliseconds) =>
		`| ${name} | ${milliseconds.toFixed(0)} ms | ${(milliseconds / full).toFixed(3)} |`;
	console.log(`| ${count} runs | | ÷ all run.json |
| --- | ---: | ---: |
${row("every run.json read", full)}
${row("listed from the index", indexed)}
${row("`deepdiva runs`, a process", listed)}
${row("`deepdiva --version`", nothing)}`);
} finally {
	process.chdir("/");
	rmSync(folder, { recursive: true, force: true });
}

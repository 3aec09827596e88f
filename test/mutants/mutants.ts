/**
 * Plants small mistakes in copies of the project and asks the tests nearest to each
 * whether they notice: `npm run mutants [-- --count 300 --seed 1 --jobs 2 --only PATH]`.
 * `--write` brings docs/mutants.md up to date. Fails if more survive than may.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../base/version.ts";
import { nearestTests } from "./nearest.ts";
import { writePage } from "./page.ts";
import {
	countsTable,
	describe,
	mistakeOf,
	placeOf,
	survivorsOf,
} from "./report.ts";
import { sample } from "./sample.ts";
import { TreeCopy } from "./tree-copy.ts";
import {
	Baselines,
	LONGEST_SECONDS,
	tryMutant,
	type Verdict,
} from "./trial.ts";

/** The share of mistakes that may survive. */
const MOST = 0.15;

const { values } = parseArgs({
	options: {
		count: { type: "string", default: "300" },
		seed: { type: "string", default: "1" },
		jobs: { type: "string", default: String(availableParallelism()) },
		only: { type: "string", default: "" },
		write: { type: "boolean", default: false },
	},
});
const { seed, only } = values;
const [count, jobs] = [values.count, values.jobs].map((text) => {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new Error(`${text} is no number of mistakes or jobs`);
}) as [number, number];

const begin = Date.now();
const folder = mkdtempSync(join(tmpdir(), "deepdiva-mutants-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const)
	process.once(signal, () => process.exit(1));

const candidates = sample(packageRoot, { seed, count, only });
const nearest = nearestTests(packageRoot);
const baselines = new Baselines();
const verdicts: Verdict[] = [];

async function work(copy: TreeCopy): Promise<void> {
	for await (const candidate of candidates) {
		const tests = nearest(candidate.file);
		const verdict = await tryMutant(candidate, tests, copy, baselines);
		verdicts.push(verdict);
		console.error(
			`${verdicts.length}/${count} ${verdict.fate} ${placeOf(verdict)} ${mistakeOf(verdict)}`,
		);
	}
}
await Promise.all(
	Array.from({ length: jobs }, (_, index) =>
		work(new TreeCopy(packageRoot, join(folder, String(index)))),
	),
);
if (verdicts.length === 0)
	throw new Error(`No mistake can be planted in files that begin with ${only}`);

for (const [test, output] of baselines.failed)
	console.log(`${test} fails without a mistake:\n${output}`);
if (baselines.late.length > 0)
	console.log(
		`Not asked, since they take longer than ${LONGEST_SECONDS} seconds: ${baselines.late.join(", ")}\n`,
	);
console.log(countsTable("file", verdicts, ({ file }) => file));
console.log();
console.log(countsTable("mistake", verdicts, ({ mutant }) => mutant.operator));
const survivors = survivorsOf(verdicts);
for (const survivor of survivors) console.log(`\n${describe(survivor)}`);
const minutes = Math.round((Date.now() - begin) / 60_000);
const share = survivors.length / verdicts.length;
console.log(
	`\n${verdicts.length} mistakes in ${minutes} minutes: ${(share * 100).toFixed(1)} % survive, ${MOST * 100} % may.`,
);
if (values.write)
	writePage(join(packageRoot, "docs", "mutants.md"), verdicts, {
		date: new Date().toISOString().slice(0, 10),
		commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], {
			cwd: packageRoot,
			encoding: "utf8",
		}).trim(),
		seed,
		minutes,
		jobs,
	});
if (share > MOST || baselines.failed.size > 0) process.exitCode = 1;

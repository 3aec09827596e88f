// Everything that can be checked, also what takes too long for every change.
// Writes docs/test-all.md: what was run, what came of it, at which commit. What
// fails does not hold back the rest.
//   npm run test:all [WORD …]   all, or the rows whose command contains a word; the others stay as they were
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/test-all.md");

/** What it shows, and the command. */
const CHECKS = [
	// The variable asks tests for what takes too long for every change.
	["all tests of the sources, whole", "DEEPDIVA_TEST_ALL=1 npm test -- --all"],
	["style", "npm run lint"],
	[
		"the package, installed in an empty folder, runs the tutorial to the recorded digests",
		"node scripts/installed.mjs",
	],
	[
		"every operation, layer, loss, optimizer against its references",
		"npm run coverage:numbers",
	],
	["planted mistakes that a test finds", "npm run mutants"],
	["the pinned Node of every platform", "npm run node-digests"],
	["licences of all packages", "npm run licences"],
	...[
		"kernel",
		"data",
		"random",
		"strict-math",
		"record",
		"multirun",
		"leaks",
	].map((name) => ["figures, printed", `npm run bench:${name}`]),
];

const wanted = process.argv.slice(2);
const isWanted = (command) =>
	wanted.length === 0 || wanted.some((word) => command.includes(word));
const git = (...words) =>
	execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
const commit = `${git("rev-parse", "--short=12", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
const date = new Date().toISOString().slice(0, 10);

/** Rows of an earlier time, by their command. */
const earlier = new Map(
	readFileSync(page, { encoding: "utf8", flag: "a+" })
		.split("\n")
		.map((line) => [/^\| `([^`]+)` \|/.exec(line)?.[1], line]),
);

function row([what, command]) {
	if (!isWanted(command)) return earlier.get(command);
	console.log(`\n=== ${command}`);
	const began = Date.now();
	const { status } = spawnSync(command, {
		cwd: root,
		shell: true,
		stdio: "inherit",
	});
	const minutes = ((Date.now() - began) / 60_000).toFixed(1);
	if (status !== 0) process.exitCode = 1;
	return `| \`${command}\` | ${what} | ${status === 0 ? "passed" : "failed"} | ${minutes} | ${date} | ${commit} |`;
}

const rows = CHECKS.map(row).filter((line) => line !== undefined);
writeFileSync(
	page,
	`# Everything that is checked

Written by \`npm run test:all\`, and committed when a row changes. Last on Node ${process.versions.node}, ${process.platform}-${process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB.

| command | shows | result | minutes | date | commit |
| --- | --- | --- | ---: | --- | --- |
${rows.join("\n")}
`,
);
console.log(`\n${rows.join("\n")}`);

// Measures a multirun of several jobs beside one; see README.md.
import { execFileSync } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
	options: {
		members: { type: "string", default: "40" },
		jobs: { type: "string", default: "2" },
		rounds: { type: "string", default: "3" },
	},
});
const [members, jobs, rounds] = [
	values.members,
	values.jobs,
	values.rounds,
].map(Number);
const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const main = join(packageRoot, "bin/deepdiva.js");

/** A script whose members work `loops` units each, and tells how long the multirun took. */
const script = (loops) => `
import { writeFileSync } from "node:fs";
import * as dd from "deepdiva";
dd.seed(1);
const begin = performance.now();
await dd.multirun({ name: "bench", n: ${members}, git: "ignore" }, () => {
	let sum = 0;
	for (let i = 0; i < ${loops}; i++) sum += Math.sqrt(i);
	dd.log({ sum });
});
writeFileSync("took.txt", String(performance.now() - begin));
`;

/** Milliseconds of the multirun alone, without the start of the first process. */
function measure(loops, count) {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
	try {
		writeFileSync(join(folder, "package.json"), '{"type":"module"}');
		// As users install it: by its path it would be code of the script's, which each process reads and checks.
		mkdirSync(join(folder, "node_modules"));
		symlinkSync(packageRoot, join(folder, "node_modules/deepdiva"));
		writeFileSync(join(folder, "bench.ts"), script(loops));
		execFileSync(
			process.execPath,
			[main, "run", "bench.ts", "--jobs", String(count), "--no-images"],
			{ cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
		);
		return Number(readFileSync(join(folder, "took.txt"), "utf8"));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const best = (loops, count) =>
	Math.min(...Array.from({ length: rounds }, () => measure(loops, count)));

/** Some half a second. */
const LOOPS = 3e8;
const [one, many] = [best(LOOPS, 1), best(LOOPS, jobs)];
const [emptyOne, emptyMany] = [best(0, 1), best(0, jobs)];
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
console.log(`|  | 1 job | ${jobs} jobs | 1 ÷ ${jobs} |
| --- | ---: | ---: | ---: |
| ${members} members that work ${(one / members).toFixed(0)} ms | ${seconds(one)} | ${seconds(many)} | ${(one / many).toFixed(2)} |
| ${members} members that do nothing | ${seconds(emptyOne)} | ${seconds(emptyMany)} | ${(emptyOne / emptyMany).toFixed(2)} |
| a member that does nothing | ${(emptyOne / members).toFixed(1)} ms | | |`);

// Runs test files in the order in which they are given, each in a process of its
// own. `node --test` sorts them by their names, so that a file of minutes may be
// the last to begin, with all cores but one idle.
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { run } from "node:test";
import { parseArgs } from "node:util";
import report from "./test-reporter.mjs";

const { values, positionals: files } = parseArgs({
	allowPositionals: true,
	options: { milliseconds: { type: "string" } },
});
const events = run({
	files: files.map((file) => relative(process.cwd(), resolve(file))),
	concurrency: availableParallelism(),
	execArgv: [
		"--disable-warning=ExperimentalWarning",
		`--test-timeout=${values.milliseconds}`,
	],
});
events.on("test:fail", () => {
	process.exitCode = 1;
});
events.compose(report).pipe(process.stdout);

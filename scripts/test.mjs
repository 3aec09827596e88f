// Runs the tests on the pinned Node, from the sources: what a contributor needs
// before a commit, or the files whose path contains a given word.
//   --all        also the files of test/thorough-files.json
//   --fast       only files that are not in test/slow-files.json
//   --slowest N  at the end, the files that took longest
//   --time       writes test/slow-files.json, so it runs all files; on a machine that does nothing else
// No fault shows as a run without end: whatever hangs fails with its name.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { pinnedNode } from "../dist/kernel/owner/node.js";
import { isThorough } from "./thorough-files.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rooms = [
	"host",
	"base",
	"formats",
	"experiment",
	"training",
	"cell",
	"magics",
	"kernel",
	"widgets",
	"cli",
	"bench",
	"test",
];

/** Far longer than any test takes, however busy the machine is: one that does not say otherwise has hung. */
const TEST_SECONDS = 300;
/** So has a file: by a loop that gives no timer its turn, or by what a test left open. */
const FILE_SECONDS = 900;

/**
 * Rooms whose files of tests share a process, unless they are slow or
 * CHANGES_PROCESS: functions from values to values, which take less time than a
 * process takes to start.
 */
const VALUES = [
	"base",
	"cell",
	"cli/notebook",
	"cli/repl",
	"experiment/data",
	"experiment/parameters",
	"experiment/replay",
	"experiment/secrets",
	"experiment/sweep",
	"formats",
	"kernel/protocol",
	"kernel/wire",
	"magics/arguments",
	"widgets/text",
];
/** Those that share one with TensorFlow.js in it, which takes longer to load than most of them to compute. */
const NUMBERS = ["training/numbers"];
/** What a file of tests has that may change its process for others, or hooks that would be theirs too. */
const CHANGES_PROCESS =
	/registerHooks|globalThis|process\.(env|chdir|exit|on|once)\b|\bmock\b|\b[sS]eed\(|^(before|beforeEach|afterEach)\(/m;

/** Seconds that files took, of those that took long. */
const slowFiles = join(root, "test/slow-files.json");
const seconds = JSON.parse(readFileSync(slowFiles, "utf8"));
const { values, positionals: wanted } = parseArgs({
	allowPositionals: true,
	options: {
		all: { type: "boolean" },
		fast: { type: "boolean" },
		slowest: { type: "string", default: "0" },
		time: { type: "boolean" },
	},
});
if (values.time && (values.fast || wanted.length > 0)) {
	console.error(
		"--time writes the list of all files: give no word and no --fast",
	);
	process.exit(2);
}
if (values.all && values.fast) {
	console.error("--all runs every file and --fast few: give one of the two");
	process.exit(2);
}
/** Whoever names files by a word gets them, however long they take. */
const all = values.all || values.time || wanted.length > 0;
const named = rooms
	.flatMap((room) =>
		readdirSync(join(root, room), { recursive: true })
			.filter((name) => name.endsWith(".test.ts"))
			.map((name) => join(room, name).replaceAll("\\", "/")),
	)
	.filter(
		(file) => wanted.length === 0 || wanted.some((word) => file.includes(word)),
	)
	.sort()
	// The longest first: at the end no core waits for a file that began late.
	.sort((a, b) => (seconds[b] ?? 0) - (seconds[a] ?? 0));
const files = named
	.filter((file) => all || !isThorough(file))
	.filter((file) => !values.fast || seconds[file] === undefined);
if (files.length === 0) {
	const kind = values.fast ? "quick test file" : "test file";
	console.error(`no ${kind} has ${wanted.join(" or ")} in its path`);
	process.exit(1);
}

// Each process of tests and each engine reads the same modules: their types are taken off once.
const compiled = join(root, "node_modules/.cache/deepdiva-tests");
mkdirSync(compiled, { recursive: true, mode: 0o700 });

/** A file that imports others → those. */
const together = new Map();
const share = (name, rooms, isShared) => {
	const shared = files.filter(
		(file) =>
			rooms.some((room) => file.startsWith(`${room}/`)) &&
			isShared(file) &&
			!CHANGES_PROCESS.test(readFileSync(join(root, file), "utf8")),
	);
	if (shared.length < 2) return;
	const path = join(compiled, `${name}.mjs`);
	const lines = shared.map((file) => {
		const url = pathToFileURL(join(root, file)).href;
		return `await import(${JSON.stringify(url)});\n`;
	});
	writeFileSync(path, lines.join(""));
	together.set(path, shared);
};
share("numbers", NUMBERS, () => true);
share("values", VALUES, (file) => seconds[file] === undefined);
const shared = new Set([...together.values()].flat());
const queue = [
	...together.keys(),
	...files.filter((file) => !shared.has(file)).map((file) => join(root, file)),
];

const child = spawn(
	pinnedNode(),
	[
		"--disable-warning=ExperimentalWarning",
		join(root, "scripts", "test-run.mjs"),
		`--milliseconds=${TEST_SECONDS * 1000}`,
		...queue,
	],
	{
		stdio: "inherit",
		cwd: process.cwd(),
		env: {
			...process.env,
			NODE_COMPILE_CACHE: compiled,
			DEEPDIVA_TEST_FILES: String(files.length),
			// Of those that --fast leaves out, npm test runs most.
			DEEPDIVA_TEST_FILES_LEFT: String(
				values.fast ? 0 : named.length - files.length,
			),
			DEEPDIVA_TESTS_TOGETHER: JSON.stringify([...together]),
			DEEPDIVA_SLOWEST: values.slowest,
			DEEPDIVA_SLOW_FILES: values.time ? slowFiles : "",
		},
	},
);
child.on("exit", (code) => {
	clearInterval(watch);
	process.exitCode = code ?? 1;
});

/** Node's runner leaves the process of a file alone; a busy loop heeds no milder signal. */
const watch = setInterval(() => {
	// Where there is no such ps, there is no bound.
	const { stdout } = spawnSync("ps", ["-eo", "pid=,ppid=,etimes=,args="], {
		encoding: "utf8",
	});
	for (const line of (stdout ?? "").split("\n")) {
		const [pid, parent, seconds, ...command] = line.trim().split(/\s+/);
		if (Number(parent) !== child.pid || Number(seconds) < FILE_SECONDS)
			continue;
		console.error(
			`${command.at(-1)} did not end within ${FILE_SECONDS} seconds and was killed: the test after the last one that it reported hangs, or something that a test left open keeps the process`,
		);
		process.kill(Number(pid), "SIGKILL");
	}
}, 5_000);

// Runs every test on the pinned Node, from the sources. No fault shows as a run
// without end: whatever hangs fails with its name.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../dist/kernel/owner/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rooms = [
	"base",
	"formats",
	"experiment",
	"training",
	"cell",
	"magics",
	"kernel",
	"widgets",
	"cli",
	"test",
];

/** Far longer than any test takes, however busy the machine is: one that does not say otherwise has hung. */
const TEST_SECONDS = 300;
/** So has a file: by a loop that gives no timer its turn, or by what a test left open. */
const FILE_SECONDS = 900;

const wanted = process.argv.slice(2);
const files = rooms
	.flatMap((room) =>
		readdirSync(join(root, room), { recursive: true })
			.filter((name) => name.endsWith(".test.ts"))
			.map((name) => join(room, name)),
	)
	.filter(
		(file) => wanted.length === 0 || wanted.some((word) => file.includes(word)),
	)
	.sort();

const child = spawn(
	pinnedNode(),
	[
		"--disable-warning=ExperimentalWarning",
		"--test",
		"--test-concurrency=2",
		`--test-timeout=${TEST_SECONDS * 1000}`,
		...files.map((file) => relative(process.cwd(), join(root, file))),
	],
	{ stdio: "inherit", cwd: process.cwd() },
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

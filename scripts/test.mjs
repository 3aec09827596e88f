// Runs every test on the pinned Node, from the sources.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../dist/kernel/engine/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rooms = [
	"kernel",
	"magics",
	"experiment",
	"training",
	"widgets",
	"cli",
	"test",
];

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
		"--test-timeout=600000",
		...files.map((file) => relative(process.cwd(), join(root, file))),
	],
	{ stdio: "inherit", cwd: process.cwd() },
);
child.on("exit", (code) => {
	process.exitCode = code ?? 1;
});

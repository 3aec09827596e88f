import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../dist/kernel/owner/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a file of the sources on the pinned Node, with the words of this command, and ends as it does. */
export function runPinned(file) {
	const { status } = spawnSync(
		pinnedNode(),
		[
			"--disable-warning=ExperimentalWarning",
			join(root, file),
			...process.argv.slice(2),
		],
		{ stdio: "inherit" },
	);
	process.exitCode = status ?? 1;
}

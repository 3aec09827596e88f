// `npm run mutants [-- OPTION …]`, on the pinned Node: plants mistakes in copies of
// the sources and asks the tests whether they notice.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../dist/kernel/owner/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { status } = spawnSync(
	pinnedNode(),
	[
		"--disable-warning=ExperimentalWarning",
		join(root, "test/mutants/mutants.ts"),
		...process.argv.slice(2),
	],
	{ stdio: "inherit" },
);
process.exitCode = status ?? 1;

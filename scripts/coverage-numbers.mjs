// `npm run coverage:numbers [NAME]`, on the pinned Node.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../dist/kernel/owner/node.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { status } = spawnSync(
	pinnedNode(),
	[
		"--disable-warning=ExperimentalWarning",
		join(root, "training/numbers/coverage.ts"),
		...process.argv.slice(2),
	],
	{ stdio: "inherit" },
);
process.exitCode = status ?? 1;

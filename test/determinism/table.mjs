// Runs the same experiments on several interpreters and prints which digests are equal.
//
//   npm run build && node test/determinism/table.mjs [--write README.md]
//
// With --write the table is put between the markers of the file, and what was
// found is kept in result.json, which the tests compare with both.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../../dist/kernel/owner/node.js";

const { status } = spawnSync(
	pinnedNode(),
	[
		"--disable-warning=ExperimentalWarning",
		fileURLToPath(new URL("./table.ts", import.meta.url)),
		...process.argv.slice(2),
	],
	{ stdio: "inherit" },
);
process.exitCode = status ?? 1;

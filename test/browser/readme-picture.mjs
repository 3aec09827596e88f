// Draws docs/notebook.png: JupyterLab with a multirun and a digits run of the tutorial.
//
//   npm run build && node test/browser/readme-picture.mjs
//
// Needs Chromium and a Python with JupyterLab (DEEPDIVA_PYTHON).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../../dist/kernel/owner/node.js";

const { status } = spawnSync(
	pinnedNode(),
	[fileURLToPath(new URL("./readme-picture.ts", import.meta.url))],
	{ stdio: "inherit" },
);
process.exitCode = status ?? 1;

// Measures this kernel beside others; see README.md. Arguments go on to kernel/main.py.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.DEEPDIVA_PYTHON ?? "python3";
const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
try {
	execFileSync(process.execPath, [
		here("../bin/deepdiva.js"),
		"install",
		"--prefix",
		folder,
	]);
	const { status, error } = spawnSync(
		python,
		// -B leaves no __pycache__ in the source.
		["-B", here("./kernel/main.py"), folder, ...process.argv.slice(2)],
		{
			stdio: "inherit",
			env: {
				...process.env,
				JUPYTER_PATH: join(folder, "share", "jupyter"),
				DEEPDIVA_HISTORY: join(folder, "history.jsonl"),
			},
		},
	);
	if (error)
		console.error(
			`${python} cannot be started (${error.message}); set DEEPDIVA_PYTHON to a Python with jupyter_client and psutil`,
		);
	process.exitCode = status ?? 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}

#!/usr/bin/env node
// Starts the command line on the Node that the lock file pins.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

let pinnedNode;
try {
	({ pinnedNode } = await import("../dist/kernel/owner/node.js"));
} catch (error) {
	console.error(
		`deepdiva is not built (${error.message}); run "npm run build" in its folder`,
	);
	process.exit(2);
}

try {
	const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
	const child = spawn(
		pinnedNode(),
		["--disable-warning=ExperimentalWarning", main, ...process.argv.slice(2)],
		{
			stdio: "inherit",
			// Nobody could stop it when this process is gone.
			env: { ...process.env, DEEPDIVA_PARENT: String(process.pid) },
		},
	);
	// The terminal sends Ctrl-C to both; the child decides what it means.
	process.on("SIGINT", () => undefined);
	process.on("SIGTERM", () => child.kill("SIGTERM"));
	child.on("exit", (code, signal) => {
		process.exitCode = signal ? 128 : (code ?? 1);
	});
} catch (error) {
	console.error(`deepdiva: ${error.message}`);
	process.exitCode = 2;
}

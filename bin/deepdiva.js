#!/usr/bin/env node
// Starts the command line on the Node that the lock file pins.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

// What a scheduler sends before it kills. Without a handler, USR1 opens Node's debugger.
const forwarded =
	process.platform === "win32" ? ["SIGTERM"] : ["SIGTERM", "SIGUSR1"];
let child;
for (const signal of forwarded)
	process.on(signal, () => {
		if (child) child.kill(signal);
		else if (signal === "SIGTERM") process.exit(143);
	});

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
	const main = fileURLToPath(
		new URL("../dist/bundle/shared/cli-main.js", import.meta.url),
	);
	child = spawn(
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
	child.on("error", ({ message }) => {
		console.error(`deepdiva: ${message}`);
		process.exitCode = 2;
	});
	child.on("exit", (code, signal) => {
		process.exitCode = signal ? 128 : (code ?? 1);
	});
} catch (error) {
	console.error(`deepdiva: ${error.message}`);
	process.exitCode = 2;
}

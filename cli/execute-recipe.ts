import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecuteScript } from "../experiment/replay/exported-script.ts";
import type { ReplayRecipe } from "../experiment/replay/replay.ts";
import type { SessionOptions } from "../experiment/session.ts";
import { Engine } from "../kernel/engine/client.ts";
import { parentEnvironment } from "../kernel/server/parent-watch.ts";
import { SCRIPT_BOOT_VARIABLE } from "./script-boot.ts";

/** Has a recorded run executed again, in a fresh engine; resolves to an error's text when the code failed. */
export function executeRecipe(
	recipe: ReplayRecipe,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const { source } = recipe;
	return source.kind === "cell"
		? executeCells(
				recipe,
				[...source.cells, { source: source.text, status: "ok" }],
				signal,
			)
		: executeScript(recipe, source.path, source.text, signal);
}

async function executeCells(
	{ cwd, rootSeed, overrides, target, runsDirectory, timeZone }: ReplayRecipe,
	cells: readonly { source: string; status: "ok" | "error" }[],
	signal?: AbortSignal,
): Promise<string | undefined> {
	const engine = await Engine.start({
		cwd,
		rootSeed,
		overrides,
		replay: target,
		env: { DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
	});
	const interrupt = () => engine.interrupt();
	signal?.addEventListener("abort", interrupt);
	try {
		for (const [index, cell] of cells.entries()) {
			signal?.throwIfAborted();
			const reply = await engine.execute(String(index), {
				code: cell.source,
				executionCount: index + 1,
				silent: true,
			});
			// A cell that failed when it was recorded may fail again.
			if (reply.status === "error" && cell.status === "ok")
				return `cell ${index + 1} of ${cells.length}:\n${reply.traceback.join("\n")}`;
		}
		return undefined;
	} finally {
		signal?.removeEventListener("abort", interrupt);
		await engine.shutdown();
	}
}

/** How long a script that was interrupted may still take. */
const PATIENCE_MILLISECONDS = 5000;

/** The recorded text runs in its own place, so that its imports and paths hold. */
async function executeScript(
	{
		rootSeed,
		overrides,
		conditions,
		target,
		runsDirectory,
		timeZone,
	}: ReplayRecipe,
	path: string,
	text: string,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const unchanged = existsSync(path) && readFileSync(path, "utf8") === text;
	const copy = join(dirname(path), `.replay-${process.pid}-${basename(path)}`);
	const script = unchanged ? path : copy;
	if (!unchanged) writeFileSync(copy, text);
	try {
		return await runScript(
			script,
			{ DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
			{ rootSeed, overrides, conditions, replay: target },
			signal,
		);
	} finally {
		if (!unchanged) rmSync(copy, { force: true });
	}
}

/** Runs an exported script as `deepdiva run` does; the repository around it is left alone. */
export const executeExported: ExecuteScript = (
	{ path, runsDirectory, timeZone },
	signal,
) =>
	runScript(
		path,
		{ DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
		{ git: "ignore" },
		signal,
	);

const zoneVariable = (timeZone: string | undefined): Record<string, string> =>
	timeZone === undefined ? {} : { TZ: timeZone };

/** `deepdiva run` in a process of its own; resolves to an error's text when it failed. */
async function runScript(
	path: string,
	variables: Readonly<Record<string, string>>,
	boot: SessionOptions,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const child = spawn(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			fileURLToPath(new URL(`./main.${extension}`, import.meta.url)),
			"run",
			path,
		],
		{
			stdio: ["ignore", "ignore", "pipe"],
			env: {
				...process.env,
				...variables,
				...parentEnvironment(),
				[SCRIPT_BOOT_VARIABLE]: JSON.stringify(boot),
			},
		},
	);
	// A terminal sends Ctrl-C to the child as well; whoever stops this process alone does not.
	const stop = () => {
		child.kill("SIGINT");
		setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS).unref();
	};
	signal?.addEventListener("abort", stop);
	let errors = "";
	child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
		errors += chunk;
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	}).finally(() => signal?.removeEventListener("abort", stop));
	return code === 0 ? undefined : errors.trim() || `exit code ${code}`;
}

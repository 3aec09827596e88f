import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownModule } from "../../base/own-modules.ts";
import type { ExecuteScript } from "../../experiment/replay/exported-script.ts";
import type { ReplayRecipe } from "../../experiment/replay/replay.ts";
import type { SessionOptions } from "../../experiment/session.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import { type Launcher, launchPlainly } from "../../kernel/protocol/launch.ts";
import { parentEnvironment } from "../../kernel/server/parent-watch.ts";
import { SCRIPT_BOOT_VARIABLE } from "../script-boot.ts";

/** Starts the processes that execute a replay, and ends them. */
export interface ReplayLauncher extends Launcher {
	/** Why it ended them; undefined if it did not. */
	readonly reached: string | undefined;
	/**
	 * Is the reader's repository invisible to the processes? Then the code's
	 * state is compared with the record outside of the sandbox.
	 */
	readonly shutOff: boolean;
	/** Folders that the process needs, beside what its work tree has. */
	allow(folders: readonly string[]): void;
}

/** No sandbox: all rights of the reader, and no limits. */
export const unlimited: ReplayLauncher = {
	...launchPlainly,
	reached: undefined,
	shutOff: false,
	allow: () => undefined,
};

/** Has a recorded run executed again, in a fresh engine; resolves to an error's text when the code failed. */
export async function executeRecipe(
	recipe: ReplayRecipe,
	signal?: AbortSignal,
	launcher = unlimited,
): Promise<string | undefined> {
	const { source } = recipe;
	launcher.allow([recipe.target.directory]);
	const failure = await (source.kind === "cell"
		? executeCells(
				recipe,
				[...source.cells, { source: source.text, status: "ok" }],
				launcher,
				signal,
			)
		: executeScript(recipe, source.path, source.text, launcher, signal));
	return launcher.reached ?? failure;
}

const gitOf = ({ shutOff }: ReplayLauncher): Pick<SessionOptions, "git"> =>
	shutOff ? { git: "ignore" } : {};

async function executeCells(
	{ cwd, rootSeed, overrides, target, runsDirectory, timeZone }: ReplayRecipe,
	cells: readonly { source: string; status: "ok" | "error" }[],
	launcher: ReplayLauncher,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const session = new NotebookSession({
		cwd,
		rootSeed,
		overrides,
		replay: target,
		env: { DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
		launcher,
		...gitOf(launcher),
	});
	try {
		await session.ready();
		for (const [index, cell] of cells.entries()) {
			signal?.throwIfAborted();
			if (launcher.reached !== undefined) return launcher.reached;
			const reply = await session.execute(cell.source, {
				executionCount: index + 1,
				silent: true,
				signal,
			});
			// A cell that failed when it was recorded may fail again.
			if (reply.status === "error" && cell.status === "ok")
				return `cell ${index + 1} of ${cells.length}:\n${reply.traceback.join("\n")}`;
		}
		return undefined;
	} finally {
		await session.close();
	}
}

/** How long an interrupted script may take to end. */
const PATIENCE_MILLISECONDS = 5000;

/**
 * Puts the recorded text in the script's own place, so that its imports and
 * paths work.
 */
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
	launcher: ReplayLauncher,
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
			{
				...{ rootSeed, overrides, conditions, replay: target },
				...gitOf(launcher),
			},
			launcher,
			signal,
		);
	} finally {
		if (!unchanged) rmSync(copy, { force: true });
	}
}

/** Runs an exported script as `deepdiva run` does; the repository around it is left alone. */
export async function executeExported(
	{ path, runsDirectory, timeZone }: Parameters<ExecuteScript>[0],
	signal?: AbortSignal,
	launcher = unlimited,
): Promise<string | undefined> {
	launcher.allow([runsDirectory]);
	const failure = await runScript(
		path,
		{ DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
		{ git: "ignore" },
		launcher,
		signal,
	);
	return launcher.reached ?? failure;
}

const zoneVariable = (timeZone: string | undefined): Record<string, string> =>
	timeZone === undefined ? {} : { TZ: timeZone };

/** `deepdiva run` in a process of its own; resolves to an error's text when it failed. */
async function runScript(
	path: string,
	variables: Readonly<Record<string, string>>,
	boot: SessionOptions,
	launcher: ReplayLauncher,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const command = launcher.prepare({
		file: process.execPath,
		args: [
			"--disable-warning=ExperimentalWarning",
			fileURLToPath(ownModule("cli/main")),
			"run",
			path,
		],
		cwd: launcher.shutOff ? dirname(path) : process.cwd(),
		variables: {
			...variables,
			// A process in a sandbox has no number here; the sandbox ends it.
			...(launcher.shutOff ? {} : parentEnvironment()),
			[SCRIPT_BOOT_VARIABLE]: JSON.stringify(boot),
		},
	});
	const child = spawn(command.file, command.args, {
		stdio: ["ignore", "ignore", "pipe"],
		env: command.env,
	});
	launcher.started(child);
	// Ctrl-C in a terminal reaches the child, too; a signal sent to this process
	// alone does not.
	const stop = () => {
		child.kill("SIGINT");
		setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS).unref();
	};
	signal?.addEventListener("abort", stop);
	try {
		const { code, errors } = await endOf(child);
		return code === 0 ? undefined : errors.trim() || `exit code ${code}`;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}

/** Most characters of a failed script's stderr that are kept: the last ones. */
const MOST_LETTERS = 2 ** 16;

async function endOf(
	child: ChildProcess,
): Promise<{ code: number | null; errors: string }> {
	let errors = "";
	child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
		errors = (errors + chunk).slice(-MOST_LETTERS);
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	});
	return { code, errors };
}

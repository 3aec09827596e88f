import { type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";

/** A program that ignores an interrupt is killed after this time. */
const GRACE_MILLISECONDS = 3000;

export interface CommandOptions
	extends Pick<SpawnOptions, "cwd" | "env" | "shell"> {
	/** Aborted when the user interrupts. */
	readonly signal: AbortSignal | undefined;
}

/**
 * Runs a program and shows what it prints while it runs. It gets no input. An
 * interrupt reaches it as SIGINT, as all of the engine's process group.
 * @returns its exit code; that of a program ended by a signal is 128 and the signal's number, as in a shell
 */
export async function runCommand(
	file: string,
	words: readonly string[],
	{ signal, ...options }: CommandOptions,
): Promise<number> {
	const child = spawn(file, words, {
		...options,
		stdio: ["ignore", "pipe", "pipe"],
	});
	for (const name of ["stdout", "stderr"] as const)
		child[name].setEncoding("utf8").on("data", (text: string) => {
			process[name].write(text);
		});
	const end = () => {
		setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS).unref();
	};
	signal?.addEventListener("abort", end, { once: true });
	try {
		return await new Promise<number>((resolve, reject) => {
			child.once("error", reject);
			child.once("close", (code, killed) => {
				resolve(code ?? 128 + (killed ? constants.signals[killed] : 0));
			});
		});
	} finally {
		signal?.removeEventListener("abort", end);
	}
}

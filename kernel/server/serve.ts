import {
	ConnectionFileError,
	readConnectionFile,
	writePorts,
} from "../wire/connection.ts";
import { historyPath } from "./history.ts";
import { Kernel } from "./kernel.ts";

/**
 * Runs a kernel; resolves when it was shut down.
 *
 * @param args the connection file's path: alone, as `-f PATH`, or as `--any-name=PATH`
 * @param ended aborted when the kernel is to end
 * @throws Error that says what to do when the kernel cannot start
 */
export async function serve(
	args: readonly string[],
	ended: AbortSignal,
): Promise<void> {
	const path = connectionFile(args);
	const kernel = await Kernel.start({
		connection: readConnectionFile(path),
		cwd: process.cwd(),
		historyPath: historyPath(),
	});
	writePorts(path, kernel.ports);
	// A ^C in the terminal of Jupyter reaches the kernel too, and is no reason to lose its state.
	process.on("SIGINT", () => kernel.interrupt());
	for (const signal of ["SIGTERM", "SIGHUP"] as const)
		process.on(signal, () => void kernel.close());
	if (process.connected) process.once("disconnect", () => void kernel.close());
	if (ended.aborted) void kernel.close();
	ended.addEventListener("abort", () => void kernel.close());
	await kernel.closed;
}

function connectionFile(args: readonly string[]): string {
	// `jupyter run FILE` passes its own arguments on, after the kernel's.
	const path = args
		.find((word) => /^--?[\w-]+=/.test(word) || !word.startsWith("-"))
		?.replace(/^--?[\w-]+=/, "");
	if (!path)
		throw new ConnectionFileError(
			"The path of a connection file is missing. Jupyter passes it; in a terminal, start a notebook with `jupyter lab` after `deepdiva install`.",
		);
	return path;
}

import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A pipe from a process that is to be started. */
export interface Pipe {
	/** For `stdio` of the process. To be closed here once it has been started. */
	readonly writer: number;
	/** Ends when no process has the writer open any more. */
	readonly reader: Socket;
}

/**
 * Makes pipes for what a process prints. What Node makes are sockets: a short
 * write takes several times as long, and a program that opens `/dev/stderr` is
 * refused.
 * @returns undefined where the system has no such pipes; Node's own do as well
 */
export function openPipes(count: number): Pipe[] | undefined {
	if (process.platform !== "linux") return undefined;
	const opened: number[] = [];
	const open = (path: string, flags: number) => {
		const descriptor = openSync(path, flags);
		opened.push(descriptor);
		return descriptor;
	};
	let folder: string | undefined;
	try {
		folder = mkdtempSync(join(tmpdir(), "deepdiva-pipes-"));
		const paths = Array.from({ length: count }, (_, index) =>
			join(folder as string, String(index)),
		);
		const { status } = spawnSync("mkfifo", ["-m", "600", ...paths], {
			stdio: "ignore",
		});
		if (status !== 0) return undefined;
		const ends = paths.map((path) => ({
			// In this order, as who opens the writer waits for a reader.
			reader: open(path, constants.O_RDONLY | constants.O_NONBLOCK),
			writer: open(path, constants.O_WRONLY),
		}));
		return ends.map(({ reader, writer }) => ({
			writer,
			reader: new Socket({ fd: reader, readable: true, writable: false }),
		}));
	} catch {
		for (const descriptor of opened) closeSync(descriptor);
		return undefined;
	} finally {
		// Whoever has it open needs no name.
		if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
	}
}

import { closeSync, openSync, writeSync } from "node:fs";
import { Worker } from "./system-random.ts";

/** A file that is written again and again, so that its time says that somebody is still there. */
export interface RenewedFile {
	readonly path: string;
	/** What it holds; written anew each time. */
	readonly text: string;
	readonly everyMilliseconds: number;
	/** The file is no longer there: somebody took it away. It is not made anew. */
	readonly gone: () => void;
}

/**
 * Opened for each renewal, never made: a network file system writes what was
 * written when a file is closed, and says when it is opened that it is gone.
 */
const RENEW = `
	const { parentPort } = require("node:worker_threads");
	const { openSync, writeSync, closeSync } = require("node:fs");
	const timers = new Map();
	const stop = (path) => {
		clearInterval(timers.get(path));
		timers.delete(path);
	};
	const renew = (path, text) => {
		let file;
		try {
			file = openSync(path, "r+");
			writeSync(file, text, 0);
		} catch (error) {
			// Of any other error the next attempt may know nothing: a server that does not answer comes back.
			if (error.code !== "ENOENT" || !timers.has(path)) return;
			stop(path);
			parentPort.postMessage(path);
		} finally {
			if (file !== undefined) closeSync(file);
		}
	};
	parentPort.on("message", ({ path, text, everyMilliseconds }) => {
		stop(path);
		if (text !== undefined) timers.set(path, setInterval(() => renew(path, text), everyMilliseconds));
	});
`;

let thread: Worker | undefined;
const renewed = new Map<string, RenewedFile>();

/** The one thread that writes all of them: a busy loop of the process stops no renewal. */
function renewingThread(): Worker {
	if (thread) return thread;
	const worker = new Worker(RENEW, {
		eval: true,
		execArgv: [],
		env: {},
		resourceLimits: { maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
	});
	worker.on("message", (path: string) => renewed.get(path)?.gone());
	// Without it a run is as one whose process cannot be asked; it goes on.
	worker.on("error", () => undefined);
	worker.unref();
	thread = worker;
	return worker;
}

/**
 * Renews a file until the function is called that this returns. No process stays
 * for it alone, and the file is left as it is at the end.
 */
export function renewFile(file: RenewedFile): () => void {
	const { path, text, everyMilliseconds } = file;
	renewed.set(path, file);
	renewingThread().postMessage({ path, text, everyMilliseconds });
	return () => {
		if (renewed.get(path) !== file) return;
		renewed.delete(path);
		thread?.postMessage({ path });
	};
}

/**
 * Renews a file now.
 * @returns is it still there?
 */
export function touchFile({
	path,
	text,
}: Pick<RenewedFile, "path" | "text">): boolean {
	let file: number;
	try {
		file = openSync(path, "r+");
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ENOENT";
	}
	try {
		writeSync(file, text, 0);
	} catch {
		// A full disk; it is there.
	} finally {
		closeSync(file);
	}
	return true;
}

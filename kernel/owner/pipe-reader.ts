import type { Readable } from "node:stream";

/** How long a pipe is left alone after something was read from it. Longer, and a cell that prints waits for room in it. */
const REST_MILLISECONDS = 1;

/** More than this is not waited for: there is no room for much more. */
const LARGE_BYTES = 32 * 1024;

/** What a pipe's reader does for a moment: Node has no public way to tell the system itself. */
interface Handle {
	readStart(): unknown;
	readStop(): unknown;
}

/**
 * Reads a pipe in pieces that take a moment to come together. A
 * reader that waits is woken by each write, and a cell that prints 10,000
 * lines spends most of its time in waking it.
 * @returns reads at once: somebody waits for what is in the pipe
 */
export function readUnhurried(
	stream: Readable,
	onData: (chunk: Buffer) => void,
): () => void {
	const handle = (stream as unknown as { _handle?: Partial<Handle> | null })
		._handle;
	let rest: NodeJS.Timeout | undefined;
	const go = () => {
		if (!rest) return;
		clearTimeout(rest);
		rest = undefined;
		if (!stream.destroyed) handle?.readStart?.();
	};
	stream.on("data", (chunk: Buffer) => {
		onData(chunk);
		if (chunk.length >= LARGE_BYTES) return;
		if (rest || stream.destroyed || !handle?.readStart) return;
		handle.readStop?.();
		rest = setTimeout(go, REST_MILLISECONDS);
	});
	stream.once("close", () => clearTimeout(rest));
	return go;
}

import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { encodeMarker } from "../../protocol/markers.ts";
import { currentScope, runningScope } from "../interrupt/interrupt.ts";

type StreamName = "stdout" | "stderr";

/** The engine's end of the marked streams. */
export interface MarkedStreams {
	/** Output of no known cell belongs to this one from now on. */
	enterCell(cell: number): void;
	/** Marks on both streams the place of a message sent over IPC. */
	barrier(sequence: number): void;
}

/** A longer write to a pipe may be cut in two by what a child writes: no marker may be. */
const ATOMIC_WRITE = 1024;

/** Writes all of a text to a descriptor, however long its reader takes. */
export function writeFully(fd: number, text: string): void {
	// As a string: bytes would take as long to make as to write.
	const written = writeSome(() => writeSync(fd, text));
	if (written === Buffer.byteLength(text)) return;
	const bytes = Buffer.from(text);
	for (let at = written; at < bytes.length; )
		at += writeSome(() => writeSync(fd, bytes, at));
}

function writeSome(write: () => number): number {
	try {
		return write();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
		// A child that shares the pipe made it non-blocking: wait for the reader.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
		return 0;
	}
}

type WriteArguments =
	| [chunk: unknown, done?: WriteDone]
	| [chunk: unknown, encoding?: BufferEncoding, done?: WriteDone];
type WriteDone = (error?: Error | null) => void;

/** Calls back after the present code, as streams do; costs less than a tick. */
function settle(done: WriteDone): void {
	void Promise.resolve().then(() => done());
}

/**
 * Writes at once and keeps no state between two writes: an interrupt may end
 * one in the middle, and a queue would wait for it forever.
 */
class DirectStream extends Writable {
	readonly #text: (text: string) => void;
	/** A character may come in pieces. */
	readonly #decoder = new StringDecoder();

	constructor(text: (text: string) => void) {
		super({ autoDestroy: false, emitClose: false });
		this.#text = text;
	}

	override write(...[chunk, second, third]: WriteArguments): boolean {
		const encoding = typeof second === "string" ? second : "utf8";
		const done = typeof second === "function" ? second : third;
		if (typeof chunk === "string")
			this.#text(
				/^utf-?8$/i.test(encoding)
					? chunk
					: this.#decoder.write(Buffer.from(chunk, encoding)),
			);
		else if (chunk instanceof Uint8Array)
			this.#text(this.#decoder.write(Buffer.from(chunk)));
		else
			throw new TypeError(
				`only text and bytes can be written to a stream, not ${typeof chunk}; use console.log`,
			);
		if (done) settle(done);
		return true;
	}

	/** Other cells still need it: writes the last piece and stays open. */
	override end(...args: unknown[]): this {
		const [chunk] = args;
		if (typeof chunk === "string" || chunk instanceof Uint8Array)
			this.write(chunk);
		const done = args.find((value) => typeof value === "function");
		if (done) settle(done as WriteDone);
		// A pipeline waits for it.
		settle(() => this.emit("finish"));
		return this;
	}

	override destroy(): this {
		return this;
	}
}

/**
 * Replaces `process.stdout` and `process.stderr`, and so `console`, by streams
 * that write to the descriptors at once. Node's own would make the pipes
 * non-blocking, and native code that prints would lose its output.
 */
export function installStreams(token: string): MarkedStreams {
	let base = 0;
	const write = (name: StreamName, text: string) => {
		if (text === "") return;
		const cell = (currentScope() ?? runningScope())?.index ?? base;
		// All of JavaScript's output takes descriptor 1: so the two streams keep their order.
		if (cell === base && name === "stdout") return writeFully(1, text);
		const begin = encodeMarker(token, { kind: "cell", cell, name });
		const end = encodeMarker(token, {
			kind: "cell",
			cell: base,
			name: "stdout",
		});
		const parts =
			text.length < ATOMIC_WRITE ? [begin + text + end] : [begin, text, end];
		for (const part of parts) writeFully(1, part);
	};
	for (const [name, fd] of [
		["stdout", 1],
		["stderr", 2],
	] as const) {
		const stream = new DirectStream((text) => write(name, text));
		Object.assign(stream, { fd, isTTY: false, columns: 80 });
		Object.defineProperty(process, name, {
			value: stream,
			configurable: true,
			enumerable: true,
		});
	}
	return {
		enterCell(cell) {
			base = cell;
			writeFully(
				1,
				encodeMarker(token, { kind: "cell", cell, name: "stdout" }),
			);
			writeFully(
				2,
				encodeMarker(token, { kind: "cell", cell, name: "stderr" }),
			);
		},
		barrier(sequence) {
			const marker = encodeMarker(token, { kind: "barrier", sequence });
			writeFully(1, marker);
			writeFully(2, marker);
		},
	};
}

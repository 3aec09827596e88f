import { readSync } from "node:fs";
import { JsonLines } from "../../protocol/json-lines.ts";
import {
	CHANNEL_DESCRIPTOR,
	type InputAnswer,
} from "../../protocol/messages.ts";
import { writeFully } from "./streams.ts";

/** Writes a line to the engine's owner; returns when all of it was written. */
export function sendLine(line: string): void {
	writeFully(CHANNEL_DESCRIPTOR, line);
}

const lines = new JsonLines<InputAnswer>();
const unread: InputAnswer[] = [];

/**
 * Waits for the owner's next answer and blocks the whole process meanwhile. An
 * interrupt is an answer of the owner, since no signal would end the wait.
 * @throws Error when the owner is gone
 */
export function waitForAnswer(): InputAnswer {
	const chunk = Buffer.alloc(4096);
	for (;;) {
		const answer = unread.shift();
		if (answer) return answer;
		const length = readSome(chunk);
		if (length === 0)
			throw new Error("The kernel that could be asked for input is gone.");
		unread.push(...lines.push(chunk.subarray(0, length)));
	}
}

function readSome(chunk: Buffer): number {
	for (;;)
		try {
			return readSync(CHANNEL_DESCRIPTOR, chunk);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code !== "EAGAIN" && code !== "EINTR") throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
		}
}

import { deserialize, serialize } from "node:v8";
import type { RunEvent } from "../../experiment/events.ts";
import type { RunInfo } from "../../experiment/record/observer.ts";
import type { ComputedMember } from "../../experiment/sweep/workers.ts";

/** The process that began a multirun → a worker: compute this member. */
export interface ToWorker {
	readonly index: number;
}

/** An error, as far as another process can have it. */
export interface SentError {
	readonly name: string;
	readonly message: string;
	readonly stack: string;
}

/** A worker → the process that began the multirun. */
export type FromWorker =
	| { readonly type: "idle" }
	| { readonly type: "started"; readonly run: RunInfo }
	| { readonly type: "event"; readonly run: RunInfo; readonly event: RunEvent }
	| {
			readonly type: "ended";
			/** The outcome's error is a `SentError`. */
			readonly member: ComputedMember;
	  }
	| { readonly type: "broke"; readonly error: SentError }
	| { readonly type: "taken" };

const LENGTH_BYTES = 4;

/** A message as bytes: its length, and what `structuredClone` would take along. */
export function framed(message: unknown): Buffer {
	const body = serialize(message);
	const length = Buffer.alloc(LENGTH_BYTES);
	length.writeUInt32LE(body.length);
	return Buffer.concat([length, body]);
}

/** Reads messages from pieces that may be cut anywhere. */
export class FrameReader<T> {
	#pieces: Buffer[] = [];
	#bytes = 0;

	push(chunk: Buffer): T[] {
		this.#pieces.push(chunk);
		this.#bytes += chunk.length;
		const messages: T[] = [];
		for (;;) {
			const length = this.#peekLength();
			if (length === undefined || this.#bytes < LENGTH_BYTES + length)
				return messages;
			const [first] = this.#pieces;
			const whole =
				first && this.#pieces.length === 1
					? first
					: Buffer.concat(this.#pieces);
			const end = LENGTH_BYTES + length;
			messages.push(deserialize(whole.subarray(LENGTH_BYTES, end)) as T);
			this.#pieces = [whole.subarray(end)];
			this.#bytes = whole.length - end;
		}
	}

	#peekLength(): number | undefined {
		if (this.#bytes < LENGTH_BYTES) return undefined;
		const [first] = this.#pieces;
		if (!first || first.length < LENGTH_BYTES)
			this.#pieces = [Buffer.concat(this.#pieces)];
		return this.#pieces[0]?.readUInt32LE(0);
	}
}

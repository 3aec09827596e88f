import { deserialize, serialize } from "node:v8";
import type { RunEvent } from "../../experiment/events.ts";
import type { RunInfo } from "../../experiment/record/observer.ts";
import type { ComputedMember } from "../../experiment/sweep/workers.ts";
import type { Reading } from "../protocol/message-reader.ts";

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

/** The message that bytes begin with. */
export function readFrame<T>(bytes: Buffer): Reading<T> {
	if (bytes.length < LENGTH_BYTES) return { needed: LENGTH_BYTES };
	const length = LENGTH_BYTES + bytes.readUInt32LE(0);
	if (bytes.length < length) return { needed: length };
	return {
		message: deserialize(bytes.subarray(LENGTH_BYTES, length)) as T,
		length,
	};
}

import { randomUUID } from "../../host/system-random.ts";
import {
	BadMessage,
	decode,
	encode,
	type IncomingMessage,
	NO_PARENT,
} from "../wire/frames.ts";
import { type Header, type Json, PROTOCOL_VERSION } from "../wire/messages.ts";
import type { Signer } from "../wire/signature.ts";

/** As many as jupyter_client keeps. */
const SIGNATURES_KEPT = 2 ** 16;

/** What a message says beyond its header. */
export interface Envelope {
	/** The receiver's address on a router, the topic on iopub. */
	readonly identities: readonly Uint8Array[];
	readonly type: string;
	readonly content: object;
	/** Header of the message this one answers. */
	readonly parent?: Uint8Array;
	readonly metadata?: Json;
	/** Raw frames after the content. */
	readonly buffers?: readonly Uint8Array[];
}

/**
 * The kernel's voice: one session id for the life of the process on every
 * channel. JupyterLab drops messages whose session is not that of
 * `kernel_info_reply`.
 */
export class Session {
	readonly id: string = randomUUID();
	readonly #signer: Signer;
	readonly #seen = new Set<string>();

	constructor(signer: Signer) {
		this.#signer = signer;
	}

	/** @throws BadMessage, see `decode`; also when the message was read before */
	read(frames: readonly Buffer[]): IncomingMessage {
		const message = decode(frames, this.#signer);
		this.#refuseReplay(message.signature);
		return message;
	}

	/** Frames of a new message, ready to be sent. */
	write(envelope: Envelope): Uint8Array[] {
		return this.compose(envelope).frames;
	}

	/** The same, with the message's id for who waits for an answer. */
	compose(envelope: Envelope): { id: string; frames: Uint8Array[] } {
		const header = this.#header(envelope.type);
		const parent = envelope.parent ?? NO_PARENT;
		return {
			id: header.msg_id,
			frames: encode({ ...envelope, header, parent }, this.#signer),
		};
	}

	/** Who records a message cannot have it executed again. */
	#refuseReplay(signature: string): void {
		if (signature === "") return;
		if (this.#seen.has(signature))
			throw new BadMessage("It was received before.");
		this.#seen.add(signature);
		if (this.#seen.size <= SIGNATURES_KEPT) return;
		const [oldest] = this.#seen;
		this.#seen.delete(oldest as string);
	}

	#header(type: string): Header {
		return {
			msg_id: randomUUID(),
			msg_type: type,
			session: this.id,
			username: "kernel",
			date: new Date().toISOString(),
			version: PROTOCOL_VERSION,
		};
	}
}

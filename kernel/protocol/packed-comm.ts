import type { CommMessage } from "./requests.ts";

/** A comm's message as JSON: buffers are base64. */
export interface PackedComm {
	readonly header: Omit<CommMessage, "buffers">;
	readonly buffers: readonly string[];
}

export function packComm({ buffers, ...header }: CommMessage): PackedComm {
	return {
		header,
		buffers: buffers.map(({ buffer, byteOffset, byteLength }) =>
			Buffer.from(buffer, byteOffset, byteLength).toString("base64"),
		),
	};
}

export function unpackComm({ header, buffers }: PackedComm): CommMessage {
	return {
		...header,
		// In memory of their own, from its start: a Float32Array can be laid over them.
		buffers: buffers.map((text) => new Uint8Array(Buffer.from(text, "base64"))),
	} as CommMessage;
}

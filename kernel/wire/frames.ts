import { DEEPEST_JSON, nestsTooDeeply } from "../../base/json-nesting.ts";
import type { Header, Json } from "./messages.ts";
import type { Signer } from "./signature.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** A header goes into everything its request causes; clients' have some 300 bytes. */
const LONGEST_HEADER = 65_536;
/** One for each hop on the way, and all of them in front of every reply. */
const MOST_IDENTITIES = 32;

/** What `parent_header` says when there is no parent. */
export const NO_PARENT: Uint8Array = Buffer.from("{}");

/** A message as it came in. */
export interface IncomingMessage {
	/** The sender's address: a reply starts with the same frames. */
	readonly identities: readonly Buffer[];
	readonly header: Pick<Header, "msg_id" | "msg_type" | "subshell_id">;
	/** The header's bytes, to be copied as they are into the answers' `parent_header`. */
	readonly headerBytes: Uint8Array;
	readonly parentHeader: Json;
	readonly metadata: Json;
	readonly content: Json;
	readonly buffers: readonly Buffer[];
	/** Of no two messages the same; empty when signing is off. */
	readonly signature: string;
}

/** A message to be sent. */
export interface OutgoingMessage {
	/** The receiver's address, or the topic on iopub. */
	readonly identities: readonly Uint8Array[];
	readonly header: Header;
	/** Bytes of the parent's header, `NO_PARENT` if there is none. */
	readonly parent: Uint8Array;
	readonly metadata?: Json;
	readonly content: object;
	readonly buffers?: readonly Uint8Array[];
}

/** Bytes that are no Jupyter message, or one that is not signed with our key. */
export class BadMessage extends Error {
	override readonly name = "BadMessage";
}

/**
 * Reads a multipart message:
 * identities…, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers…
 *
 * @throws BadMessage when it is not one, or its signature is wrong
 */
export function decode(
	frames: readonly Buffer[],
	signer: Signer,
): IncomingMessage {
	const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
	if (delimiter < 0) throw new BadMessage("There is no <IDS|MSG> frame.");
	const [signature, header, parent, metadata, content, ...buffers] =
		frames.slice(delimiter + 1);
	if (!signature || !header || !parent || !metadata || !content)
		throw new BadMessage("There are less than five frames after <IDS|MSG>.");
	if (delimiter > MOST_IDENTITIES)
		throw new BadMessage(`There are more than ${MOST_IDENTITIES} identities.`);
	if (header.length > LONGEST_HEADER)
		throw new BadMessage(`The header has more than ${LONGEST_HEADER} bytes.`);
	if (!signer.verify([header, parent, metadata, content], signature))
		throw new BadMessage("The signature is wrong.");
	return {
		identities: frames.slice(0, delimiter),
		header: messageHeader(object(header, "header")),
		headerBytes: header,
		parentHeader: object(parent, "parent header"),
		metadata: object(metadata, "metadata"),
		content: object(content, "content"),
		buffers,
		signature: signature.toString(),
	};
}

/** The frames of a message, signed. Buffers follow as they are and are not signed. */
export function encode(message: OutgoingMessage, signer: Signer): Uint8Array[] {
	const parts = [
		json(message.header),
		message.parent,
		json(message.metadata ?? {}),
		json(message.content),
	];
	return [
		...message.identities,
		DELIMITER,
		Buffer.from(signer.sign(parts)),
		...parts,
		...(message.buffers ?? []),
	];
}

function json(value: object): Buffer {
	return Buffer.from(JSON.stringify(value));
}

// A header goes back to the clients byte for byte: what is not UTF-8 would stop them.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

function object(frame: Buffer, name: string): Json {
	let text: string;
	let value: unknown;
	try {
		text = strictUtf8.decode(frame);
	} catch (error) {
		throw new BadMessage(`The ${name} is not JSON.`, { cause: error });
	}
	// What goes on to the engine, or back in a reply, is written by a recursive function.
	if (nestsTooDeeply(text))
		throw new BadMessage(
			`The ${name} nests more than ${DEEPEST_JSON} levels deep.`,
		);
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new BadMessage(`The ${name} is not JSON.`, { cause: error });
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw new BadMessage(`The ${name} is not a JSON object.`);
	return value as Json;
}

function messageHeader({
	msg_id,
	msg_type,
	subshell_id,
}: Json): IncomingMessage["header"] {
	if (typeof msg_id !== "string" || typeof msg_type !== "string")
		throw new BadMessage("The header lacks msg_id or msg_type.");
	return typeof subshell_id === "string"
		? { msg_id, msg_type, subshell_id }
		: { msg_id, msg_type };
}

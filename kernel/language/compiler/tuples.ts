import type { Reading } from "../../protocol/message-reader.ts";

/**
 * What the compiler's process says and hears over its pipes: tuples of MessagePack,
 * `[type, name, payload]`, the latter two as bytes. TypeScript 7.0.2 has this beside
 * JSON-RPC; a message of it is one piece, and is answered on the thread that reads it.
 */
export interface Tuple {
	readonly type: number;
	readonly name: string;
	readonly payload: Buffer;
}

/** Types of tuples. */
export const REQUEST = 1;
export const CALL_RESPONSE = 2;
export const RESPONSE = 4;
export const ERROR = 5;
export const CALL = 6;

const ARRAY_OF_THREE = 0x93;
const UINT8 = 0xcc;
/** What stands in front of bytes, by how many bytes their length takes. */
const BYTES = { 1: 0xc4, 2: 0xc5, 4: 0xc6 } as const;
const SIZES = [1, 2, 4] as const;

function bytesHead(length: number): Buffer {
	const size = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 4;
	const head = Buffer.allocUnsafe(1 + size);
	head[0] = BYTES[size];
	head.writeUIntBE(length, 1, size);
	return head;
}

/** A tuple as bytes. */
export function encodeTuple(
	type: number,
	name: string,
	payload: string,
): Buffer {
	const nameBytes = Buffer.from(name);
	const bytes = Buffer.from(payload);
	return Buffer.concat([
		Buffer.of(ARRAY_OF_THREE, type),
		bytesHead(nameBytes.length),
		nameBytes,
		bytesHead(bytes.length),
		bytes,
	]);
}

/**
 * The tuple that bytes begin with.
 * @throws Error for what is no tuple
 */
export function readTuple(bytes: Buffer): Reading<Tuple> {
	if (bytes[0] !== ARRAY_OF_THREE)
		throw new Error(`no tuple begins with ${bytes[0]}`);
	const head = bytes[1] === UINT8 ? 3 : 2;
	const name = spanAt(bytes, head);
	const payload = spanAt(bytes, name.end);
	if (payload.end > bytes.length) return { needed: payload.end };
	return {
		message: {
			type: bytes.readUInt8(head - 1),
			name: bytes.subarray(name.start, name.end).toString(),
			payload: bytes.subarray(payload.start, payload.end),
		},
		length: payload.end,
	};
}

/** Where the bytes whose head is at an index begin and end; beyond what is there, where that has no whole head. */
function spanAt(bytes: Buffer, at: number): { start: number; end: number } {
	const mark = bytes[at];
	if (mark === undefined) return { start: at + 1, end: at + 1 };
	const size = SIZES.find((one) => BYTES[one] === mark);
	if (size === undefined) throw new Error(`no bytes begin with ${mark}`);
	const start = at + 1 + size;
	const length = start > bytes.length ? 0 : bytes.readUIntBE(at + 1, size);
	return { start, end: start + length };
}

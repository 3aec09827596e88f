import { StringDecoder } from "node:string_decoder";
import { crc32 as zlibCrc32, deflateSync as zlibDeflateSync } from "node:zlib";

export { isUtf8 } from "node:buffer";
export { brotliDecompressSync } from "node:zlib";

/** Decodes UTF-8 that comes in pieces: a character may begin in one and end in the next. */
export function textDecoder(): (piece: Uint8Array) => string {
	const decoder = new StringDecoder();
	return (piece) => decoder.write(Buffer.from(piece));
}

/** The checksum of zip and PNG, of what follows the bytes that had `before`. */
export const crc32: (bytes: Uint8Array, before?: number) => number = zlibCrc32;

/** Compresses into the format of zlib (RFC 1950). Two hosts may choose other bytes for the same content. */
export const deflateSync: (bytes: Uint8Array) => Uint8Array = (bytes) =>
	zlibDeflateSync(bytes);

import { zlibSync } from "fflate";
import type * as node from "../bytes.ts";
import { bytesOf } from "./bytes-of.ts";
import { needsNode } from "./needs-node.ts";

const viewOf = (bytes: Parameters<typeof node.isUtf8>[0]) =>
	ArrayBuffer.isView(bytes) ? bytesOf(bytes) : new Uint8Array(bytes);

export const isUtf8: typeof node.isUtf8 = (bytes) => {
	try {
		new TextDecoder("utf-8", { fatal: true }).decode(viewOf(bytes));
		return true;
	} catch {
		return false;
	}
};

export const textDecoder: typeof node.textDecoder = () => {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	return (piece) => decoder.decode(piece, { stream: true });
};

/** Of each byte, by the polynomial of zip and PNG. */
const REMAINDERS = new Uint32Array(256).map((_, byte) => {
	let sum = byte;
	for (let bit = 0; bit < 8; bit++)
		sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
	return sum;
});

export const crc32: typeof node.crc32 = (bytes, before = 0) => {
	let sum = ~before;
	for (const byte of bytes)
		sum = (sum >>> 8) ^ (REMAINDERS[(sum ^ byte) & 0xff] as number);
	return ~sum >>> 0;
};

export const deflateSync: typeof node.deflateSync = (bytes) => zlibSync(bytes);

export const brotliDecompressSync =
	needsNode<typeof node.brotliDecompressSync>("unpacking Brotli");

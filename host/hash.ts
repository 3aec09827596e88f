import crypto from "node:crypto";

/** Bytes, or text as UTF-8, one part after the other. To be asked for its digest once. */
export interface Hash {
	update(part: string | ArrayBufferView): Hash;
	digest(): Uint8Array;
	digest(encoding: "hex"): string;
}

export const createHash: (algorithm: "sha1" | "sha256") => Hash =
	crypto.createHash;

export const createHmac: (
	algorithm: "sha256",
	key: string | Uint8Array,
) => Hash = crypto.createHmac;

/** SHA-256 in hexadecimal; `crypto.hash` (Node 20.12) saves a third on small files. */
export const sha256Hex: (bytes: Uint8Array) => string =
	typeof crypto.hash === "function"
		? (bytes) => crypto.hash("sha256", bytes, "hex")
		: (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Compares secrets of equal length in a time that does not tell where they differ. */
export const timingSafeEqual: (a: Uint8Array, b: Uint8Array) => boolean =
	crypto.timingSafeEqual;

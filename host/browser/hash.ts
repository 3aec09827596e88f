/** What browsers have of their own, `crypto.subtle`, is asynchronous; a digest is needed where a run logs. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type * as node from "../hash.ts";
import { bytesOf } from "./bytes-of.ts";

interface Running {
	update(part: Uint8Array): unknown;
	digest(): Uint8Array;
}

function hashOf(running: Running): node.Hash {
	function digest(): Uint8Array;
	function digest(encoding: "hex"): string;
	function digest(encoding?: "hex"): Uint8Array | string {
		const bytes = running.digest();
		return encoding === "hex" ? bytesToHex(bytes) : bytes;
	}
	const hash: node.Hash = {
		update(part) {
			running.update(bytesOf(part));
			return hash;
		},
		digest,
	};
	return hash;
}

const ALGORITHMS = { sha1, sha256 };

export const createHash: typeof node.createHash = (algorithm) =>
	hashOf(ALGORITHMS[algorithm].create());

export const createHmac: typeof node.createHmac = (algorithm, key) =>
	hashOf(hmac.create(ALGORITHMS[algorithm], bytesOf(key)));

export const sha256Hex: typeof node.sha256Hex = (bytes) =>
	bytesToHex(sha256(bytes));

export const timingSafeEqual: typeof node.timingSafeEqual = (a, b) => {
	if (a.length !== b.length)
		throw new RangeError("texts to compare have different lengths");
	return a.reduce((seen, byte, i) => seen | (byte ^ (b[i] as number)), 0) === 0;
};

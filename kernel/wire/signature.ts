import {
	createHmac,
	createSecretKey,
	getHashes,
	timingSafeEqual,
} from "node:crypto";

const PREFIX = "hmac-";

/**
 * Signs messages and checks signatures, as the connection file says.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
export interface Signer {
	/** Hex digest over the bytes of header, parent header, metadata and content; empty with an empty key. */
	sign(parts: readonly Uint8Array[]): string;
	/** Is `signature` that of `parts`? Always true with an empty key. */
	verify(parts: readonly Uint8Array[], signature: Uint8Array): boolean;
}

/**
 * A signer for one connection file.
 *
 * @param key shared secret; an empty one switches signing off
 * @param scheme `hmac-` and a hash by Python's or OpenSSL's name, e.g. `hmac-sha256`
 * @throws Error when the hash is unknown here
 */
export function createSigner(key: string, scheme: string): Signer {
	if (key === "") return { sign: () => "", verify: () => true };
	const hash = hashName(scheme);
	// As a string it would be prepared anew for each message.
	const secret = createSecretKey(key, "utf8");
	const sign = (parts: readonly Uint8Array[]): string => {
		const hmac = createHmac(hash, secret);
		for (const part of parts) hmac.update(part);
		return hmac.digest("hex");
	};
	return {
		sign,
		verify: (parts, signature) => {
			const expected = Buffer.from(sign(parts));
			return (
				signature.length === expected.length &&
				timingSafeEqual(expected, signature)
			);
		},
	};
}

function hashName(scheme: string): string {
	// Python writes sha3_256 where OpenSSL writes sha3-256.
	const name = scheme.slice(PREFIX.length).replaceAll("_", "-");
	if (!scheme.startsWith(PREFIX) || !getHashes().includes(name))
		throw new Error(
			`The signature scheme "${scheme}" is not supported; use "hmac-sha256".`,
		);
	return name;
}

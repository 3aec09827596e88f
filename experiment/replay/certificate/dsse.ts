import { isObject } from "../../../base/json-object.ts";
import { type KeyObject, sign, verify } from "../../../host/signatures.ts";
import { decodeBase64 } from "./base64.ts";
import { parseUnambiguousJson } from "./json.ts";
import { keyId, publicKeyFrom } from "./keys.ts";

/** The payload type of an in-toto statement in JSON. */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";

/**
 * A DSSE envelope, read.
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md
 */
export interface Envelope {
	readonly payloadType: string;
	readonly payload: Buffer;
	readonly signatures: readonly Signature[];
}

export interface Signature {
	readonly sig: Buffer;
	/** A hint: nothing is decided by it. */
	readonly keyid: string;
	/** The signer's key as the envelope brings it along: our addition to DSSE. Who owns it must be known from elsewhere. */
	readonly publicKey: KeyObject | undefined;
}

/** What is signed: the type and the bytes, with their lengths, so that neither can be taken for a part of the other. */
export function preAuthenticationEncoding(
	payloadType: string,
	payload: Uint8Array,
): Buffer {
	const type = Buffer.from(payloadType, "utf8");
	return Buffer.concat([
		Buffer.from(`DSSEv1 ${type.length} `),
		type,
		Buffer.from(` ${payload.length} `),
		payload,
	]);
}

/** Signs a payload with an Ed25519 key; returns the envelope as one line of JSON, its public key included. */
export function signEnvelope(
	payload: Uint8Array,
	payloadType: string,
	key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
): string {
	const message = preAuthenticationEncoding(payloadType, payload);
	return JSON.stringify({
		payloadType,
		payload: Buffer.from(payload).toString("base64"),
		signatures: [
			{
				keyid: keyId(key.publicKey),
				sig: sign(null, message, key.privateKey).toString("base64"),
				deepdiva_publicKey: key.publicKey
					.export({ type: "spki", format: "der" })
					.toString("base64"),
			},
		],
	});
}

/** Each signature is tried with each key over the whole payload. */
const MOST_SIGNATURES = 16;
/** That of a run with ten thousand outputs has two million. */
const LONGEST_PAYLOAD = 2 ** 23;

/**
 * Reads an envelope. Fields that the format does not know are ignored.
 * @throws SyntaxError that says what is wrong with it
 */
export function parseEnvelope(bytes: Uint8Array): Envelope {
	const value = parseUnambiguousJson(bytes);
	if (!isObject(value)) throw new SyntaxError("it is not an object");
	const { payload, payloadType, signatures } = value;
	if (typeof payloadType !== "string")
		throw new SyntaxError("it has no payloadType");
	if (typeof payload !== "string") throw new SyntaxError("it has no payload");
	if (!Array.isArray(signatures)) throw new SyntaxError("it has no signatures");
	if (signatures.length > MOST_SIGNATURES)
		throw new SyntaxError(`it has more than ${MOST_SIGNATURES} signatures`);
	if (payload.length > LONGEST_PAYLOAD)
		throw new SyntaxError(
			`its payload is longer than ${LONGEST_PAYLOAD} characters`,
		);
	if (signatures.length === 0)
		throw new SyntaxError("its list of signatures is empty");
	return {
		payloadType,
		payload: decoded(payload, "payload"),
		signatures: signatures.map(parseSignature),
	};
}

function parseSignature(value: unknown): Signature {
	if (!isObject(value) || typeof value.sig !== "string")
		throw new SyntaxError("a signature has no sig");
	const { keyid, deepdiva_publicKey: publicKey } = value;
	// An unset key id is the same as an empty one.
	if ((keyid ?? "") !== "" && typeof keyid !== "string")
		throw new SyntaxError("a keyid is not a text");
	return {
		sig: decoded(value.sig, "signature"),
		keyid: typeof keyid === "string" ? keyid : "",
		publicKey:
			typeof publicKey === "string"
				? publicKeyFrom(decoded(publicKey, "public key"))
				: undefined,
	};
}

function decoded(text: string, what: string): Buffer {
	try {
		return decodeBase64(text);
	} catch {
		throw new SyntaxError(`its ${what} is not base64`);
	}
}

/**
 * The keys, of those that the envelope brings along and those that are given,
 * with which one of its signatures verifies.
 */
export function signersOf(
	{ payloadType, payload, signatures }: Envelope,
	keys: readonly KeyObject[],
): KeyObject[] {
	const message = preAuthenticationEncoding(payloadType, payload);
	const found = new Map<string, KeyObject>();
	for (const { sig, publicKey } of signatures)
		for (const key of publicKey ? [publicKey, ...keys] : keys)
			if (verify(null, message, key, sig)) found.set(keyId(key), key);
	return [...found.values()];
}

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import {
	parseEnvelope,
	preAuthenticationEncoding,
	STATEMENT_TYPE,
	signEnvelope,
	signersOf,
} from "./dsse.ts";
import { parseUnambiguousJson } from "./json.ts";
import { keyId } from "./keys.ts";
import { makeKey } from "./test-certificate.ts";

// https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md#test-vectors
const VECTOR = {
	type: "http://example.com/HelloWorld",
	body: "hello world",
	encoded: "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
	x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
	y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
	sig: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==",
};

test("the pre-authentication encoding is the published one", () => {
	assert.equal(
		preAuthenticationEncoding(VECTOR.type, Buffer.from(VECTOR.body)).toString(),
		VECTOR.encoded,
	);
});

test("the published signature verifies over our encoding", () => {
	const coordinate = (value: bigint) =>
		Buffer.from(value.toString(16).padStart(64, "0"), "hex").toString(
			"base64url",
		);
	const key = createPublicKey({
		format: "jwk",
		key: {
			kty: "EC",
			crv: "P-256",
			x: coordinate(VECTOR.x),
			y: coordinate(VECTOR.y),
		},
	});
	assert.ok(
		verify(
			"sha256",
			preAuthenticationEncoding(VECTOR.type, Buffer.from(VECTOR.body)),
			{ key, dsaEncoding: "ieee-p1363" },
			Buffer.from(VECTOR.sig, "base64"),
		),
	);
});

test("lengths are of bytes, in decimal without leading zeros", () => {
	for (const [type, body, encoded] of [
		["é", "ß", "DSSEv1 2 é 2 ß"],
		["", "", "DSSEv1 0  0 "],
		["a b", "1 c", "DSSEv1 3 a b 3 1 c"],
	] as const)
		assert.equal(
			preAuthenticationEncoding(type, Buffer.from(body)).toString(),
			encoded,
		);
});

const key = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const line = signEnvelope(Buffer.from('{"a":1}'), "application/x", key);
const fields = JSON.parse(line) as {
	payload: string;
	payloadType: string;
	signatures: [{ keyid?: unknown; sig?: string; deepdiva_publicKey?: string }];
};
const signature = fields.signatures[0];
const parse = (value: unknown) =>
	parseEnvelope(Buffer.from(JSON.stringify(value)));
const withSignature = (change: object) => ({
	...fields,
	signatures: [{ ...signature, ...change }],
});
const signers = (value: unknown) => signersOf(parse(value), []).map(keyId);
const mine = [keyId(key.publicKey)];

test("an envelope is signed, read back and verified", () => {
	const { payload, payloadType } = parseEnvelope(Buffer.from(line));
	assert.equal(payload.toString(), '{"a":1}');
	assert.equal(payloadType, "application/x");
	assert.deepEqual(signers(fields), mine);
});

const allowed: [string, unknown][] = [
	["fields that nobody knows", { ...fields, more: 1 }],
	["a signature with fields that nobody knows", withSignature({ more: [] })],
	["no key id", withSignature({ keyid: undefined })],
	["an empty key id", withSignature({ keyid: "" })],
	[
		"the key id of another key",
		withSignature({ keyid: keyId(other.publicKey) }),
	],
	[
		"a second signature that does not verify",
		{ ...fields, signatures: [{ sig: "AAAA" }, signature] },
	],
	[
		"URL-safe base64 without padding",
		{
			...fields,
			payload: Buffer.from(fields.payload, "base64").toString("base64url"),
			signatures: [
				{
					...signature,
					sig: Buffer.from(signature.sig ?? "", "base64").toString("base64url"),
				},
			],
		},
	],
];
for (const [what, value] of allowed)
	test(`an envelope with ${what} verifies`, () => {
		assert.deepEqual(signers(value), mine);
	});

const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
const der = (one: typeof rsa) =>
	one.export({ type: "spki", format: "der" }).toString("base64");
const text = JSON.stringify;

const refused: [string, string, RegExp][] = [
	["that is no JSON", "{", /JSON/],
	["that is a list", "[]", /not an object/],
	["without a payload", text({ ...fields, payload: undefined }), /payload/],
	[
		"without a payload type",
		text({ ...fields, payloadType: undefined }),
		/payloadType/,
	],
	[
		"without signatures",
		text({ ...fields, signatures: undefined }),
		/signatures/,
	],
	[
		"with an empty list of signatures",
		text({ ...fields, signatures: [] }),
		/empty/,
	],
	[
		"with a signature without sig",
		text(withSignature({ sig: undefined })),
		/sig/,
	],
	[
		"with a key id that is a number",
		text(withSignature({ keyid: 1 })),
		/keyid/,
	],
	[
		"with a payload that is no base64",
		text({ ...fields, payload: "e30" + "!" }),
		/payload is not base64/,
	],
	[
		"with base64 whose last letter says too much",
		text({ ...fields, payload: "e31=" }),
		/payload is not base64/,
	],
	[
		"with a sig that is no base64",
		text(withSignature({ sig: "~" })),
		/signature is not base64/,
	],
	["with two payloads", line.replace("{", `{"payload":"e30=",`), /twice/],
	[
		"with two payloads, one escaped",
		line.replace("{", `{"pa\\u0079load":"e30=",`),
		/twice/,
	],
	["with text after it", `${line}x`, /JSON/],
	["with a second envelope on its line", line + line, /JSON/],
	[
		"with a key that cannot be read",
		text(withSignature({ deepdiva_publicKey: "AAAA" })),
		/public key cannot be read/,
	],
	[
		"with an RSA key",
		text(withSignature({ deepdiva_publicKey: der(rsa) })),
		/type rsa, not Ed25519/,
	],
	[
		"with an X25519 key",
		text(
			withSignature({
				deepdiva_publicKey: der(generateKeyPairSync("x25519").publicKey),
			}),
		),
		/type x25519/,
	],
	[
		"with an Ed448 key",
		text(
			withSignature({
				deepdiva_publicKey: der(generateKeyPairSync("ed448").publicKey),
			}),
		),
		/type ed448/,
	],
	[
		"with an ECDSA key",
		text(
			withSignature({
				deepdiva_publicKey: der(
					generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey,
				),
			}),
		),
		/type ec,/,
	],
];
for (const [what, value, message] of refused)
	test(`an envelope ${what} is refused`, () => {
		assert.throws(() => parseEnvelope(Buffer.from(value)), message);
	});

test("bytes that are not UTF-8, or begin with a byte order mark, are refused", () => {
	assert.throws(
		() => parseEnvelope(Buffer.concat([Buffer.from(line), Buffer.of(0xff)])),
		/not UTF-8/,
	);
	assert.throws(() => parseEnvelope(Buffer.from(`\ufeff${line}`)), /JSON/);
});

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with the group's order added to S: another text that means the same. */
function malleated(sig: Buffer): Buffer {
	let s = 0n;
	for (let i = 63; i >= 32; i--) s = s * 256n + BigInt(sig[i] as number);
	s += order;
	const copy = Buffer.from(sig);
	for (let i = 32; i < 64; i++, s /= 256n) copy[i] = Number(s % 256n);
	return copy;
}

const sig = Buffer.from(signature.sig ?? "", "base64");
const unverified: [string, unknown][] = [
	["another payload", { ...fields, payload: "eyJhIjoyfQ==" }],
	["another payload type", { ...fields, payloadType: "application/y" }],
	[
		"a signature cut short",
		withSignature({ sig: sig.subarray(1).toString("base64") }),
	],
	["an empty signature", withSignature({ sig: "" })],
	[
		"a signature written in another way",
		withSignature({ sig: malleated(sig).toString("base64") }),
	],
	[
		"the key of somebody else",
		withSignature({ deepdiva_publicKey: der(other.publicKey) }),
	],
];
for (const [what, value] of unverified)
	test(`an envelope with ${what} does not verify`, () => {
		assert.deepEqual(signers(value), []);
	});

test("one flipped bit anywhere in payload or signature is noticed", () => {
	const payload = Buffer.from(fields.payload, "base64");
	const flipped = (bytes: Buffer, bit: number) => {
		const copy = Buffer.from(bytes);
		copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
		return copy.toString("base64");
	};
	for (let bit = 0; bit < payload.length * 8; bit++)
		assert.deepEqual(
			signers({ ...fields, payload: flipped(payload, bit) }),
			[],
		);
	for (let bit = 0; bit < sig.length * 8; bit++)
		assert.deepEqual(signers(withSignature({ sig: flipped(sig, bit) })), []);
});

test("a given key verifies what brings no key along", () => {
	const bare = parse(withSignature({ deepdiva_publicKey: undefined }));
	assert.deepEqual(signersOf(bare, []), []);
	assert.deepEqual(signersOf(bare, [other.publicKey]), []);
	assert.deepEqual(
		signersOf(bare, [other.publicKey, key.publicKey]).map(keyId),
		mine,
	);
});

test("a number or text that readers of JSON take for different values is refused", () => {
	const read = (text: string) => parseUnambiguousJson(Buffer.from(text));
	for (const text of [
		"9007199254740993",
		"0.1000000000000000055",
		"-0",
		"1e999",
		"1.0",
		'{"n": [1, 123456789012345678901]}',
		String.raw`"\ud800"`,
		String.raw`{"\udc00": 1}`,
	])
		assert.throws(() => read(text), SyntaxError, text);
	const honest = {
		n: [0.1, -3, 1e-7, 1e21, 9007199254740991],
		text: 'a "9007199254740993" -0 \\ 1.0',
		emoji: "👍",
	};
	assert.deepEqual(read(JSON.stringify(honest)), honest);
});

test("an envelope of many signatures, or of a huge payload, is refused before it costs anything", () => {
	const envelope = JSON.parse(
		signEnvelope(Buffer.from("{}"), STATEMENT_TYPE, makeKey()),
	) as { payload: string; signatures: unknown[] };
	const parse = (change: object) =>
		parseEnvelope(Buffer.from(JSON.stringify({ ...envelope, ...change })));
	const [one] = envelope.signatures;
	assert.equal(
		parse({ signatures: Array(16).fill(one) }).signatures.length,
		16,
	);
	assert.throws(
		() => parse({ signatures: Array(17).fill(one) }),
		/more than 16 signatures/,
	);
	assert.throws(
		() => parse({ payload: "A".repeat(2 ** 23 + 4) }),
		/payload is longer than/,
	);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSigner } from "./signature.ts";

const parts = ["Hi ", "There"].map((part) => Buffer.from(part));

test("a signature is the HMAC of the parts one after the other", () => {
	// Test case 1 of https://www.rfc-editor.org/rfc/rfc4231
	const signer = createSigner("\x0b".repeat(20), "hmac-sha256");
	assert.equal(
		signer.sign(parts),
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
	);
});

test("a signature holds for the bytes it was made of and no others", () => {
	const signer = createSigner("key", "hmac-sha256");
	const signature = Buffer.from(signer.sign(parts));
	assert.ok(signer.verify(parts, signature));
	assert.ok(!signer.verify([...parts, Buffer.from("!")], signature));
	assert.ok(!signer.verify(parts, signature.subarray(1)));
	assert.ok(!signer.verify(parts, Buffer.alloc(0)));
	assert.ok(!createSigner("other", "hmac-sha256").verify(parts, signature));
});

test("an empty key switches signatures off", () => {
	const signer = createSigner("", "hmac-sha256");
	assert.equal(signer.sign(parts), "");
	assert.ok(signer.verify(parts, Buffer.from("whatever")));
});

test("the hash goes by Python's name or by OpenSSL's", () => {
	for (const scheme of ["hmac-sha512", "hmac-sha3_256", "hmac-sha3-256"])
		assert.match(createSigner("key", scheme).sign(parts), /^[0-9a-f]{64,128}$/);
	for (const scheme of ["hmac-nonsense", "sha256", "xmac-sha256", ""])
		assert.throws(
			() => createSigner("key", scheme),
			/signature scheme ".*" is not supported; use "hmac-sha256"/,
		);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSigner } from "../wire/signature.ts";
import { Session } from "./session.ts";

const message = { identities: [], type: "kernel_info_request", content: {} };
const framesOf = (session: Session) =>
	session.write(message).map((frame) => Buffer.from(frame));

test("a message that was received before is refused, however often it comes", () => {
	const session = new Session(createSigner("key", "hmac-sha256"));
	const first = framesOf(session);
	const second = framesOf(session);
	assert.equal(session.read(first).header.msg_type, "kernel_info_request");
	session.read(second);
	for (const replayed of [first, second, first])
		assert.throws(() => session.read(replayed), /received before/);
});

test("without a key nothing tells two messages apart, and both are read", () => {
	const session = new Session(createSigner("", "hmac-sha256"));
	const frames = framesOf(session);
	assert.equal(session.read(frames).signature, "");
	assert.equal(session.read(frames).signature, "");
});

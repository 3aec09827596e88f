import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged } from "../../test/attacks/mutate.ts";
import { BadMessage, decode, encode, NO_PARENT } from "./frames.ts";
import type { Header } from "./messages.ts";
import { createSigner } from "./signature.ts";

const signer = createSigner("key", "hmac-sha256");
const header: Header = {
	msg_id: "1",
	msg_type: "comm_msg",
	session: "s",
	username: "u",
	date: "2024-01-01T00:00:00.000Z",
	version: "5.5",
};

function frames(message: Partial<Parameters<typeof encode>[0]> = {}): Buffer[] {
	return encode(
		{ identities: [], header, parent: NO_PARENT, content: {}, ...message },
		signer,
	).map((frame) => Buffer.from(frame));
}

test("a message survives the wire with its addresses and raw buffers", () => {
	const identities = [Buffer.from([0, 255]), Buffer.from("hop")];
	const buffers = [Buffer.from([0, 1, 254, 255]), Buffer.alloc(0)];
	const message = decode(
		frames({ identities, buffers, content: { a: "ä😀" } }),
		signer,
	);
	assert.deepEqual(message.identities, identities);
	assert.deepEqual(message.buffers, buffers);
	assert.deepEqual(message.content, { a: "ä😀" });
	assert.deepEqual(message.metadata, {});
	assert.deepEqual(message.parentHeader, {});
	assert.equal(message.header.msg_type, "comm_msg");
});

test("the parent header is a copy of the bytes, not of the values", () => {
	const parent = Buffer.from('{"msg_id": "p",  "count": 1.0}');
	assert.ok(frames({ parent })[3]?.equals(parent));
});

test("the subshell a message is for is read, and only if it is text", () => {
	const of = (subshell_id: unknown) =>
		decode(frames({ header: { ...header, subshell_id } as Header }), signer)
			.header.subshell_id;
	assert.equal(of("s1"), "s1");
	assert.equal(of(null), undefined);
	assert.equal(of(5), undefined);
});

test("buffers are not signed, everything else is", () => {
	const buffered = frames({ buffers: [Buffer.from("one")] });
	buffered[6] = Buffer.from("another");
	assert.equal(decode(buffered, signer).buffers[0]?.toString(), "another");
	for (const index of [2, 3, 4, 5]) {
		const changed = frames();
		changed[index] = Buffer.from('{"msg_id":"2","msg_type":"x"}');
		assert.throws(() => decode(changed, signer), /signature is wrong/);
	}
});

test("what is no message is told apart, never a crash", () => {
	const off = createSigner("", "hmac-sha256");
	const text = (...parts: string[]) => parts.map((part) => Buffer.from(part));
	for (const [bad, problem] of [
		[[], /no <IDS\|MSG>/],
		[text("a", "b"), /no <IDS\|MSG>/],
		[text("<IDS|MSG>", "", "{}", "{}"), /less than five frames/],
		[text("<IDS|MSG>", "", "{", "{}", "{}", "{}"), /header is not JSON/],
		[text("<IDS|MSG>", "", "{}", "{}", "{}", "{}"), /lacks msg_id/],
		[text("<IDS|MSG>", "", "[]", "{}", "{}", "{}"), /not a JSON object/],
		[
			[
				...text("<IDS|MSG>", ""),
				Buffer.from('{"msg_id":"\xff","msg_type":"x"}', "latin1"),
				...text("{}", "{}", "{}"),
			],
			/header is not JSON/,
		],
		[
			text(
				"<IDS|MSG>",
				"",
				'{"msg_id":"1","msg_type":"x"}',
				"{}",
				"{}",
				"null",
			),
			/content is not a JSON object/,
		],
	] as const)
		assert.throws(
			() => decode(bad, off),
			(error) => error instanceof BadMessage && problem.test(error.message),
		);
});

test("a part that nests without end is a bad message that names the part", () => {
	const off = createSigner("", "hmac-sha256");
	const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
	const parts = ['{"msg_id":"1","msg_type":"x"}', "{}", "{}", "{}"];
	const names = ["header", "parent header", "metadata", "content"];
	for (const [index, name] of names.entries())
		assert.throws(
			() =>
				decode(
					["<IDS|MSG>", "", ...parts.with(index, deep)].map((part) =>
						Buffer.from(part),
					),
					off,
				),
			new BadMessage(`The ${name} nests more than 500 levels deep.`),
		);
});

test("whatever is damaged in a multipart, it is read or is a bad message, and never passes a signature", () => {
	const off = createSigner("", "hmac-sha256");
	const whole = frames({
		identities: [Buffer.from("hop")],
		content: { comm_id: "c", data: { a: [1, "two", { b: null }] } },
		buffers: [Buffer.from("one")],
	});
	const seen = { read: 0, refused: 0 };
	const unsignedPlaces = new Set([0, whole.length - 1]);
	for (const place of whole.keys())
		for (const { round, bytes } of damaged(whole[place] as Buffer, {
			seed: `multipart ${place}`,
			rounds: 300,
		})) {
			const multipart = whole.with(place, bytes);
			try {
				decode(multipart, off);
				seen.read++;
			} catch (error) {
				assert.ok(
					error instanceof BadMessage,
					`frame ${place}, round ${round}: ${error}`,
				);
				seen.refused++;
			}
			if (!unsignedPlaces.has(place) && !bytes.equals(whole[place] as Buffer))
				assert.throws(
					() => decode(multipart, signer),
					BadMessage,
					`frame ${place}, round ${round} passed`,
				);
		}
	assert.ok(seen.read > 100 && seen.refused > 100, JSON.stringify(seen));
	for (let left = 0; left < whole.length; left++) {
		for (const signing of [off, signer]) {
			try {
				decode(whole.slice(0, left), signing);
			} catch (error) {
				assert.ok(error instanceof BadMessage, `${left} frames: ${error}`);
			}
		}
	}
});

test("headers and addresses, which every answer repeats, are bounded", () => {
	const read = (message: Parameters<typeof frames>[0]) =>
		decode(frames(message), signer);
	const named = (length: number) => ({
		header: { ...header, username: "u".repeat(length) },
	});
	const hops = (count: number) => ({
		identities: Array.from({ length: count }, () => Buffer.from("hop")),
	});
	assert.equal(read(named(60_000)).header.msg_id, "1");
	assert.equal(read(hops(32)).identities.length, 32);
	for (const field of ["msg_id", "session", "username"])
		assert.throws(
			() => read({ header: { ...header, [field]: "x".repeat(1e6) } }),
			new BadMessage("The header has more than 65536 bytes."),
		);
	assert.throws(
		() => read(hops(33)),
		new BadMessage("There are more than 32 identities."),
	);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageReader } from "../../protocol/message-reader.ts";
import { CALL, encodeTuple, REQUEST, RESPONSE, readTuple } from "./tuples.ts";

test("tuples of any length are read wherever they are cut, in a character too", () => {
	const sent = [
		[REQUEST, "release", ""],
		[CALL, "readFile", '"größe 😀"'],
		[RESPONSE, "m".repeat(300), "x".repeat(255)],
		[RESPONSE, "updateSnapshot", "y".repeat(256)],
		[RESPONSE, "getSourceFile", "z".repeat(70_000)],
		[REQUEST, "", "last"],
	] as const;
	const bytes = Buffer.concat(
		sent.map(([type, name, payload]) => encodeTuple(type, name, payload)),
	);
	for (const size of [1, 2, 3, 7, 64, 65_536, bytes.length]) {
		const reader = new MessageReader(readTuple);
		const read = [];
		for (let at = 0; at < bytes.length; at += size)
			read.push(...reader.push(bytes.subarray(at, at + size)));
		assert.deepEqual(
			read.map(({ type, name, payload }) => [type, name, payload.toString()]),
			sent,
		);
	}
});

test("a type may be written in two bytes, as MessagePack has it", () => {
	const [head, type, ...rest] = encodeTuple(CALL, "a", "b");
	const bytes = Buffer.of(head as number, 0xcc, type as number, ...rest);
	assert.deepEqual(new MessageReader(readTuple).push(bytes), [
		{ type: CALL, name: "a", payload: Buffer.from("b") },
	]);
});

test("what is no tuple is an error", () => {
	for (const bytes of [
		Buffer.from("Content-Length: 2\r\n\r\n{}"),
		Buffer.of(0x93, REQUEST, 0xa1, 0x61),
	])
		assert.throws(
			() => new MessageReader(readTuple).push(bytes),
			/begins? with/,
		);
});

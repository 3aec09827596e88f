import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageReader } from "../protocol/message-reader.ts";
import { framed, readFrame } from "./messages.ts";

test("messages of any length are read wherever they are cut", () => {
	const sent = [
		{ index: 0 },
		undefined,
		new Float32Array([1, Number.NaN]),
		"x".repeat(70_000),
		{ at: new Date(0), index: 1n },
	];
	const bytes = Buffer.concat(sent.map(framed));
	for (const size of [1, 2, 3, 5, 64, 65_536, bytes.length]) {
		const reader = new MessageReader(readFrame);
		const read = [];
		for (let at = 0; at < bytes.length; at += size)
			read.push(...reader.push(bytes.subarray(at, at + size)));
		assert.deepEqual(read, sent);
	}
});

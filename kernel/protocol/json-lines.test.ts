import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonLines, lineOf } from "./json-lines.ts";

test("lines of JSON are read wherever they are cut, in a character too", () => {
	const values = [{ a: "😀\n" }, [1, null], "x".repeat(1000)];
	const bytes = Buffer.from(values.map(lineOf).join(""));
	for (const size of [1, 2, 3, 7, 64, bytes.length]) {
		const lines = new JsonLines<unknown>();
		const read: unknown[] = [];
		const chunk = Buffer.alloc(size);
		for (let at = 0; at < bytes.length; at += size) {
			// The same memory for each piece, as a reader with one buffer has it.
			const length = bytes.copy(chunk, 0, at, at + size);
			read.push(...lines.push(chunk.subarray(0, length)));
		}
		assert.deepEqual(read, values);
	}
});

test("what an interrupt left of a line does not harm the next one", () => {
	const cut = lineOf({ long: "text" }).slice(0, 9);
	const lines = new JsonLines<unknown>();
	assert.deepEqual(lines.push(Buffer.from(cut)), []);
	assert.deepEqual(lines.push(Buffer.from(lineOf({ next: 1 }))), [{ next: 1 }]);
});

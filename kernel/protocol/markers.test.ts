import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { encodeMarker, type Marker, MarkerParser } from "./markers.ts";

const token = "0123456789abcdef";
const cell = { kind: "cell", cell: 12, name: "stderr" } as const;
const barrier = { kind: "barrier", sequence: 345 } as const;

/** What the parser makes of bytes that come in pieces; neighbouring texts joined. */
function parsed(bytes: Buffer, pieceLength: number): (string | Marker)[] {
	const parser = new MarkerParser(token);
	const items: (string | Marker)[] = [];
	const add = (item: string | Marker) => {
		const last = items.at(-1);
		if (typeof item === "string" && typeof last === "string")
			items[items.length - 1] = last + item;
		else items.push(item);
	};
	for (let at = 0; at < bytes.length; at += pieceLength)
		parser.push(bytes.subarray(at, at + pieceLength)).forEach(add);
	parser.flush().forEach(add);
	return items;
}

suite("text and markers come out as they went in, cut every", () => {
	const text = "größer 😀\n";
	const bytes = Buffer.from(
		`${text}${encodeMarker(token, cell)}${text}${encodeMarker(token, barrier)}${encodeMarker(token, cell)}\u001e${token.slice(0, 5)} no marker \u001e\u001e${text}\u001e${token.slice(0, 3)}`,
	);
	for (const pieceLength of [1, 2, 3, 7, 19, 1000])
		test(`${pieceLength} bytes`, () => {
			assert.deepEqual(parsed(bytes, pieceLength), [
				text,
				cell,
				text,
				barrier,
				cell,
				`\u001e${token.slice(0, 5)} no marker \u001e\u001e${text}\u001e${token.slice(0, 3)}`,
			]);
		});
});

test("bytes that are no text are replaced, not lost", () => {
	assert.deepEqual(parsed(Buffer.from([0x61, 0xff, 0x62]), 1), ["a\ufffdb"]);
});

test("what a stream ends with is text, be it half of a character or of a marker", () => {
	const parser = new MarkerParser("token");
	const half = Buffer.concat([
		Buffer.from("end"),
		Buffer.from("é").subarray(0, 1),
	]);
	assert.deepEqual(parser.push(half), ["end"]);
	assert.deepEqual(parser.flush(), ["\ufffd"]);
	assert.deepEqual(parser.push(Buffer.from("x\u001etok")), ["x"]);
	assert.deepEqual(parser.flush(), ["\u001etok"]);
	assert.deepEqual(parser.flush(), []);
});

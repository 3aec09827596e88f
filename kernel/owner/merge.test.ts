import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMarker } from "../protocol/markers.ts";
import { OutputMerger } from "./merge.ts";

const token = "t0ken";
const cell = (cell: number, name: "stdout" | "stderr") =>
	encodeMarker(token, { kind: "cell", cell, name });
const barrier = (sequence: number) =>
	encodeMarker(token, { kind: "barrier", sequence });

function open() {
	const seen: string[] = [];
	const merger = new OutputMerger<string>(
		token,
		(cell, name, text) => seen.push(`${cell} ${name} ${text}`),
		(message) => seen.push(message),
	);
	const bytes = (fd: 1 | 2, text: string) =>
		merger.bytes(fd, Buffer.from(text));
	return { seen, merger, bytes };
}

test("a message comes after what was printed before it, on both descriptors", () => {
	const { seen, merger, bytes } = open();
	merger.message(1, "display");
	bytes(1, `${cell(3, "stdout")}a${barrier(1)}b`);
	assert.deepEqual(seen, ["3 stdout a"]);
	bytes(2, `${cell(3, "stderr")}native${barrier(1)}`);
	assert.deepEqual(seen, [
		"3 stdout a",
		"3 stderr native",
		"display",
		"3 stdout b",
	]);
});

test("a message that comes late holds up what was printed after it", () => {
	const { seen, merger, bytes } = open();
	bytes(1, `a${barrier(1)}b`);
	bytes(2, barrier(1));
	assert.deepEqual(seen, ["0 stdout a"]);
	merger.message(1, "display");
	assert.deepEqual(seen, ["0 stdout a", "display", "0 stdout b"]);
});

test("a mark whose message an interrupt took is passed over when the next message comes", () => {
	const { seen, merger, bytes } = open();
	bytes(1, `a${barrier(1)}b${barrier(2)}`);
	bytes(2, `${barrier(1)}${barrier(2)}`);
	merger.message(2, "second");
	assert.deepEqual(seen, ["0 stdout a", "0 stdout b", "second"]);
});

test("a mark that only one descriptor got holds nothing up", () => {
	const { seen, merger, bytes } = open();
	bytes(1, `a${barrier(1)}b${barrier(2)}`);
	bytes(2, barrier(2));
	merger.message(2, "second");
	assert.deepEqual(seen, ["0 stdout a", "0 stdout b", "second"]);
});

test("when the process ends, all that was printed comes out", () => {
	const { seen, merger, bytes } = open();
	bytes(1, `a${barrier(1)}b\u001et0`);
	bytes(2, "c");
	merger.end(1);
	merger.end(2);
	assert.deepEqual(seen, [
		"0 stdout a",
		"0 stderr c",
		"0 stdout b",
		"0 stdout \u001et0",
	]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../../kernel/protocol/requests.ts";
import type { CodeCell } from "./format.ts";
import { OutputCollector } from "./outputs.ts";

const emptyCell = (id: string): CodeCell => ({
	cell_type: "code",
	id,
	metadata: {},
	source: "",
	executionCount: 3,
	outputs: [],
});
const print = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({
	type: "stream",
	name,
	text,
});
const show = (
	type: "display_data" | "update_display_data" | "execute_result",
	text: string,
	display_id?: string,
): Output => ({
	type,
	data: { "text/plain": text },
	metadata: {},
	transient: display_id === undefined ? {} : { display_id },
});
const texts = (cell: CodeCell) =>
	cell.outputs.map((output) =>
		output.output_type === "stream"
			? output.text
			: output.output_type === "error"
				? output.evalue
				: output.data["text/plain"],
	);

function collect(...outputs: Output[]): CodeCell {
	const cell = emptyCell("a");
	const collector = new OutputCollector();
	for (const output of outputs) collector.add(cell, output);
	return cell;
}

test("neighbouring prints to one stream become one output", () => {
	const cell = collect(
		print("a\n"),
		print("b\n"),
		print("warn\n", "stderr"),
		print("c\n"),
	);
	assert.deepEqual(texts(cell), ["a\nb\n", "warn\n", "c\n"]);
});

test("an update replaces the display of its id wherever it was shown", () => {
	const [one, two] = [emptyCell("one"), emptyCell("two")];
	const collector = new OutputCollector();
	collector.add(one, show("display_data", "0 %", "bar"));
	collector.add(one, show("display_data", "other", "other"));
	collector.add(two, show("display_data", "0 %", "bar"));
	collector.add(two, show("update_display_data", "100 %", "bar"));
	assert.deepEqual(texts(one), ["100 %", "other"]);
	assert.deepEqual(texts(two), ["100 %"]);
});

test("an update of an id that was never shown changes nothing", () => {
	assert.deepEqual(
		texts(collect(show("update_display_data", "x", "none"))),
		[],
	);
});

test("two displays of one id do not share their data", () => {
	const cell = collect(
		show("display_data", "a", "id"),
		show("display_data", "b", "id"),
	);
	assert.deepEqual(texts(cell), ["b", "b"]);
	const [first, second] = cell.outputs;
	assert.ok(first?.output_type === "display_data");
	assert.ok(second?.output_type === "display_data");
	assert.notEqual(first.data, second.data);
});

test("a clear acts at once, a waiting clear at the next output", () => {
	assert.deepEqual(
		texts(collect(print("a"), { type: "clear_output", wait: false })),
		[],
	);
	assert.deepEqual(
		texts(collect(print("a"), { type: "clear_output", wait: true })),
		["a"],
	);
	assert.deepEqual(
		texts(
			collect(print("a"), { type: "clear_output", wait: true }, print("b")),
		),
		["b"],
	);
});

test("a cleared display is not updated any more", () => {
	const cell = collect(
		show("display_data", "old", "id"),
		{ type: "clear_output", wait: false },
		show("update_display_data", "new", "id"),
	);
	assert.deepEqual(cell.outputs, []);
});

test("a result carries the cell's count, an error its traceback", () => {
	const cell = collect(show("execute_result", "42"), {
		type: "error",
		ename: "TypeError",
		evalue: "no",
		traceback: ["TypeError: no"],
	});
	assert.deepEqual(cell.outputs, [
		{
			output_type: "execute_result",
			executionCount: 3,
			data: { "text/plain": "42" },
			metadata: {},
		},
		{
			output_type: "error",
			ename: "TypeError",
			evalue: "no",
			traceback: ["TypeError: no"],
		},
	]);
});

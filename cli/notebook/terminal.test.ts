import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Output } from "../../kernel/protocol/requests.ts";
import { type TerminalStream, TerminalView } from "./terminal.ts";

/** Keeps what was written; `screen` shows what a reader sees of it. */
class Paper implements TerminalStream {
	text = "";
	readonly isTTY: boolean;
	readonly columns = 40;
	constructor(isTTY: boolean) {
		this.isTTY = isTTY;
	}
	write(text: string): void {
		this.text += text;
	}
	get screen(): string {
		return this.text
			.split("\n")
			.map((line) => stripVTControlCharacters(line.split("\r").at(-1) ?? ""))
			.join("\n");
	}
}

const cell = (source: string, number = 1) => ({
	id: "a",
	number,
	total: 12,
	position: number,
	source,
});
const print = (text: string): Output => ({
	type: "stream",
	name: "stdout",
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

function shown(isTTY: boolean, source: string, ...outputs: Output[]): Paper {
	const paper = new Paper(isTTY);
	const view = new TerminalView(paper);
	view.cellStart(cell(source));
	for (const output of outputs) view.output(output);
	view.cellEnd();
	return paper;
}

test("a cell is announced by its number and first line", () => {
	assert.equal(
		shown(false, "\n%dd seed 42\n", print("seeded\n")).text,
		"[1/12] %dd seed 42\nseeded\n",
	);
	assert.equal(
		shown(false, "const a = 1;\nconst b = 2;").text,
		"[1/12] const a = 1; …\n",
	);
	const long = shown(false, `const sum = ${"1 + ".repeat(40)}1;`).text;
	assert.equal([...long.trimEnd()].length, 40);
});

test("a progress line is redrawn in place on a terminal", () => {
	const paper = shown(
		true,
		"train()",
		show("display_data", "epoch 1/2", "bar"),
		show("update_display_data", "epoch 2/2", "bar"),
	);
	assert.match(paper.text, /\repoch 1\/2.*\repoch 2\/2/s);
	assert.equal(paper.screen, "[1/12] train()\nepoch 2/2\n");
});

test("without a terminal only the last state of a progress line is printed", () => {
	const paper = shown(
		false,
		"train()",
		show("display_data", "epoch 1/2", "bar"),
		print("hello\n"),
		show("update_display_data", "epoch 2/2", "bar"),
	);
	assert.equal(paper.text, "[1/12] train()\nhello\nepoch 2/2\n");
});

test("a progress line that ends empty leaves nothing behind", () => {
	for (const isTTY of [true, false])
		assert.equal(
			shown(
				isTTY,
				"train()",
				show("display_data", "epoch 1/2", "bar"),
				show("update_display_data", "", "bar"),
				print("done\n"),
			).screen,
			"[1/12] train()\ndone\n",
		);
});

test("prints never mix with the progress line", () => {
	const paper = shown(
		true,
		"train()",
		show("display_data", "epoch 1/2", "bar"),
		print("half a "),
		show("update_display_data", "epoch 2/2", "bar"),
		print("line\n"),
	);
	assert.equal(paper.screen, "[1/12] train()\nhalf a line\nepoch 2/2\n");
});

test("a picture of many lines is printed once, when its cell ends", () => {
	const paper = shown(
		true,
		"train()",
		show("display_data", "loss\n 0.9", "plot"),
		show("update_display_data", "loss\n 0.1", "plot"),
		show("execute_result", "'done'"),
	);
	assert.equal(paper.screen, "[1/12] train()\n'done'\nloss\n 0.1\n");
	assert.equal(paper.text.match(/loss/g)?.length, 1);
});

test("a later cell that updates a display prints it again, unless nothing changed", () => {
	const paper = new Paper(false);
	const view = new TerminalView(paper);
	view.cellStart(cell("one"));
	view.output(show("display_data", "old", "id"));
	view.cellEnd();
	view.cellStart(cell("two", 2));
	view.output(show("update_display_data", "new", "id"));
	view.cellEnd();
	view.cellStart(cell("three", 3));
	view.output(show("update_display_data", "new", "id"));
	view.cellEnd();
	assert.equal(paper.text, "[1/12] one\nold\n[2/12] two\nnew\n[3/12] three\n");
});

test("a clear drops the displays that were not printed yet", () => {
	const paper = shown(
		false,
		"train()",
		show("display_data", "old", "a"),
		{ type: "clear_output", wait: true },
		show("display_data", "new", "b"),
	);
	assert.equal(paper.text, "[1/12] train()\nnew\n");
});

test("an error shows its traceback, in colour only on a terminal", () => {
	const error: Output = {
		type: "error",
		ename: "TypeError",
		evalue: "no",
		traceback: ["\u001b[31mTypeError\u001b[39m: no", "    at In [1]:1:7"],
	};
	assert.equal(
		shown(false, "fail()", print("no newline"), error).text,
		"[1/12] fail()\nno newline\nTypeError: no\n    at In [1]:1:7\n",
	);
	assert.ok(shown(true, "fail()", error).text.includes("\u001b[31mTypeError"));
});

test("an output without text says what it was", () => {
	const output: Output = {
		type: "display_data",
		data: { "image/png": "iVBORw0KGgo=" },
		metadata: {},
		transient: {},
	};
	assert.match(shown(false, "draw()", output).text, /cannot show: image\/png/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../../../kernel/protocol/requests.ts";
import { Screen } from "../test-screen.ts";
import { LiveView } from "./live-view.ts";
import { PipeView } from "./pipe-view.ts";

const print = (text: string): Output => ({
	type: "stream",
	name: "stdout",
	text,
});
const show = (text: string, id?: string): Output => ({
	type: "display_data",
	data: { "text/plain": text },
	metadata: {},
	transient: id === undefined ? {} : { display_id: id },
});
const update = (id: string, text: string): Output => ({
	type: "update_display_data",
	data: { "text/plain": text },
	metadata: {},
	transient: { display_id: id },
});
const clear = (wait: boolean): Output => ({ type: "clear_output", wait });
const error: Output = {
	type: "error",
	ename: "E",
	evalue: "v",
	traceback: ["\u001b[31mE\u001b[0m: v"],
};

function seen(outputs: readonly Output[], columns = 20, rows = 6): string {
	const screen = new Screen(columns, rows);
	const stream = {
		isTTY: true,
		columns,
		rows,
		// A terminal begins a line at its first column.
		write: (text: string) => screen.write(text.replaceAll("\n", "\r\n")),
	};
	const view = new LiveView(stream, { color: true });
	for (const output of outputs) view.output(output);
	view.end();
	stream.write("$");
	return screen.text;
}

const many = (count: number) =>
	Array.from({ length: count }, (_, i) => print(`${i}\n`));

const cases: [string, Output[], string][] = [
	[
		"outputs keep their order",
		[print("a\n"), show("b", "1"), print("c\n")],
		"a\nb\nc\n$",
	],
	[
		"a line left open is ended before a display and at the end",
		[print("a"), show("b"), print("c")],
		"a\nb\nc\n$",
	],
	[
		"a display changes in its place",
		[show("a", "1"), print("b\n"), update("1", "A")],
		"A\nb\n$",
	],
	[
		"a display changes while a line below is open",
		[show("a", "1"), print("b"), update("1", "A"), show("x"), print("c")],
		"A\nb\nx\nc\n$",
	],
	[
		"a display may grow",
		[show("a", "1"), print("b\nc"), update("1", "A\nB"), print("d")],
		"A\nB\nb\ncd\n$",
	],
	[
		"a display may shrink",
		[show("a\nb\nc", "1"), show("d", "2"), update("1", "A")],
		"A\nd\n$",
	],
	[
		"a display may be wider than the window",
		[show("a", "1"), print("b\n"), update("1", "x".repeat(25))],
		`${"x".repeat(20)}\nxxxxx\nb\n$`,
	],
	[
		"lines that fill the window exactly are counted once",
		[show("a", "1"), print(`${"y".repeat(20)}\n`), update("1", "A")],
		`A\n${"y".repeat(20)}\n$`,
	],
	[
		"tabs and wide letters are counted as they are drawn",
		[show("a", "1"), print("1\t漢字\t漢字漢\n"), update("1", "A")],
		"A\n1       漢字    漢字\n漢\n$",
	],
	[
		"a display that has left the window is shown once more at the end",
		[show("a", "1"), ...many(9), update("1", "A"), update("1", "B")],
		"a\n0\n1\n2\n3\n4\n5\n6\n7\n8\nB\n$",
	],
	[
		"a display after many prints changes in its place",
		[...many(9), show("a", "1"), update("1", "A")],
		"0\n1\n2\n3\n4\n5\n6\n7\n8\nA\n$",
	],
	[
		"what is cleared is gone",
		[print("a\n"), clear(false), print("b\n")],
		"b\n$",
	],
	[
		"what is cleared with wait stays until something comes",
		[print("a\n"), clear(true)],
		"a\n$",
	],
	[
		"an animation is drawn in one place",
		[print("a"), clear(true), print("b"), clear(true), print("c\n")],
		"c\n$",
	],
	[
		"after a print that moves the cursor nothing above is touched",
		[show("a", "1"), print("b\rc\n"), update("1", "A")],
		"a\nc\nA\n$",
	],
	["an error is shown as its traceback", [print("a"), error], "a\nE: v\n$"],
];
for (const [promise, outputs, text] of cases)
	test(promise, () => assert.equal(seen(outputs), text));

test("a bundle without text says what it holds", () => {
	const bundle: Output = {
		type: "display_data",
		data: { "text/html": "<b>" },
		metadata: {},
		transient: {},
	};
	assert.match(seen([bundle], 80), /cannot show: text\/html/);
});

const picture = (
	id: string,
	type: "display_data" | "update_display_data",
): Output => ({
	type,
	data: { "image/png": "", "text/plain": "t" },
	metadata: {},
	transient: { display_id: id },
});

function withPictures(outputs: readonly Output[], rows = 10): Screen {
	const screen = new Screen(20, rows);
	let drawn = 0;
	const stream = {
		columns: 20,
		rows,
		write: (text: string) => screen.write(text.replaceAll("\n", "\r\n")),
	};
	const view = new LiveView(stream, {
		color: true,
		picture: (data) => {
			if (!("image/png" in data)) return undefined;
			drawn++;
			return {
				text: `<${drawn}\n${drawn}>\n`,
				rows: 2,
				remove: `\u001b_Gd=${drawn}\u001b\\`,
			};
		},
	});
	for (const output of outputs) view.output(output);
	view.end();
	return screen;
}

test("a picture that changes is drawn once, as it is when the cell ends; what comes after it waits", () => {
	const screen = withPictures([
		show("run", "0"),
		picture("1", "display_data"),
		show("b", "2"),
		picture("1", "update_display_data"),
		update("0", "RUN"),
	]);
	assert.equal(screen.text, "RUN\n<1\n1>\nt\nb");
});

test("a picture that changes after it was drawn is drawn anew in its place, and taken away first", () => {
	const screen = withPictures([
		picture("1", "display_data"),
		print("b"),
		picture("1", "update_display_data"),
	]);
	assert.equal(screen.text, "<2\n2>\nt\nb");
	assert.deepEqual(screen.strings, ["\u001b_Gd=1\u001b\\"]);
});

test("a progress line goes on below pictures that have pushed it off the screen", () => {
	const screen = withPictures(
		[
			show("10 %", "0"),
			picture("1", "display_data"),
			print("b\n"),
			update("0", "20 %"),
			print("c\n"),
			update("0", "30 %"),
		],
		4,
	);
	assert.equal(screen.text, "10 %\n<1\n1>\nt\nb\n30 %\nc");
});

test("in a pipe a display is written when it appears, and as it is at the end; errors go their own way", () => {
	let [out, err] = ["", ""];
	const view = new PipeView(
		{ write: (text: string) => (out += text) },
		{ write: (text: string) => (err += text) },
	);
	for (const output of [
		show("a", "1"),
		update("1", "b"),
		print("c"),
		update("1", "d"),
		error,
	])
		view.output(output);
	view.end();
	assert.equal(out, "a\nc\nd\n");
	assert.equal(err, "E: v\n");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "../../base/text-width.ts";
import { styles } from "./colour.ts";
import {
	layoutMenu,
	layoutPanel,
	layoutText,
	shownAs,
	windowOf,
} from "./layout.ts";

const layout = (text: string, cursor: number, width: number) =>
	layoutText({ text, cursor, width, prompts: ["> ", ". "], promptStyle: "" });

test("lines too wide go on below, under their beginning", () => {
	assert.deepEqual(layout("abcdef\ngh", 4, 6), {
		rows: ["> abcd", "  ef", ". gh"],
		cursorRow: 1,
		cursorColumn: 2,
	});
});

test("the cursor behind the last letter of a full row stands behind it", () => {
	const { cursorRow, cursorColumn } = layout("abcd", 4, 6);
	assert.deepEqual([cursorRow, cursorColumn], [0, 6]);
});

test("wide letters, joined emoji and tabs take the columns they are drawn in", () => {
	const text = "漢👨‍👩‍👧\te\u0301";
	const { rows, cursorColumn } = layout(text, text.length, 20);
	assert.deepEqual(rows, ["> 漢👨‍👩‍👧  e\u0301"]);
	assert.equal(cursorColumn, 9);
	assert.deepEqual(layout("abc漢", 0, 6).rows, ["> abc", "  漢"]);
});

test("control characters are drawn as pictures, and do nothing", () => {
	assert.deepEqual(layout("a\u001b[Ab", 0, 20).rows, ["> a␛[Ab"]);
});

test("colours do not change where letters stand", () => {
	const text = "const a = `x`; // 'ü' & <b>\nreturn a";
	const colored = layoutText({
		text,
		cursor: text.length,
		prompts: ["> ", ". "],
		promptStyle: "32",
		styles: styles(text),
		width: 12,
	});
	const plain = layout(text, text.length, 12);
	assert.deepEqual(colored.rows.map(stripVTControlCharacters), plain.rows);
	assert.equal(styles(text).length, text.length);
	assert.equal(styles(text)[0], "35");
});

test("a magic line has colours of its own", () => {
	const found = styles("%dd run toy lr=0.1\nlet a");
	assert.equal(found[0], "1;36");
	assert.equal(found[12], "34");
	assert.equal(found[15], "33");
	assert.equal(found[19], "35");
});

test("of an input higher than the window the part around the cursor is shown", () => {
	const text = "a\nb\nc\nd\ne\nf";
	const shown = windowOf(layout(text, 6, 20), 3);
	assert.deepEqual(shown.rows, [". c", ". d", ". e"]);
	assert.equal(shown.cursorRow, 1);
	assert.deepEqual(windowOf(layout(text, 11, 20), 3).cursorRow, 2);
});

const names = Array.from({ length: 30 }, (_, i) => `name${i}`);

test("completions are listed in columns, from top to bottom", () => {
	assert.deepEqual(layoutMenu(["a", "b", "c", "d", "e"], undefined, 4, 5), [
		"a  d",
		"b  e",
		"c",
	]);
});

test("a long list tells how many more there are, and turns its page for the chosen one", () => {
	const rows = layoutMenu(names, undefined, 14, 4).map(
		stripVTControlCharacters,
	);
	assert.deepEqual(rows, [
		"name0   name3",
		"name1   name4",
		"name2   name5",
		"… and 24 more",
	]);
	assert.ok(
		layoutMenu(names, 29, 14, 4).join("\n").includes("\u001b[7mname29"),
	);
});

test("no row of a list or an explanation is wider than the window", () => {
	for (const width of [1, 5, 9, 19])
		for (const row of [
			...layoutMenu(names, 3, width, 10),
			...layoutPanel(
				"a long explanation\n\tof something-very-long-indeed",
				width,
				50,
			),
		])
			assert.ok(displayWidth(stripVTControlCharacters(row)) <= width, row);
});

test("an explanation is broken between words, and cut to the rows there are", () => {
	assert.deepEqual(layoutPanel("one two three\nfour", 8, 9), [
		"one two",
		"three",
		"four",
	]);
	assert.deepEqual(layoutPanel("a\nb\nc", 8, 2), ["a", "…"]);
});

test("control characters are shown as their pictures, and reach no terminal", () => {
	assert.deepEqual(
		["\u0000", "\u0007", "\u001b", "\u001f", "\u007f", "\t", "a"].map(shownAs),
		["␀", "␇", "␛", "␟", "␡", "  ", "a"],
	);
});

test("a name that is offered cannot act on the terminal, and what is typed shows what nobody would see", () => {
	assert.deepEqual(layoutMenu(["a\n\u001b[2J\u202eb"], undefined, 40, 3), [
		"a\\n\\u001b[2J\\u202eb",
	]);
	const typed = ["\u001b", "\u007f", "\u009b", "\u202e", "\u200b", "\u{e0041}"];
	assert.deepEqual(typed.map(shownAs), ["␛", "␡", "�", "�", "�", "�"]);
	for (const letter of ["ü", "e\u0301", "中", "👨‍👩‍👧", "ד", "م\u200c"])
		assert.equal(shownAs(letter), letter);
});

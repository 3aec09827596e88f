import assert from "node:assert/strict";
import { test } from "node:test";
import { continuation } from "./continuation.ts";
import {
	type EditorState,
	type Effect,
	empty,
	offer,
	press,
} from "./editor.ts";
import type { Input } from "./keys.ts";

/** A state as text, with the cursor as a bar. */
const read = (marked: string): EditorState => ({
	...empty,
	text: marked.replace("|", ""),
	cursor: marked.indexOf("|"),
});
const shown = ({ text, cursor }: EditorState): string =>
	`${text.slice(0, cursor)}|${text.slice(cursor)}`;

const history = ["const a = 1", "let b", "const c = {\n  d: 1\n}"];
const around = { history, continuation };
const key = (name: string): Input => ({ type: "key", key: name });

function after(marked: string, ...inputs: (Input | string)[]) {
	let state = read(marked);
	let effect: Effect | undefined;
	for (const input of inputs)
		({ state, effect } = press(
			state,
			typeof input === "string" ? key(input) : input,
			around,
		));
	return { state, effect };
}

const edits: [string, string, string[], string][] = [
	[
		"letters are deleted whole, with their marks",
		"ae\u0301👨‍👩‍👧|",
		["backspace", "backspace"],
		"a|",
	],
	[
		"Delete takes the letter behind the cursor",
		"a|b👍🏽c",
		["delete", "delete"],
		"a|c",
	],
	[
		"words to the left",
		"one.two three|",
		["ctrl-left", "ctrl-left"],
		"one.|two three",
	],
	["words to the right", "|one.two", ["alt-f", "alt-f"], "one.two|"],
	[
		"a word is cut and put back",
		"one two|",
		["ctrl-w", "home", "ctrl-y"],
		"two|one ",
	],
	[
		"the rest of a line is cut, then its line break",
		"a|b\nc",
		["ctrl-k", "ctrl-k"],
		"a|c",
	],
	["a line up to the cursor is cut", "a\nbc|d", ["ctrl-u"], "a\n|d"],
	[
		"Home and End stay in the line",
		"ab\nc|d\ne",
		["end", "home"],
		"ab\n|cd\ne",
	],
	["Up keeps the column", "abc\nd\nefg|", ["up"], "abc\nd|\nefg"],
	["Down keeps the column", "ab|c\ndef", ["down"], "abc\nde|f"],
	["Ctrl-Home goes to the beginning of all", "a\nb|", ["ctrl-home"], "|a\nb"],
	[
		"Enter in an open bracket begins an indented line",
		"f({|",
		["enter"],
		"f({\n    |",
	],
	[
		"Enter within the text breaks the line there",
		"if (a) {|\n}",
		["enter"],
		"if (a) {\n  |\n}",
	],
	[
		"Alt-Enter breaks a whole line too, with its indent",
		"  a|",
		["alt-enter"],
		"  a\n  |",
	],
	["Tab after white space indents", "{\n|}", ["tab"], "{\n  |}"],
	["Ctrl-D deletes when there is text", "|ab", ["ctrl-d"], "|b"],
	["keys without a meaning change nothing", "a|b", ["ctrl-q", "alt-z"], "a|b"],
	["Up takes the last input", "|", ["up"], "const c = {\n  d: 1\n}|"],
	[
		"Up goes through the lines of an input, then further back",
		"|",
		["up", "up", "up", "up"],
		"let b|",
	],
	["Up takes inputs that begin as what was typed", "le|", ["up"], "let b|"],
	["Up, where no input begins so, changes nothing", "x|", ["up"], "x|"],
	["Down comes back to what was typed", "le|", ["up", "down"], "le|"],
];
for (const [promise, before, keys, then] of edits)
	test(promise, () => assert.equal(shown(after(before, ...keys).state), then));

const effects: [string, string, string, Effect | undefined][] = [
	["Enter behind a whole statement runs it", "1 + 1|", "enter", "submit"],
	["Enter within the last line runs it", "1 |+ 1", "enter", "submit"],
	["Enter behind half a statement does not", "f(|", "enter", undefined],
	["Enter in an earlier line does not", "a|\nb", "enter", undefined],
	[
		"Enter runs what is wrong whatever follows, to show the error",
		"a b|",
		"enter",
		"submit",
	],
	["Tab behind a letter completes", "Mat|", "tab", "complete"],
	["Tab in the empty input completes", "|", "tab", "complete"],
	["Shift-Tab explains", "a|", "shift-tab", "inspect"],
	["Ctrl-D leaves when nothing is typed", "|", "ctrl-d", "leave"],
	["Ctrl-C gives up", "a|", "ctrl-c", "cancel"],
];
for (const [promise, before, name, effect] of effects)
	test(promise, () => assert.equal(after(before, name).effect, effect));

test("a closing bracket at the beginning of a line goes back a step", () => {
	const { state } = after("{\n    |", { type: "text", text: "}" });
	assert.equal(shown(state), "{\n  }|");
});

test("a paste keeps its own indent, and runs nothing", () => {
	const { state, effect } = after("|", { type: "paste", text: "a {\n b }\n" });
	assert.equal(shown(state), "a {\n b }\n|");
	assert.equal(effect, undefined);
});

const reply = (start: number, end: number, ...matches: string[]) => ({
	matches,
	start,
	end,
	types: matches.map(() => ""),
});

test("the only completion is inserted, also where it is spelt otherwise", () => {
	assert.equal(
		shown(offer(read("Math.FL|"), reply(5, 7, "floor"))),
		"Math.floor|",
	);
});

test("of several completions their common beginning is inserted, and Tab goes through them in turn", () => {
	let state = offer(read("x.a|;"), reply(2, 3, "asin", "asinh"));
	assert.equal(shown(state), "x.asin|;");
	const seen = [0, 1, 2].map(() => {
		({ state } = press(state, key("tab"), around));
		return shown(state);
	});
	assert.deepEqual(seen, ["x.asin|;", "x.asinh|;", "x.asin|;"]);
	const accepted = press(state, key("enter"), around);
	assert.equal(accepted.effect, undefined);
	assert.equal(accepted.state.menu, undefined);
});

test("any other key closes the list of completions", () => {
	const state = offer(read("a|"), reply(0, 1, "ab", "ac"));
	assert.ok(state.menu);
	for (const input of [key("left"), { type: "text", text: "b" } as const])
		assert.equal(press(state, input, around).state.menu, undefined);
	assert.equal(press(state, key("enter"), around).effect, "submit");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createDecoder, type Input } from "./keys.ts";

const key = (name: string): Input => ({ type: "key", key: name });
const text = (letters: string): Input => ({ type: "text", text: letters });
const paste = (letters: string): Input => ({ type: "paste", text: letters });
const report = (letters: string): Input => ({ type: "report", text: letters });

const cases: [string, string, Input[]][] = [
	["letters", "añ😀", [text("añ😀")]],
	["Enter", "\r", [key("enter")]],
	[
		"letters around keys",
		"a\tb\u007f",
		[text("a"), key("tab"), text("b"), key("backspace")],
	],
	[
		"Ctrl with a letter",
		"\u0001\u0003\u0017",
		[key("ctrl-a"), key("ctrl-c"), key("ctrl-w")],
	],
	["Alt with a letter", "\u001bb\u001b\r", [key("alt-b"), key("alt-enter")]],
	["arrows of both kinds", "\u001b[A\u001bOB", [key("up"), key("down")]],
	[
		"modifiers",
		"\u001b[1;5C\u001b[3;5~\u001b[1;3D",
		[key("ctrl-right"), key("ctrl-delete"), key("alt-left")],
	],
	[
		"Shift-Tab and Shift-Enter",
		"\u001b[Z\u001b[13;2u",
		[key("shift-tab"), key("shift-enter")],
	],
	[
		"a paste, with the line ends of a terminal",
		"\u001b[200~a\rb\tc\u001b[201~d",
		[paste("a\nb\tc"), text("d")],
	],
	[
		"a paste that holds an escape",
		"\u001b[200~\u001b[A\u001b[201~",
		[paste("\u001b[A")],
	],
	[
		"the terminal's answers",
		"\u001b[6;20;10t\u001b[?62;4;22c",
		[report("6;20;10t"), report("?62;4;22c")],
	],
	[
		"sequences without a meaning: dropped",
		"\u001b[99~\u001b[I\u001bP1$r0m\u001b\\a",
		[text("a")],
	],
	["Escape before a key: only the key counts", "\u001b\u001b[A", [key("up")]],
];

for (const [what, sent, inputs] of cases) {
	test(`the terminal sends ${what}`, () => {
		assert.deepEqual(createDecoder()(sent), inputs);
	});
	test(`the terminal sends ${what}, in pieces`, () => {
		const decode = createDecoder();
		const joined: Input[] = [];
		for (const piece of sent)
			for (const input of decode(piece)) {
				const last = joined.at(-1);
				if (last?.type === "text" && input.type === "text")
					joined[joined.length - 1] = text(last.text + input.text);
				else joined.push(input);
			}
		assert.deepEqual(joined, inputs);
	});
}

import assert from "node:assert/strict";
import { test } from "node:test";
import {
	isolated,
	oneLine,
	shown,
	shownJson,
	shownLines,
	shownValue,
	withoutColours,
} from "./shown-text.ts";
import { assertProportional } from "./test-growth.ts";

/** Every character that a terminal acts on, that reorders a line, or that nobody sees. */
const HOSTILE = Array.from({ length: 0x11_0000 }, (_, code) => code)
	.filter((code) =>
		/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u.test(
			String.fromCodePoint(code),
		),
	)
	.map((code) => String.fromCodePoint(code));

const nameOf = (character: string) =>
	`U+${character.codePointAt(0)?.toString(16)}`;

const HONEST = [
	"größe, naïve, Ελλάδα, Україна",
	"中文, 日本語, 한국어",
	"葛\u{e0100}城",
	"👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 ❤️ 1️⃣ 🇨🇭 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} ©",
	"e\u0301 n\u0303 Vi\u0065\u0302\u0323t",
	"हिन्दी क्\u200dष ශ්\u200dරී",
	"C:\\runs\\toy, a=1 [b] {c} <d> `e` 'f' \"g\"",
];

test("what people write is shown as they wrote it", () => {
	for (const text of HONEST) {
		assert.equal(oneLine(text), text);
		assert.equal(shownValue(text), text);
		assert.equal(shownLines(text), text);
		assert.equal(JSON.parse(shownJson(text)), text);
	}
});

test("a name that is read from right to left stays, and cannot reorder the line around it", () => {
	for (const name of ["דיוק", "دقة", "می\u200cخواهم", "accuracy דיוק"]) {
		assert.equal(shownValue(name), `\u2068${name}\u2069`);
		assert.equal(oneLine(name), name);
		// What was shown once is not shown otherwise a second time.
		assert.equal(shownValue(shownValue(name)), `\u2068${name}\u2069`);
		assert.equal(isolated(oneLine(shownValue(name))), `\u2068${name}\u2069`);
	}
	const cut = shownValue("ד".repeat(1000));
	assert.match(cut, /^\u2068ד+…\u2069$/);
});

test("no character that a terminal acts on, that reorders, or that is invisible is shown as it is", () => {
	assert.ok(HOSTILE.length > 4000, `${HOSTILE.length}`);
	for (const character of HOSTILE)
		for (const text of [
			character,
			`a${character}b`,
			`${character}${character}`,
			`ד${character}ד`,
		]) {
			// Those that stand around the whole are ours.
			for (const seen of [
				oneLine(text),
				shownValue(text).replace(/^\u2068(.*)\u2069$/, "$1"),
				shownJson(text),
			])
				assert.ok(!seen.includes(character), `${nameOf(character)}: ${seen}`);
			assert.equal(JSON.parse(shownJson(text)), text);
			if (!"\n\t".includes(character))
				assert.ok(!shownLines(text).includes(character), nameOf(character));
		}
});

test("each attack on a terminal is seen as text", () => {
	const attacks: [string, string, string][] = [
		["a forged line", "toy\nvalid", "toy\\nvalid"],
		[
			"a line that is overwritten",
			"toy\rvalid\u001b[K",
			"toy\\rvalid\\u001b[K",
		],
		["backspaces", "NOT\b\b\bvalid", "NOT\\u0008\\u0008\\u0008valid"],
		["a colour", "\u001b[32mvalid\u001b[0m", "\\u001b[32mvalid\\u001b[0m"],
		["concealed text", "\u001b[8mx", "\\u001b[8mx"],
		["a title", "\u001b]0;x\u0007", "\\u001b]0;x\\u0007"],
		["the clipboard", "\u001b]52;c;eA==\u001b\\", "\\u001b]52;c;eA==\\u001b\\"],
		["a link", "\u001b]8;;http://x\u0007", "\\u001b]8;;http://x\\u0007"],
		["an eight-bit CSI", "\u009b2J", "\\u009b2J"],
		["an eight-bit OSC", "\u009d0;x\u009c", "\\u009d0;x\\u009c"],
		["a line separator", "toy\u2028valid", "toy\\u2028valid"],
		["a next line", "toy\u0085valid", "toy\\u0085valid"],
		["a vertical tab and a form feed", "a\u000bb\u000c", "a\\u000bb\\u000c"],
		["a right-to-left override", "\u202edilav", "\\u202edilav"],
		["an isolate that stays open", "\u2068toy", "\\u2068toy"],
		["an isolate around nothing", "\u2068\u2069", "\\u2068\\u2069"],
		["an isolate around Latin", "\u2068toy\u2069", "\\u2068toy\\u2069"],
		[
			"an override in an isolate",
			"\u2068ד\u202e\u2069",
			"\u2068ד\\u202e\u2069",
		],
		["a mark of direction", "a\u200e\u200f\u061c", "a\\u200e\\u200f\\u061c"],
		["a zero-width space", "to\u200by", "to\\u200by"],
		["a joiner in Latin", "to\u200dy\u200c", "to\\u200dy\\u200c"],
		["a word joiner", "to\u2060y\ufeff", "to\\u2060y\\ufeff"],
		["a soft hyphen", "to\u00ady", "to\\u00ady"],
		["a filler", "to\u3164\u115fy", "to\\u3164\\u115fy"],
		["hidden tags", "x\u{e0041}\u{e007f}", "x\\u{e0041}\\u{e007f}"],
		["tags on a flag", "🏴\u{e0041}\u{e007f}", "🏴\\u{e0041}\\u{e007f}"],
		["a selector on a letter", "a\ufe0f", "a\\ufe0f"],
		["hidden selectors", "👍\ufe0f\ufe0f", "👍\ufe0f\\ufe0f"],
		[
			"hidden selectors on Han",
			"葛\u{e0100}\u{e0101}",
			"葛\u{e0100}\\u{e0101}",
		],
		["half a character", "\ud83d", "\\ud83d"],
		["a mark with no letter", "\u0338x", "\\u0338x"],
		["annotations", "a\ufff9b\ufffb", "a\\ufff9b\\ufffb"],
		["a column of its own", "toy  valid", "toy␣␣valid"],
		["blanks of other kinds", "\u00a0toy\u3000\u2800", "␣toy␣␣"],
	];
	for (const [attack, text, seen] of attacks)
		assert.equal(shownValue(text), seen, attack);
	const marks = shownValue(`a${"\u0316".repeat(100)}`);
	assert.equal(marks.match(/\u0316/g)?.length, 8, "a tower of marks");
	assert.equal(shownValue("x".repeat(1000)).length, 501);
	assert.equal(shownValue("\u001b".repeat(1000)).length, 501);
	assert.equal(shownValue("👍\ufe0f".repeat(10), 4), "👍\ufe0f…");
});

test("of several lines, breaks and tabs stay; of a program's colours nothing, and of all else everything", () => {
	assert.equal(shownLines("a\r\n\tb\rc\u001b[1mc"), "a\n\tb\\rc\\u001b[1mc");
	assert.equal(
		withoutColours("\u001b[31mred\u001b[0m\u001b[38;5;12;1mblue\u001b[m"),
		"redblue",
	);
	for (const text of [
		"\u001b[8m",
		"\u001b[1;8m",
		"\u001b[2J",
		"\u001b[1A",
		"\u001b]0;x\u0007",
		"\u001b[?25l",
		"\u001b[08m",
		"\u001b[108m",
	])
		assert.equal(withoutColours(text), text);
});

test("a line of ours shows each value that stands in it", () => {
	assert.equal(
		shown`run ${"a\nvalid"} has ${3} files in ${"/x/\u001b[2J"}`,
		"run a\\nvalid has 3 files in /x/\\u001b[2J",
	);
});

test("what is shown grows no faster than its text", () => {
	for (const piece of [
		"\u2068",
		"\u2068ד",
		"👍\u200d",
		"\u0316",
		"ד\u200c",
		" ",
		"\u001b[1;",
		"🏴\u{e0067}\u{e0062}",
		"1\ufe0f",
	])
		assertProportional((length) => {
			const text = piece.repeat(Math.ceil(length / piece.length));
			oneLine(text);
			shownLines(text);
			shownValue(text);
		}, JSON.stringify(piece));
});

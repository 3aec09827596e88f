import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import stringWidth from "string-width";
import {
	columnBehind,
	displayWidth,
	graphemes,
	inTwoColumns,
	pad,
	shortened,
	startOf,
	truncate,
} from "./text-width.ts";

/** Each is one letter to its reader, with the columns that terminals give it. */
const LETTERS: readonly (readonly [letter: string, width: number])[] = [
	["a", 1],
	["ö", 1],
	["e\u0301", 1],
	["x\u0300\u0301\u0302", 1],
	["日", 2],
	["한", 2],
	["\u1112\u1161\u11ab", 2],
	["ｱ", 1],
	["Ａ", 2],
	["葛\u{e0100}", 2],
	["𝒳", 1],
	["𠀀", 2],
	["👩", 2],
	["👩‍👩‍👧", 2],
	["🧑🏻‍💻", 2],
	["👍🏽", 2],
	["🇨🇭", 2],
	["🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}", 2],
	["❤", 1],
	["❤\ufe0f", 2],
	["⌚", 2],
	["⌚\ufe0e", 1],
	["1\ufe0f\u20e3", 2],
	["ד", 1],
	["…", 1],
	["─", 1],
];

test("a letter takes the columns of a terminal, however many characters it is written with", () => {
	for (const [letter, width] of LETTERS) {
		assert.equal(displayWidth(letter), width, letter);
		assert.equal(displayWidth(`a${letter}b`), width + 2, letter);
		assert.deepEqual([...graphemes(`a${letter}b`)], ["a", letter, "b"]);
	}
	assert.equal(displayWidth(""), 0);
});

test("colours, joiners and isolates take no column, half a character takes one", () => {
	assert.equal(displayWidth("\u001b[1;31mred 日本\u001b[0m"), 8);
	assert.equal(displayWidth("\u001b]8;;http://x\u0007link\u001b]8;;\u0007"), 4);
	assert.equal(displayWidth("a\u200db\u200cc\u200b"), 3);
	assert.equal(displayWidth("\u2068דיוק\u2069"), 4);
	assert.equal(displayWidth("\ud83d"), 1);
});

test("a tab leads to the next multiple of eight", () => {
	for (const [line, width] of [
		["\t", 8],
		["a\t", 8],
		["1234567\tb", 9],
		["12345678\tb", 17],
		["日本\tb", 9],
		["\u001b[31mabc\u001b[0m\t\tb", 17],
	] as const)
		assert.equal(displayWidth(line), width, JSON.stringify(line));
	assert.equal(columnBehind(3, "\t"), 8);
	assert.equal(columnBehind(8, "日"), 10);
});

test("where a letter is told to take one column, string-width says the same", () => {
	const differing: string[] = [];
	for (let code = 0x20; code < 0x3000; code++) {
		const letter = String.fromCodePoint(code);
		const isControl = /\p{Cc}/u.test(letter);
		if (!isControl && displayWidth(letter) !== stringWidth(letter))
			differing.push(code.toString(16));
	}
	assert.deepEqual(differing, []);
});

test("a text is cut between two letters, never within one", () => {
	for (const [letter, width] of LETTERS) {
		const text = letter.repeat(10);
		for (let columns = 0; columns <= 10 * width; columns++) {
			const cut = truncate(text, columns);
			assert.ok(displayWidth(cut) <= columns, `${letter}, ${columns}`);
			const whole = Math.floor((columns - 1) / width);
			assert.equal(
				cut,
				columns === 10 * width
					? text
					: columns === 0
						? ""
						: `${letter.repeat(whole)}…`,
			);
		}
		for (let most = 0; most <= text.length; most++)
			assert.equal(
				startOf(text, most),
				letter.repeat(Math.floor(most / letter.length)),
			);
	}
	assert.equal(truncate("background", 10), "background");
	assert.equal(truncate("background", 6), "backg…");
	assert.equal(shortened("background", 4), "back…");
	assert.equal(shortened("background", 4, " and more"), "back and more");
	assert.equal(shortened("back", 4), "back");
});

test("right-to-left text that was cut reorders nothing behind it", () => {
	const isolated = `\u2068${"ד".repeat(20)}\u2069`;
	assert.equal(truncate(isolated, 5), `\u2068${"ד".repeat(4)}\u2069…`);
	assert.equal(startOf(isolated, 5), `\u2068${"ד".repeat(4)}\u2069`);
});

test("what is built to be one endless letter is cut as well", () => {
	for (const endless of [
		"👩\u200d".repeat(10_000),
		"\u1112".repeat(10_000),
		"🇨🇭".repeat(10_000),
		"\ud83d".repeat(10_000),
	]) {
		assert.ok(truncate(endless, 20).length <= 64);
		const start = startOf(endless, 100);
		assert.ok(start.length <= 100 && start.length > 90, endless.slice(0, 4));
		assert.ok(start.isWellFormed() || !endless.isWellFormed());
	}
});

test("a text is filled up by columns", () => {
	assert.equal(pad("日本", 6), "日本  ");
	assert.equal(pad("e\u0301", 3, "right"), "  e\u0301");
	assert.equal(pad("🇨🇭🇨🇭", 3), "🇨🇭🇨🇭");
});

test("what is said of names begins in one column, whatever letters they have", () => {
	assert.deepEqual(
		inTwoColumns([
			["größe", "a size"],
			["日本語", "a language"],
			["x", ""],
		]),
		["  größe   a size", "  日本語  a language", "  x"],
	);
	assert.deepEqual(inTwoColumns([["a", "b"]], ""), ["a  b"]);
	assert.deepEqual(inTwoColumns([]), []);
});

test("the library is loaded for a text that needs it, not before", () => {
	const module = new URL("./text-width.ts", import.meta.url).href;
	const loaded = execFileSync(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"--eval",
			`import { registerHooks } from "node:module";
			const loaded = [];
			registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
			const { displayWidth, truncate } = await import(${JSON.stringify(module)});
			const count = () => loaded.filter((url) => url.includes("string-width")).length;
			const before = [displayWidth("größe ≠ 3 │"), truncate("a long line", 5)] && count();
			displayWidth("日本");
			console.log(before, count());`,
		],
		{ encoding: "utf8" },
	);
	assert.equal(loaded.trim(), "0 1");
});

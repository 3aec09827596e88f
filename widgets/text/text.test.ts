import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine } from "../../base/shown-text.ts";
import { displayWidth, truncate } from "../../base/text-width.ts";
import { formatNumber, plural, shownName, table, wrapped } from "./text.ts";

test("numbers are shown with four significant digits, whole numbers in full", () => {
	const cases: [number, string][] = [
		[0.93118, "0.9312"],
		[12.3, "12.30"],
		[123456, "123456"],
		[34567.8, "34568"],
		[1.5e-7, "1.500e-7"],
		[2.5e9, "2.500e+9"],
		[0, "0"],
		[Number.NaN, "NaN"],
	];
	for (const [value, text] of cases) assert.equal(formatNumber(value), text);
});

test("a table lines up its columns, also with wide letters", () => {
	const text = table(
		[{ header: "class" }, { header: "count", align: "right" }],
		[
			["猫", "3"],
			["dog", "120"],
		],
	);
	assert.equal(
		text,
		["class  count", "─────  ─────", "猫         3", "dog      120"].join("\n"),
	);
});

test("a text that is cut says so", () => {
	assert.equal(truncate("background", 10), "background");
	assert.equal(truncate("background", 6), "backg…");
});

test("nouns agree with their number", () => {
	assert.deepEqual(
		[plural(1, "run"), plural(2, "batch"), plural(0, "class")],
		["1 run", "2 batches", "0 classes"],
	);
});

test("parts are joined into lines that fit, and none is broken", () => {
	assert.deepEqual(
		wrapped(["loss 1", "acc 2", "a very long one", "x"], " · ", 14),
		["loss 1 · acc 2", "a very long one", "x"],
	);
	assert.deepEqual(wrapped([], " · ", 14), []);
});

test("a name is shown in one line, whatever stands in it", () => {
	const shown: [string, string][] = [
		["a\nb", "a\\nb"],
		["a\r\nb\tc", "a\\r\\nb\\tc"],
		["\u001b[31mred\u0007", "\\u001b[31mred\\u0007"],
		["a\u2028b\u0085c", "a\\u2028b\\u0085c"],
		["abc\u202edef\u2066", "abc\\u202edef\\u2066"],
		["half \ud83d", "half \\ud83d"],
		["🎉 größe דיוק __proto__", "🎉 größe דיוק __proto__"],
	];
	for (const [name, text] of shown) {
		assert.equal(oneLine(name), text);
		assert.equal(shownName(name), text);
	}
	assert.equal(shownName(""), '""');
	assert.equal(displayWidth(shownName("x".repeat(5000))), 60);
});

test("a row of a table is one line", () => {
	assert.deepEqual(
		table([{ header: "a\nb" }, { header: "c" }], [["d\u2029e", "f\n"]]).split(
			"\n",
		),
		["a\\nb      c", "────────  ───", "d\\u2029e  f\\n"],
	);
});

test("a number keeps its significant digits, and is written with a power of ten where they would be far away", () => {
	for (const [value, text] of [
		[0.0001, "0.0001000"],
		[0.00009, "9.000e-5"],
		[-0.00009, "-9.000e-5"],
		[999_999, "999999"],
		[1_000_000, "1.000e+6"],
		[-1_234_567.8, "-1.235e+6"],
		[12_345.6, "12346"],
		[1234.56, "1235"],
		[9999.5, "1.000e+4"],
		[0.5, "0.5000"],
		[0, "0"],
		[Number.NaN, "NaN"],
		[Number.NEGATIVE_INFINITY, "-Infinity"],
	] as const)
		assert.equal(formatNumber(value), text);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArgumentSpec } from "./argument.ts";
import { parseArguments } from "./arguments.ts";
import { splitWords } from "./words.ts";

const spec: ArgumentSpec = {
	name: "try",
	summary: "Tries.",
	positionals: [{ name: "name", placeholder: "NAME", description: "A name." }],
	options: [
		{ name: "count", short: "n", type: "integer", description: "How many." },
		{ name: "share", type: "number", description: "How much." },
		{ name: "set", type: "assignment", multiple: true, description: "What." },
	],
	examples: [],
};
const valuesOf = (...words: string[]) => {
	const parsed = parseArguments(spec, words, "%dd");
	assert.ok(parsed !== "help");
	return parsed.values;
};

test("a line is split at its spaces, and quotes that belong together come off", () => {
	for (const [line, words] of [
		["a  b\tc", ["a", "b", "c"]],
		[`"a b" 'c d'`, ["a b", "c d"]],
		[`"a" 'b'`, ["a", "b"]],
		[`"it's" 'say "x"'`, ["it's", 'say "x"']],
		[`x="a b" y='c'`, [`x="a b"`, "y='c'"]],
		// One word, begun by one kind of quote and ended by the other.
		[`"a"b'c'`, [`"a"b'c'`]],
		[`"" ''`, ["", ""]],
		// A backslash protects a quote and a bracket, no space: a path may end with one.
		["x=it\\'s y=range(1, 2)", ["x=it\\'s", "y=range(1, 2)"]],
		["x=a\\(b y=range(1, 2)", ["x=a\\(b", "y=range(1, 2)"]],
		["x=C:\\data\\ y=1", ["x=C:\\data\\", "y=1"]],
		["", []],
	] as const)
		assert.deepEqual(splitWords(line), words);
});

test("a whole number is one from end to end, and a number is no empty text", () => {
	for (const [text, value] of [
		["3", 3],
		["-3", -3],
		["+3", 3],
		["007", 7],
	] as const)
		assert.equal(valuesOf("--count", text).count, value);
	for (const value of ["3.5", "3x", "x3", "1e3", "", " ", "3 4"])
		assert.throws(() => valuesOf(`--count=${value}`), {
			name: "UsageError",
			message: /^%dd try: --count takes a whole number, not ".*"\nUsage: /,
		});
	for (const [text, value] of [
		["0.5", 0.5],
		["-1e-3", -1e-3],
		[".5", 0.5],
		["0x10", 16],
	] as const)
		assert.equal(valuesOf(`--share=${text}`).share, value);
	for (const value of ["", " ", "half", "1e999", "NaN", "0.5.1"])
		assert.throws(() => valuesOf(`--share=${value}`), {
			name: "UsageError",
			message: /^%dd try: --share takes a number, not ".*"\nUsage: /,
		});
});

test("an option is given once, unless it may come several times", () => {
	assert.deepEqual(valuesOf("--set", "a=1", "--set=b=2").set, [
		{ key: "a", value: "1" },
		{ key: "b", value: "2" },
	]);
	assert.throws(
		() => valuesOf("-n", "1", "--count=2"),
		/--count is given twice/,
	);
	assert.throws(() => valuesOf("--set", "a"), /--set takes KEY=VALUE, not "a"/);
	assert.throws(() => valuesOf("-n"), /-n needs a value \(INTEGER\)/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ParamValue } from "../../events.ts";
import { decimalRange } from "./decimal-range.ts";
import { namesLike } from "./glob.ts";
import { readOverrideText, readUntyped } from "./read.ts";
import { parseOverride } from "./syntax.ts";
import { FUNCTION_NAMES } from "./values.ts";
import { written } from "./written.ts";

const names = ["spiral", "moons", "xor", "multi-spiral"];
const read = (text: string, as: "value" | "text" = "value") =>
	readOverrideText("x", text, { as, lists: true, names });

const meant: readonly [string, readonly ParamValue[]][] = [
	["0.1,0.01", [0.1, 0.01]],
	["0.1, 0.01", [0.1, 0.01]],
	["choice(0.1, 0.01)", [0.1, 0.01]],
	["choice(spiral)", ["spiral"]],
	["choice ( a , b )", ["a", "b"]],
	["range(1,4)", [1, 2, 3]],
	["range(3)", [0, 1, 2]],
	["range(10,1,-4)", [10, 6, 2]],
	["range(0,1,0.25)", [0, 0.25, 0.5, 0.75]],
	["range(0, 0.5, 0.1)", [0, 0.1, 0.2, 0.3, 0.4]],
	["range(start=1,stop=2,step=0.5)", [1, 1.5]],
	["range(stop=2)", [0, 1]],
	["range(1,stop=3)", [1, 2]],
	["range(1e-3,4e-3,1e-3)", [0.001, 0.002, 0.003]],
	["0.5,range(1,3)", [0.5, 1, 2]],
	["[32,64],[16]", [[32, 64], [16]]],
	["[32,64]", [[32, 64]]],
	["[]", [[]]],
	["choice([1,2],[])", [[1, 2], []]],
	["['a b',\"c,d\"]", [["a b", "c,d"]]],
	["sort(3,2,1)", [1, 2, 3]],
	["sort(10,9,8)", [8, 9, 10]],
	["sort(b,a,B)", ["B", "a", "b"]],
	["sort(choice(2,1),reverse=true)", [2, 1]],
	["sort([3,1,2])", [[1, 2, 3]]],
	["sort(range(3,0,-1))", [1, 2, 3]],
	["shuffle(range(5),seed=1)", [2, 0, 4, 1, 3]],
	["int(3.9)", [3]],
	["int(choice(3.9,-3.9))", [3, -3]],
	['float("1e-3")', [0.001]],
	["str(1e-3)", ["1e-3"]],
	["str(range(1,3))", ["1", "2"]],
	["str([1,true])", [["1", "true"]]],
	["bool(0),bool(yes)", [false, true]],
	["bool(choice(off,on))", [false, true]],
	["int(true)", [1]],
	["glob(*spiral)", ["spiral", "multi-spiral"]],
	["glob([m*,x*],exclude=multi*)", ["moons", "xor"]],
	["glob(?oons)", ["moons"]],
	['"range(1,4)"', ["range(1,4)"]],
	["'it\\'s'", ["it's"]],
	['"say \\"hi\\""', ['say "hi"']],
	['"a\\\\"', ["a\\"]],
	['"C:\\data"', ["C:\\data"]],
	['"C:\\data\\"', ["C:\\data\\"]],
	["C:\\data", ["C:\\data"]],
	["a\\,b", ["a,b"]],
	["f\\(x\\)", ["f(x)"]],
	["'1','2'", ["1", "2"]],
];

for (const [text, values] of meant)
	test(`${text} means ${JSON.stringify(values)}`, () => {
		assert.deepEqual(read(text), values);
	});

test("of a parameter that is a text, digits are a text, and what functions give is what they give", () => {
	assert.deepEqual(read("1e-3,01,true", "text"), ["1e-3", "01", "true"]);
	assert.deepEqual(read("str(range(1,3)),a", "text"), ["1", "2", "a"]);
	assert.deepEqual(read("sort(b,10,9)", "text"), ["10", "9", "b"]);
});

const refused: readonly [string, RegExp][] = [
	["rnage(1,4)", /there is no function "rnage"; did you mean "range"\?/],
	["f(x)", /there is no function "f"; there is: choice, range, glob, sort/],
	["interval(0,1)", /an interval is for a search.*write range\(start,stop,/],
	["tag(a,choice(1,2))", /values have no tags here/],
	["json_str(1)", /write the text in quotes/],
	[
		"range(1,4",
		/its bracket, "\(", is never closed.*\n {2}x=range\(1,4\n {9}\^$/,
	],
	["[1,(2)]", /it has a bracket, "\("/],
	["[1,2)", /"\)", where "\]" or a comma belongs.*\n {2}x=\[1,2\)\n {8}\^$/],
	["range(1,4)]", /it has a bracket, "\]", that none opens/],
	["1],2", /that none opens/],
	["'a", /its quote, ', is never closed/],
	["'a' b", /quotes stand around all of a value/],
	["{a:1}", /an object is no value; give its members one by one/],
	["choice()", /choice\(\) has no values/],
	["choice(a,)", /nothing before or after a comma/],
	["[1,,2]", /nothing before or after a comma/],
	["range()", /range\(…\) needs where it stops/],
	[
		"range(5,1)",
		/this range has no values: steps of 1 do not lead from 5 to 1; give another step, as in range\(5,1,-1\)/,
	],
	["range(2,2)", /it ends before its stop/],
	["range(1,2,0)", /steps of 0 never ends/],
	["range(a,b)", /a range has numbers/],
	["range(1,2,3,4)", /takes start, stop and step/],
	["range(1,2,start=3)", /start= is given twice/],
	["range(1,2,stop=)", /stop= has no value/],
	["range(1,2,sttep=1)", /takes no "sttep="; did you mean "step"\?/],
	["range(1e9)", /more than 10000 values/],
	["range(0,Infinity)", /a range has numbers/],
	["shuffle(1,2)", /a shuffle needs a seed/],
	["shuffle(1,2,seed=[1])", /seed= is a number or a word/],
	["sort(1,a)", /have an order/],
	["sort(1,2,reverse=3)", /reverse= is true or false/],
	["int(a)", /"a" is no number/],
	["int(1,2)", /takes one value, or a choice, as in int\(choice\(1,2\)\)/],
	["int(1e300)", /no whole number that can be told from its neighbours/],
	["bool(perhaps)", /no truth value/],
	["float(inf)", /write Infinity/],
	["[choice(1,2)]", /a list has values, and no choices/],
	["[[1]]", /a list in a list is no value/],
	["glob(z*)", /no value fits; there is: spiral, moons, xor, multi-spiral/],
	["glob(a,b)", /takes one pattern, or a list of them/],
	["glob(a,without=b)", /takes no "without="; there is: exclude/],
	["choice(null)", /leave it out/],
	[
		"choice(1e400)",
		/larger than any number.*\n {2}x=choice\(1e400\)\n {11}\^$/,
	],
	["[".repeat(40), /its brackets are too deep/],
];

for (const [text, message] of refused)
	test(`${text.slice(0, 40)} is refused with what was meant`, () => {
		assert.throws(() => read(text), { name: "UsageError", message });
		assert.throws(() => read(text), {
			message: /^x=.* lists no values of a parameter: /,
		});
	});

test("names are chosen where there are some", () => {
	assert.throws(
		() => readUntyped("x", "glob(*)", { lists: true, ofTask: false }),
		/glob\(…\) chooses among the values that a task lists/,
	);
});

test("a run takes one value: a list is one, and a choice is for a multirun", () => {
	const one = (text: string) =>
		readOverrideText("x", text, { as: "value", lists: false });
	assert.deepEqual(one("[32,64]"), [[32, 64]]);
	assert.deepEqual(one("sort([2,1])"), [[1, 2]]);
	assert.deepEqual(one("int(2.5)"), [2]);
	for (const text of ["1,2", "choice(1)", "range(1,2)", "sort(2,1)"])
		assert.throws(() => one(text), {
			name: "UsageError",
			message: /several values are for a multirun/,
		});
});

const scalar = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.string(),
	fc.boolean(),
	fc.double({ noNaN: true }).map((value) => value + 0),
	fc.constantFrom("range(1)", "1e3", "true", "a\\", '\\"', "a,b", "-", "'"),
);

test("a value that is written and read again is the same", () => {
	fc.assert(
		fc.property(fc.oneof(scalar, fc.array(scalar)), (value) => {
			assert.deepEqual(read(written(value)), [value]);
		}),
		{ seed: 1, numRuns: 2000 },
	);
});

test("several values that are written with commas between them are read as these", () => {
	fc.assert(
		fc.property(fc.array(scalar, { minLength: 2 }), (values) => {
			assert.deepEqual(read(values.map(written).join(",")), values);
		}),
		{ seed: 2, numRuns: 500 },
	);
});

test("whatever is typed is read, or refused as an error of use", () => {
	const piece = fc.constantFrom(
		...["(", ")", "[", "]", ",", "=", '"', "'", "\\", " ", "a", "1", "-", "."],
		...FUNCTION_NAMES,
	);
	fc.assert(
		fc.property(fc.array(piece), (pieces) => {
			try {
				assert.ok(read(pieces.join("")).length > 0);
			} catch (error) {
				assert.equal((error as Error).name, "UsageError", String(error));
			}
		}),
		{ seed: 3, numRuns: 5000 },
	);
});

test("a range has the doubles nearest to its decimals, and as many as fit before its stop", () => {
	const small = fc.integer({ min: -2000, max: 2000 });
	const step = small.filter((value) => value !== 0);
	fc.assert(
		fc.property(small, small, step, (start, stop, by) => {
			const values = decimalRange(
				{ start: start / 100, stop: stop / 100, step: by / 100 },
				10_000,
			);
			const count = Math.max(0, Math.ceil((stop - start) / by));
			assert.equal(values.length, count);
			for (const [i, value] of values.entries())
				assert.equal(value, (start + i * by) / 100);
		}),
		{ seed: 4 },
	);
});

test("a pattern is compared in steps that grow with its length, not with its stars", () => {
	const name = "a".repeat(2000);
	assert.deepEqual(namesLike([name], [`${"*a".repeat(500)}*b`]), []);
	assert.deepEqual(namesLike([name], [`${"*a".repeat(500)}*`]), [name]);
});

test("where each value stands is known", () => {
	assert.deepEqual(
		parseOverride("a, [b] ,f(c)").map(({ kind, at }) => [kind, at]),
		[
			["text", 0],
			["list", 3],
			["call", 8],
		],
	);
});

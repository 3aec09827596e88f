import assert from "node:assert/strict";
import { test } from "node:test";
import type { ParamValue } from "../events.ts";
import {
	readOverrideText,
	readUntyped,
	requireOneType,
} from "./overrides/read.ts";
import { parseValue, splitList } from "./parameter-text.ts";

const RUN = { lists: false, ofTask: false };
const MULTIRUN = { lists: true, ofTask: false };

const values: [string, ParamValue][] = [
	["0.1", 0.1],
	["1e-3", 1e-3],
	["-.5", -0.5],
	["+2", 2],
	["0x10", 16],
	["Infinity", Number.POSITIVE_INFINITY],
	["true", true],
	["false", false],
	["5.", 5],
	["1e300", 1e300],
	["9007199254740991", 9007199254740991],
	["1e20", 1e20],
	["9.007199254740992e15", 2 ** 53],
	["4.771422518839661e+21", 4.771422518839661e21],
	["0b11", 3],
	["-0", 0],
	["-Infinity", Number.NEGATIVE_INFINITY],
	["spiral", "spiral"],
	["data/digits", "data/digits"],
	["C:\\data", "C:\\data"],
	["~/data-2.zip", "~/data-2.zip"],
	["CNN_basic", "CNN_basic"],
	["größe", "größe"],
	["Straße 1", "Straße 1"],
	["https://host:1/a%20b", "https://host:1/a%20b"],
	["x2d", "x2d"],
	['"2d"', "2d"],
	['"range(1,4)"', "range(1,4)"],
	["'None'", "None"],
	["-", "-"],
	["", ""],
	['"0.1"', "0.1"],
	["'true'", "true"],
	['"it\'s"', "it's"],
];

for (const [text, value] of values)
	test(`a parameter written as ${text || "nothing"} is the ${typeof value} ${value}`, () => {
		assert.deepEqual(readUntyped("x", text, RUN), [value]);
		assert.equal(parseValue(text), value);
	});

test("a list of values is split at its commas, outside of quotes", () => {
	assert.deepEqual(splitList("0.1,0.01"), ["0.1", "0.01"]);
	assert.deepEqual(splitList("\"a,b\",'c,d', e"), ['"a,b"', "'c,d'", "e"]);
	assert.deepEqual(splitList(""), [""]);
});

const garbage: [string, RegExp][] = [
	["range(1,4)", /several values are for a multirun/],
	["choice(a,b)", /several values are for a multirun/],
	["dd.range (1)", /there is no function "dd\.range"/],
	["[0.1", /its bracket, "\[", is never closed/],
	['{"a":[1,{"b":2}]}', /an object is no value/],
	["{a:{b:1}}", /an object is no value/],
	["(1)", /it has a bracket, "\("/],
	["a]", /bracket/],
	["<3", /bracket/],
	["=1", /one equals sign is enough: x=1;/],
	["==1", /one equals sign is enough: x=1;/],
	["a=b", /has "="/],
	["0.1;", /has ";"/],
	["0,1", /a decimal point is a dot, and several values are for a multirun/],
	["a,b", /comma/],
	["1e400", /larger than any number/],
	["-1e400", /larger than any number/],
	["1e-400", /smaller than any number/],
	["9007199254740992", /would be 9007199254740992; write it as 9\.007/],
	["-9007199254740993", /cannot be told apart/],
	["12345678901234567890", /write it as 1\.2345678901234567e19/],
	["9007199254740993e0", /cannot be told apart/],
	["0xfffffffffffffff", /cannot be told apart/],
	["1_000", /begins like a number and is none; write 1000;/],
	["01", /write 1;/],
	["-007", /write -7;/],
	["1..3", /begins like a number and is none;/],
	["1:10", /begins like a number/],
	["1-3", /begins like a number/],
	["2*3", /begins like a number/],
	["1/2", /begins like a number/],
	["1e", /begins like a number/],
	["0.1.2", /begins like a number/],
	["0xZZ", /begins like a number/],
	["-0x10", /begins like a number/],
	["5%", /begins like a number/],
	["10n", /begins like a number/],
	["2d", /begins like a number/],
	["--1", /begins like a number/],
	["０.１", /write 0\.1;/],
	["٣", /begins like a number/],
	["−0.1", /write -0\.1;/],
	["–0.1", /write -0\.1;/],
	["True", /write true/],
	["FALSE", /write false/],
	["None", /leave it out/],
	["null", /leave it out/],
	["undefined", /leave it out/],
	["NaN", /no value to compute with/],
	["-nan", /no value to compute with/],
	["inf", /write Infinity/],
	["infinity", /write Infinity/],
	["“a”", /straight/],
	["‘a’", /straight/],
	["`a`", /straight/],
	['a"b"', /quotes stand around all/],
	['"a"b"', /quotes of the same kind/],
	["0.1\u200b", /x=0\.1\\u\{200b\} .* a character that nobody sees/],
	["\ufeffabc", /nobody sees/],
	["a\u00a0b", /nobody sees/],
	["a\u202eb", /nobody sees/],
	["Math.PI", /not looked up here/],
	["$LR", /not looked up here/],
];

for (const [text, message] of garbage)
	test(`a parameter written as ${JSON.stringify(text)} is refused with what was meant`, () => {
		assert.throws(() => readUntyped("x", text, RUN), {
			name: "UsageError",
			message,
		});
		assert.throws(() => readUntyped("x", text, RUN), {
			message: /^x=.* is no value of a parameter: /,
		});
	});

test("values of a new parameter are of one type", () => {
	const check = (text: string) =>
		requireOneType("x", text, readUntyped("x", text, MULTIRUN));
	for (const text of ["0.1,O.01", "1,true", '1,"2"'])
		assert.throws(() => check(text), {
			name: "UsageError",
			message: /^x=.* lists values of several types: number, /,
		});
	assert.throws(() => check("[1,a]"), {
		name: "UsageError",
		message:
			/^x=\[1,a\] is a list with values of several types: number, string;/,
	});
	assert.throws(() => check("[1],[a]"), /list of number, list of string/);
	assert.throws(() => check("[1],2"), /list of number, number/);
	check('"1","a"');
	assert.throws(() => check("[],1"), /types: list, number/);
	check("[],[1]");
});

test("a secret that is refused is not repeated", () => {
	for (const lists of [true, false])
		for (const secret of ["hunter(22)", "=hunter22", "hunter22]", "[hunter22]"])
			assert.throws(
				() => readOverrideText("password", secret, { as: "value", lists }),
				({ message }: Error) =>
					message.startsWith("password=… ") && !message.includes("hunter"),
			);
});

test("a list of values has one after every comma", () => {
	for (const text of ["0.1,0.01", "a,b", "true,false", "\"a,b\",'[c]'", "1"])
		assert.doesNotThrow(() => readUntyped("x", text, MULTIRUN), text);
	for (const [text, message] of [
		["0.1,,0.2", /nothing before or after a comma/],
		["0.1,", /nothing before or after a comma/],
		[",0.1", /nothing before or after a comma/],
		["1,None", /leave it out.*\n {2}x=1,None\n {6}\^/],
	] as const)
		assert.throws(() => readUntyped("x", text, MULTIRUN), {
			name: "UsageError",
			message,
		});
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ParamValue } from "./events.ts";
import {
	applyOverrides,
	coerce,
	parseAssignments,
	parseValue,
	splitAssignment,
} from "./params.ts";

const values: [string, ParamValue][] = [
	["0.1", 0.1],
	["1e-3", 1e-3],
	["-.5", -0.5],
	["+2", 2],
	["0x10", 16],
	["Infinity", Number.POSITIVE_INFINITY],
	["true", true],
	["false", false],
	["True", "True"],
	["spiral", "spiral"],
	["2d", "2d"],
	["2024-01-01", "2024-01-01"],
	["-", "-"],
	["", ""],
	['"0.1"', "0.1"],
	["'true'", "true"],
	['"it\'s"', "it's"],
];

for (const [text, value] of values)
	test(`a parameter written as ${text || "nothing"} is the ${typeof value} ${value}`, () => {
		assert.equal(parseValue(text), value);
	});

test("an assignment is split at its first equals sign", () => {
	assert.deepEqual(splitAssignment("lr=0.1"), { key: "lr", value: "0.1" });
	assert.deepEqual(splitAssignment("text=a=b"), { key: "text", value: "a=b" });
	assert.deepEqual(splitAssignment("$lr_2="), { key: "$lr_2", value: "" });
	for (const text of ["lr", "=1", "2lr=1", "a-b=1", "a.b=1"])
		assert.equal(splitAssignment(text), undefined);
	assert.deepEqual(parseAssignments(["a=1", "b="]), { a: "1", b: "" });
	assert.throws(() => parseAssignments(["lr"]), {
		name: "UsageError",
		message:
			'"lr" is not a parameter; write it as key=value, for example lr=0.1',
	});
});

test("an override is read as the type its parameter was declared with", () => {
	assert.equal(coerce("set", "5", "spiral"), "5");
	assert.equal(coerce("set", "'5'", "spiral"), "5");
	assert.equal(coerce("lr", "5", 0.1), 5);
	assert.equal(coerce("shuffle", "false", true), false);
	for (const [key, text, declared, message] of [
		[
			"lr",
			"fast",
			0.1,
			'parameter lr is a number (declared lr=0.1), and "fast" is not one',
		],
		[
			"lr",
			'"5"',
			0.1,
			'parameter lr is a number (declared lr=0.1), and ""5"" is not one',
		],
		[
			"shuffle",
			"1",
			true,
			'parameter shuffle is a boolean (declared shuffle=true), and "1" is not one',
		],
	] as const)
		assert.throws(() => coerce(key, text, declared), {
			name: "UsageError",
			message,
		});
});

test("an override of an undeclared parameter names the nearest one", () => {
	const declared = { lr: 0.1, epochs: 20, set: "spiral" };
	assert.deepEqual(applyOverrides(declared, { lr: "0.3", set: "xor" }), {
		params: { lr: 0.3, epochs: 20, set: "xor" },
		overridden: ["lr", "set"],
	});
	for (const [key, message] of [
		["epoch", 'no parameter "epoch" is declared; did you mean "epochs"?'],
		["zz", 'no parameter "zz" is declared; there is: lr, epochs, set'],
		[
			"constructor",
			'no parameter "constructor" is declared; there is: lr, epochs, set',
		],
		[
			"toString",
			'no parameter "toString" is declared; there is: lr, epochs, set',
		],
	] as const)
		assert.throws(() => applyOverrides(declared, { [key]: "1" }), {
			name: "UsageError",
			message,
		});
	assert.throws(() => applyOverrides({}, { lr: "1" }), {
		message: 'no parameter "lr" is declared',
	});
});

import assert from "node:assert/strict";
import { test } from "node:test";
import {
	collectAssignments,
	readOverride,
	readTyped,
	splitAssignment,
} from "./params.ts";

test("an assignment is split at its first equals sign", () => {
	assert.deepEqual(splitAssignment("lr=0.1"), { key: "lr", value: "0.1" });
	assert.deepEqual(splitAssignment("text=a=b"), { key: "text", value: "a=b" });
	assert.deepEqual(splitAssignment("$lr_2="), { key: "$lr_2", value: "" });
	assert.deepEqual(splitAssignment("optim.lr=1"), {
		key: "optim.lr",
		value: "1",
	});
	for (const text of [
		"lr",
		"=1",
		"2lr=1",
		"a-b=1",
		"a.=1",
		".b=1",
		"a\u200b=1",
	])
		assert.equal(splitAssignment(text), undefined);
	for (const name of ["größe", "学習率", "ε"])
		for (const form of ["NFC", "NFD"])
			assert.deepEqual(splitAssignment(`${name.normalize(form)}=1`), {
				key: name,
				value: "1",
			});
	const [a, b] = [
		{ key: "a", value: "1" },
		{ key: "b", value: "" },
	];
	assert.deepEqual(collectAssignments([a, b]), { a: "1", b: "" });
	assert.throws(() => collectAssignments([a, b, a]), {
		name: "UsageError",
		message: "a is given twice",
	});
});

test("an override is read as the type its parameter was declared with", () => {
	assert.equal(readTyped("set", "5", "spiral"), "5");
	assert.equal(readTyped("set", "'5'", "spiral"), "5");
	assert.equal(readTyped("lr", "5", 0.1), 5);
	assert.equal(readTyped("shuffle", "false", true), false);
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
		assert.throws(() => readTyped(key, text, declared), {
			name: "UsageError",
			message,
		});
});

test("an override of an undeclared parameter names the nearest one", () => {
	const declared = { lr: 0.1, epochs: 20, set: "spiral" };
	assert.deepEqual(readOverride("lr", "0.3", declared, false), [0.3]);
	assert.deepEqual(readOverride("lr", "0.3,1", declared, true), [0.3, 1]);
	assert.deepEqual(readOverride("set", "xor", declared, false), ["xor"]);
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
		assert.throws(() => readOverride(key, "1", declared, false), {
			name: "UsageError",
			message,
		});
	assert.throws(() => readOverride("lr", "1", {}, false), {
		message: 'no parameter "lr" is declared',
	});
});

test("an override that is no value is refused, whatever its parameter is", () => {
	for (const [text, declared, list] of [
		["range(4,1)", 0.1, true],
		["range(1,4)", "spiral", false],
		["1,2", "spiral", false],
		["1e400", 0.1, false],
		["0.1,,0.2", 0.1, true],
		["a,", "spiral", true],
		["=1", "spiral", false],
	] as const)
		assert.throws(
			() => readOverride("x", text, { x: declared }, list),
			/^UsageError: x=.* no values? of a parameter: /,
			text,
		);
	// What is declared as a text is not read as a number.
	for (const text of ["01", "2024-01-01", "None", "9007199254740993"])
		assert.deepEqual(readOverride("x", text, { x: "a" }, false), [text]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { checkParameterName } from "./parameter-name.ts";

const isRefused = (name: string): boolean => {
	try {
		checkParameterName(name);
		return false;
	} catch (error) {
		assert.match(
			String(error),
			/^UsageError: ".+" cannot name a parameter: .*; choose another name$/,
		);
		return true;
	}
};

test("a parameter cannot have the name of any global of this Node", () => {
	const globals = new Set([
		...Object.getOwnPropertyNames(globalThis),
		...(runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]),
	]);
	assert.ok(globals.has("Math") && globals.has("Buffer"));
	assert.deepEqual(
		[...globals].filter((name) => !isRefused(name)),
		[],
	);
});

test("a parameter cannot be a word of the language, of every object or of the library", () => {
	for (const name of [
		"undefined",
		"arguments",
		"eval",
		"await",
		"class",
		"yield",
		"let",
		"static",
		"this",
		"__proto__",
		"constructor",
		"toString",
		"dd",
		"display",
		"require",
		"__deepdiva__",
		"Temporal",
	])
		assert.ok(isRefused(name), name);
});

test("a parameter may have any other name, also one that asks for a word elsewhere", () => {
	for (const name of [
		"lr",
		"größe",
		"set",
		"get",
		"of",
		"async",
		"type",
		"name",
		"password",
		"window",
		"math",
		"$",
	])
		assert.equal(isRefused(name), false, name);
});

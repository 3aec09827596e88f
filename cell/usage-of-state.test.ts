import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { analyseScope } from "./scope.ts";
import { parseSource } from "./syntax.ts";
import { scopeCases } from "./test-scope-cases.ts";
import { usageOf } from "./usage-of-state.ts";

const usage = (code: string, params?: readonly string[]) =>
	usageOf(analyseScope(parseSource(code).program), params);
const sorted = (names: Iterable<string>) => [...names].sort();

suite("hidden state sees what is read and written by", () => {
	for (const one of scopeCases)
		test(one.name, () => {
			const { reads, functionReads, writes, imports } = usage(one.code);
			for (const name of [...one.reads, ...one.early])
				assert.ok(reads.has(name), `reads ${name}`);
			for (const name of reads)
				assert.ok(
					[...one.reads, ...one.early, ...one.later].includes(name),
					`does not read ${name}`,
				);
			assert.deepEqual(sorted(functionReads), sorted(one.later));
			for (const name of [...one.values, ...one.writes])
				assert.ok(writes.has(name) || imports.has(name), `writes ${name}`);
		});
});

suite("a cell reads what its functions read", () => {
	for (const [name, code, reads] of [
		["that it hands on", "const x = [1].map((one) => one * a);", "a"],
		[
			"that it calls at once",
			"(() => a)(); (async function () { b; })();",
			"a b",
		],
		["that make objects", "new Promise((done) => done(a));", "Promise a"],
		["that it declares and calls", "function g() { return a; } g();", "a"],
		["that those call", "const g = () => h(), h = () => a; g();", "a"],
		[
			"of a class that it makes objects of",
			"class C { p = a; m() { return b; } } new C();",
			"a b",
		],
		["of an object", "const x = { m() { return a; } }; x.m();", "a"],
	] as const)
		test(name, () => {
			assert.equal(sorted(usage(code).reads).join(" "), reads);
		});
});

test("a cell does not read what only functions read that it keeps for later", () => {
	const { reads, functionReads } = usage(
		"const g = () => a; function h() { return [1].map(() => b); } class C { p = c; }",
	);
	assert.deepEqual([...reads], []);
	assert.deepEqual(sorted(functionReads), ["a", "b", "c"]);
});

test("a cell does not share its parameters, nor what it is using", () => {
	const { reads, writes } = usage("using x = o; const y = lr * a; x; lr;", [
		"lr",
	]);
	assert.deepEqual(sorted(reads), ["a", "o"]);
	assert.deepEqual([...writes], ["y"]);
});

test("what modules export is imported, what an alias stands for is made by cells", () => {
	const { imports, writes } = usage(
		"import a, { b as c, type d } from 'm'; import e = require('m'); import f = N.f; import type { g } from 'm';",
	);
	assert.deepEqual(sorted(imports), ["a", "c", "e"]);
	assert.deepEqual([...writes], ["f"]);
});

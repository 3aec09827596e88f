import assert from "node:assert/strict";
import { test } from "node:test";
import { mutantsOf, planted } from "./plant.ts";

/** The mistakes of a piece of code, each as the code with it. */
const mistakes = (source: string) =>
	mutantsOf("x.ts", source).map((mutant) => planted(source, mutant));

/** Of one kind alone. */
const ofKind = (operator: string, source: string) =>
	mutantsOf("x.ts", source)
		.filter((mutant) => mutant.operator === operator)
		.map((mutant) => planted(source, mutant));

test("a comparison is moved by its boundary and turned round", () => {
	assert.deepEqual(ofKind("EqualityOperator", "f(a < b);"), [
		"f(a <= b);",
		"f(a >= b);",
	]);
	assert.deepEqual(ofKind("EqualityOperator", "f(a === b);"), ["f(a !== b);"]);
});

test("operators become their neighbours, each of a chain by itself", () => {
	assert.deepEqual(ofKind("ArithmeticOperator", "f(a + b - c);"), [
		"f(a - b - c);",
		"f(a + b + c);",
	]);
	assert.deepEqual(ofKind("LogicalOperator", "f(a && b, c ?? d);"), [
		"f(a || b, c ?? d);",
		"f(a && b, c && d);",
	]);
	assert.deepEqual(ofKind("AssignmentOperator", "a += b;"), ["a -= b;"]);
	assert.deepEqual(ofKind("UpdateOperator", "a++;"), ["a--;"]);
	assert.deepEqual(ofKind("UnaryOperator", "f(!a, -b);"), [
		"f(a, -b);",
		"f(!a, b);",
	]);
});

test("conditions are negated, guards taken away, branches swapped", () => {
	assert.deepEqual(ofKind("ConditionalExpression", "if (a) return;"), [
		"if (!(a)) return;",
		"if (false) return;",
	]);
	assert.deepEqual(ofKind("ConditionalExpression", "if (a) b(); else c();"), [
		"if (!(a)) b(); else c();",
	]);
	assert.deepEqual(ofKind("ConditionalExpression", "f(a ? b : c);"), [
		"f(a ? c : b);",
	]);
	assert.deepEqual(ofKind("ConditionalExpression", "while (a) b();"), [
		"while (!(a)) b();",
	]);
});

test("statements for their effect and bodies of functions are taken away", () => {
	assert.deepEqual(ofKind("Statement", "if (a) throw b; await c();"), [
		"if (a) {} await c();",
		"if (a) throw b; {}",
	]);
	assert.deepEqual(ofKind("BlockStatement", "function f() { a(); b(); }"), [
		"function f() {}",
	]);
	assert.deepEqual(ofKind("AwaitExpression", "const a = await b;"), [
		"const a = b;",
	]);
});

test("a loop is left where it went on, and goes on where it was left", () => {
	assert.deepEqual(ofKind("Jump", "for (;;) { if (a) break; continue; }"), [
		"for (;;) { if (a) continue; continue; }",
		"for (;;) { if (a) break; break; }",
	]);
	assert.deepEqual(ofKind("Jump", "switch (a) { case b: break; }"), []);
});

test("constants change, lists lose an entry, methods become others", () => {
	assert.deepEqual(mistakes("const x = f('a', '', 1, true, `b`);"), [
		"const x = f(\"\", '', 1, true, `b`);",
		"const x = f('a', \"mutant\", 1, true, `b`);",
		"const x = f('a', '', (1 + 1), true, `b`);",
		"const x = f('a', '', 1, false, `b`);",
		"const x = f('a', '', 1, true, \"\");",
	]);
	assert.deepEqual(mistakes("const x = f([a, b, c], { d, ...e });"), [
		"const x = f([b, c], { d, ...e });",
		"const x = f([a, c], { d, ...e });",
		"const x = f([a, b], { d, ...e });",
		"const x = f([a, b, c], { ...e });",
		"const x = f([a, b, c], { d });",
	]);
	assert.deepEqual(
		mistakes("const x = f(a.some(b), c.filter(d), Math.min(e));"),
		[
			"const x = f(a.every(b), c.filter(d), Math.min(e));",
			"const x = f(a.some(b), c, Math.min(e));",
			"const x = f(a.some(b), c.filter(d), Math.max(e));",
		],
	);
});

test("a method that is left away is missed where it is called", () => {
	const source = "const x = { a, b() { return c; }, d };";
	const method = mutantsOf("x.ts", source).find(({ start }) =>
		source.startsWith("b()", start),
	);
	assert.equal(method?.place, source.indexOf("}"));
});

test("one entry stands for a table", () => {
	const numbers = Array.from({ length: 100 }, (_, i) => i);
	const [mistake, ...others] = mistakes(`const x = f([${numbers}]);`);
	assert.equal(mistake, `const x = f([${numbers.filter((i) => i !== 50)}]);`);
	assert.deepEqual(others, []);
});

test("wording, types, imports, keys, times and logging are spared", () => {
	// The statement itself may go.
	for (const source of [
		'const x = "a text for people";',
		"const x = `some runs`;",
		'throw new UsageError(a + "b");',
		'import { a } from "a";',
		'export { a } from "a";',
		'const a: "b" = c as "d";',
		'type A = "b" | 1;',
		'interface A { b: "c" }',
		"const PATIENCE_SECONDS = 3;",
		"console.log(1, a + b);",
		'assert(a, "b");',
		'new URL("a.ts", import.meta.url);',
		'"use strict";',
		"class A extends B { constructor() { super(); } }",
	])
		assert.deepEqual(
			mistakes(source).filter((mistake) => mistake !== "{}"),
			[],
			source,
		);
	assert.deepEqual(mistakes('const x = { "a": b, timeout: 1 };'), [
		"const x = { timeout: 1 };",
		'const x = { "a": b };',
	]);
});

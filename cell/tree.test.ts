import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseCode } from "./parse.ts";
import { boundNames, childrenOf, descendants, isNode } from "./tree.ts";

const parse = (code: string) => {
	const { program, errors } = parseCode("cell.tsx", code, { lang: "tsx" });
	assert.deepEqual(errors, []);
	return program;
};

/** By the keys of the objects, whatever the parser says that they are. */
function everyNode(value: unknown, found: object[] = []): object[] {
	if (Array.isArray(value)) for (const item of value) everyNode(item, found);
	else if (typeof value === "object" && value !== null) {
		if (isNode(value)) found.push(value);
		for (const item of Object.values(value)) everyNode(item, found);
	}
	return found;
}

test("a walk over a tree reaches each node of it once", () => {
	const code = [
		readFileSync(fileURLToPath(import.meta.url), "utf8"),
		"declare namespace A.B { type C<T> = T extends infer U ? U : never }",
		"@d class E<T> extends (F as any)<T> implements G { #h?: number; accessor i = 1 + 2 ** 3 }",
		"export const j = <K.L m={n} {...o}>{...p}<></></K.L>;",
		"import q = require('r'); enum S { t = 1 } export = u;",
	].join("\n");
	const program = parse(code);
	const reached = [...descendants([program])];
	const all = everyNode(program);
	// A chain of operators is passed over, what it connects is not.
	const isLink = (node: object) =>
		isNode(node) &&
		(node.type === "BinaryExpression" || node.type === "LogicalExpression");
	assert.deepEqual(
		new Set(all.filter((node) => !isLink(node))),
		new Set(reached.filter((node) => !isLink(node))),
	);
	assert.equal(new Set(reached).size, reached.length);
});

test("the operands of a chain stand side by side, those of ** do not", () => {
	const [statement] = parse("a + b - c ** d && e").body;
	assert.equal(statement?.type, "ExpressionStatement");
	if (statement?.type !== "ExpressionStatement") return;
	assert.deepEqual(
		childrenOf(statement.expression).map(({ type }) => type),
		["Identifier", "Identifier", "BinaryExpression", "Identifier"],
	);
});

suite("a pattern has the names", () => {
	for (const [code, names] of [
		["a = 1", "a"],
		["({ a, b: c, d = 1, e: { f = g }, ...h } = i)", "a c d f h"],
		["[a, , [b = c], ...d] = e", "a b d"],
		["[a.b, (c), (d as number), e!] = f", "c d e"],
	] as const)
		test(code, () => {
			const [statement] = parse(`${code};`).body;
			assert.equal(statement?.type, "ExpressionStatement");
			if (statement?.type !== "ExpressionStatement") return;
			let { expression } = statement;
			if (expression.type === "ParenthesizedExpression")
				expression = expression.expression;
			assert.equal(expression.type, "AssignmentExpression");
			if (expression.type !== "AssignmentExpression") return;
			assert.equal(boundNames(expression.left).join(" "), names);
		});
});

import MagicString from "magic-string";
import { POWER } from "../../experiment/strict-math/power.ts";
import { parseCode } from "../parse.ts";
import {
	type AssignmentExpression,
	bare,
	childrenOf,
	type MemberExpression,
	type Node,
} from "../tree.ts";
import { isCompiledApart } from "./syntax.ts";

/**
 * Makes every `a ** b` a call, so that it can give the same bits in every
 * engine: unlike `Math.pow`, an operator cannot be replaced while code runs.
 */
export function callPowers(text: MagicString, program: Node): void {
	const { original } = text;
	const visit = (node: Node): void => {
		if (isCompiledApart(node)) return;
		for (const child of childrenOf(node)) visit(child);
		if (node.type === "BinaryExpression" && node.operator === "**") {
			const { left, right } = node;
			if (isExact(left, right)) return;
			const operator = findOperator(original, left.end);
			// The space: `return(a) ** b` has none.
			text.prependRight(node.start, ` ${POWER}(`);
			text.overwrite(operator, operator + "**".length, ",");
			text.appendLeft(node.end, ")");
		}
		if (node.type === "AssignmentExpression" && node.operator === "**=")
			assign(text, node);
	};
	visit(program);
}

/** Does the source have a power at all? Most have not. */
export const mayHavePowers = (source: string) => /[^/]\*\*/.test(source);

/** The same for code that is compiled apart. */
export function withPowersCalled(source: string): string {
	if (!mayHavePowers(source)) return source;
	const text = new MagicString(source);
	const { program } = parseCode("namespace.ts", source, {
		lang: "ts",
		sourceType: "module",
	});
	const [namespace] = program.body;
	// It is compiled apart, its body is not.
	if (namespace?.type === "TSModuleDeclaration" && namespace.body)
		callPowers(text, namespace.body);
	return text.toString();
}

/** Small whole numbers have a power that every engine finds, and bigints one without rounding. */
function isExact(left: Node, right: Node): boolean {
	if (isBigint(left) || isBigint(right)) return true;
	if (left.type !== "Literal" || right.type !== "Literal") return false;
	const [base, exponent] = [left.value, right.value];
	return (
		typeof base === "number" &&
		typeof exponent === "number" &&
		Number.isInteger(base) &&
		Number.isInteger(exponent) &&
		base ** exponent <= Number.MAX_SAFE_INTEGER
	);
}

const isBigint = (node: Node) => node.type === "Literal" && "bigint" in node;

/** Where `**` stands, after the left operand; a comment before it may have stars too. */
function findOperator(source: string, from: number): number {
	const between = /(?:\/\*[\s\S]*?\*\/|\/\/.*|[^*/])*/y;
	between.lastIndex = from;
	between.test(source);
	return between.lastIndex;
}

function assign(text: MagicString, node: AssignmentExpression): void {
	const { original } = text;
	const target = bare(node.left);
	const operator = findOperator(original, node.left.end);
	const end = operator + "**=".length;
	if (target.type === "MemberExpression" && !isOwn(target)) {
		assignMember(text, node, target, end);
		return;
	}
	if (target.type === "MemberExpression") {
		// Of a private member only what can be written twice; else the operator stays.
		const { type } = target.object;
		if (type !== "Super" && type !== "ThisExpression" && type !== "Identifier")
			return;
	} else if (target.type !== "Identifier") return;
	const name =
		target.type === "Identifier"
			? target.name
			: original.slice(target.start, target.end);
	text.overwrite(operator, end, `= ${POWER}(${name},`);
	text.appendLeft(node.end, ")");
}

/** Is it one of `super`, or a private one? No function can be given it. */
const isOwn = ({ object, property }: MemberExpression) =>
	object.type === "Super" || property.type === "PrivateIdentifier";

/** `a[b] **= c` → `at(a, b).by(c)`, so that `a` and `b` are evaluated once. */
function assignMember(
	text: MagicString,
	node: AssignmentExpression,
	target: MemberExpression,
	end: number,
): void {
	const { object, property } = target;
	if (node.start < object.start)
		text.overwrite(node.start, object.start, ` ${POWER}.at(`);
	else text.prependRight(node.start, ` ${POWER}.at(`);
	if (target.computed) {
		text.overwrite(object.end, property.start, ", ");
		text.overwrite(property.end, end, ").by(");
	} else
		text.overwrite(
			object.end,
			end,
			`, ${JSON.stringify(target.property.name)}).by(`,
		);
	text.appendLeft(node.end, ")");
}

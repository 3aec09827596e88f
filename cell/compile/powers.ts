import MagicString from "magic-string";
import { POWER } from "../../experiment/strict-math/power.ts";
import { parseCode } from "../parse.ts";
import { children, isCompiledApart, type Node } from "./syntax.ts";

/**
 * Makes every `a ** b` a call, so that it can give the same bits in every
 * engine: unlike `Math.pow`, an operator cannot be replaced while code runs.
 */
export function callPowers(text: MagicString, program: Node): void {
	const { original } = text;
	const visit = (node: Node): void => {
		if (isCompiledApart(node)) return;
		for (const child of children(node)) visit(child);
		const { left, right } = node as unknown as { left: Node; right: Node };
		if (node.type === "BinaryExpression" && node.operator === "**") {
			if (isExact(left, right)) return;
			const operator = findOperator(original, left.end);
			// The space: `return(a) ** b` has none.
			text.prependRight(node.start, ` ${POWER}(`);
			text.overwrite(operator, operator + "**".length, ",");
			text.appendLeft(node.end, ")");
		}
		if (node.type === "AssignmentExpression" && node.operator === "**=")
			assign(text, node, left);
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
	const [namespace] = program.body as unknown as Node[];
	// It is compiled apart, its body is not.
	if (namespace) callPowers(text, namespace.body as Node);
	return text.toString();
}

/** Small whole numbers have a power that every engine finds, and bigints one without rounding. */
function isExact(left: Node, right: Node): boolean {
	const isBigint = ({ type, bigint }: Node) =>
		type === "Literal" && typeof bigint === "string";
	if (isBigint(left) || isBigint(right)) return true;
	const [base, exponent] = [left.value, right.value];
	return (
		left.type === "Literal" &&
		right.type === "Literal" &&
		Number.isInteger(base) &&
		Number.isInteger(exponent) &&
		(base as number) ** (exponent as number) <= Number.MAX_SAFE_INTEGER
	);
}

/** Where `**` stands, after the left operand; a comment before it may have stars too. */
function findOperator(source: string, from: number): number {
	const between = /(?:\/\*[\s\S]*?\*\/|\/\/.*|[^*/])*/y;
	between.lastIndex = from;
	between.test(source);
	return between.lastIndex;
}

/** What stands in parentheses or under a type. */
function core(target: Node): Node {
	return /^(Parenthesized|TSAs|TSSatisfies|TSNonNull)Expression$|^TSTypeAssertion$/.test(
		target.type,
	)
		? core(target.expression as Node)
		: target;
}

function assign(text: MagicString, node: Node, left: Node): void {
	const { original } = text;
	const target = core(left);
	const operator = findOperator(original, left.end);
	const end = operator + "**=".length;
	const close = () => text.appendLeft(node.end, ")");
	if (target.type === "MemberExpression") {
		const object = target.object as Node;
		const property = target.property as Node;
		const isOwn =
			object.type === "Super" || property.type === "PrivateIdentifier";
		if (!isOwn) {
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
					`, ${JSON.stringify(property.name)}).by(`,
				);
			close();
			return;
		}
		// Of a private member only what can be written twice; else the operator stays.
		if (!/^(Super|ThisExpression|Identifier)$/.test(object.type)) return;
	} else if (target.type !== "Identifier") return;
	const name =
		target.type === "Identifier"
			? String(target.name)
			: original.slice(target.start, target.end);
	text.overwrite(operator, end, `= ${POWER}(${name},`);
	close();
}

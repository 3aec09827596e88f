import { parseSync, Visitor, type VisitorObject } from "oxc-parser";
import type {
	DoWhileStatement,
	Expression,
	Node,
	Span,
	Statement,
	WhileStatement,
} from "../../cell/tree.ts";

/** A mistake that can be planted: the text that takes the place of a part of a file. */
export interface Mutant extends Span {
	/** What kind of mistake, by Stryker's name where it has one. */
	readonly operator: string;
	readonly text: string;
	/** Where code is executed if the mistake can show: in a method that is left away, not beside it. */
	readonly place: number;
}

/** Each operator with the mistakes that are made for it; the boundary comes first. */
const BINARY: Readonly<Record<string, readonly string[]>> = {
	"<": ["<=", ">="],
	"<=": ["<", ">"],
	">": [">=", "<="],
	">=": [">", "<"],
	"===": ["!=="],
	"!==": ["==="],
	"+": ["-"],
	"-": ["+"],
	"*": ["/"],
	"/": ["*"],
	"%": ["*"],
	"&": ["|"],
	"|": ["&"],
	"^": ["&"],
	"<<": [">>"],
	">>": ["<<"],
	">>>": [">>"],
};

/** `??` does not become `||`: where the left side is an object, that is no mistake. */
const LOGICAL: Readonly<Record<string, string>> = {
	"&&": "||",
	"||": "&&",
	"??": "&&",
};

const ASSIGNMENT: Readonly<Record<string, string>> = {
	"+=": "-=",
	"-=": "+=",
	"*=": "/=",
	"/=": "*=",
	"||=": "&&=",
	"&&=": "||=",
	"??=": "&&=",
};

/** A method, and what may be written in its place; "" leaves the call away. */
const METHODS: Readonly<Record<string, string>> = {
	some: "every",
	every: "some",
	startsWith: "endsWith",
	endsWith: "startsWith",
	toUpperCase: "toLowerCase",
	toLowerCase: "toUpperCase",
	min: "max",
	max: "min",
	floor: "ceil",
	ceil: "floor",
	indexOf: "lastIndexOf",
	lastIndexOf: "indexOf",
	trim: "",
	trimEnd: "",
	slice: "",
	filter: "",
	sort: "",
	toSorted: "",
	reverse: "",
	toReversed: "",
};

/** A list longer than this is a table: one entry stands for all that are data. */
const LONGEST_LIST = 20;

/** What a constant or an option says about time changes no result. */
const TIME = /(?:MILLISECONDS|SECONDS|PATIENCE|MS)$|^timeout/i;

const nameOf = (node: Node): string =>
	node.type === "Identifier"
		? node.name
		: node.type === "MemberExpression"
			? `${nameOf(node.object)}.${nameOf(node.property)}`
			: "";

/** Does a guard end what it stands in? */
function leaves(statement: Statement): boolean {
	const last =
		statement.type === "BlockStatement" ? statement.body.at(-1) : statement;
	return (
		last !== undefined &&
		/^(?:Return|Throw|Break|Continue)Statement$/.test(last.type)
	);
}

/** Texts with a space are for people: their wording is no test's business. */
const isWording = (node: Node): boolean =>
	node.type === "Literal"
		? typeof node.value === "string" && node.value.includes(" ")
		: node.type === "TemplateLiteral" &&
			node.quasis.some(({ value }) => value.raw.includes(" "));

/** All mistakes that could be planted in a file, in the order of their places. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
	const found: Mutant[] = [];
	/** Where no mistake is planted. */
	const spared: Span[] = [];
	/** Loops and switches around a place, innermost last. */
	const around: ("loop" | "switch")[] = [];

	const textOf = ({ start, end }: Span) => source.slice(start, end);
	const plant = (
		operator: string,
		{ start, end }: Span,
		text: string,
		place = start,
	) => found.push({ operator, start, end, text, place });
	const spare = (node: Span | null | undefined) => {
		if (node) spared.push(node);
	};
	/** The operator between two operands. */
	const between = (left: Span, right: Span, operator: string): Span => {
		const start = source.indexOf(operator, left.end);
		if (start < 0 || start >= right.start)
			throw new Error(`${file}: no ${operator} at ${left.end}`);
		return { start, end: start + operator.length };
	};
	const negate = (test: Expression) =>
		plant("ConditionalExpression", test, `!(${textOf(test)})`);
	/** Without one entry of a list, and the comma beside it. */
	const withoutEntry = (
		operator: string,
		entries: readonly (Node | null)[],
	) => {
		const spans = entries.filter((entry) => entry !== null);
		const some =
			spans.length > LONGEST_LIST
				? [Math.floor(spans.length / 2)]
				: spans.keys();
		for (const at of some) {
			const entry = spans[at] as Node;
			if (isWording(entry)) continue;
			const after = spans[at + 1];
			const before = spans[at - 1];
			plant(
				operator,
				after
					? { start: entry.start, end: after.start }
					: { start: before?.end ?? entry.start, end: entry.end },
				"",
				entry.end - 1,
			);
		}
		if (spans.length > LONGEST_LIST)
			for (const entry of spans) if (!textOf(entry).includes("(")) spare(entry);
	};
	const remove = (statement: Span) => plant("Statement", statement, "{}");
	const enterLoop = () => around.push("loop");
	const enterWhile = (loop: WhileStatement | DoWhileStatement) => {
		enterLoop();
		negate(loop.test);
	};
	const leave = () => around.pop();
	const body = (block: Node | null | undefined) => {
		if (block?.type === "BlockStatement" && block.body.length > 1)
			plant("BlockStatement", block, "{}");
	};

	const visitor: VisitorObject = {
		BinaryExpression({ left, right, operator }) {
			for (const other of BINARY[operator] ?? [])
				plant(
					/^[<>!=]=?=?$/.test(operator)
						? "EqualityOperator"
						: "ArithmeticOperator",
					between(left, right, operator),
					other,
				);
		},
		LogicalExpression({ left, right, operator }) {
			plant(
				"LogicalOperator",
				between(left, right, operator),
				LOGICAL[operator] as string,
			);
		},
		AssignmentExpression({ left, right, operator }) {
			const other = ASSIGNMENT[operator];
			if (other !== undefined)
				plant("AssignmentOperator", between(left, right, operator), other);
		},
		UpdateExpression(node) {
			const argument = textOf(node.argument);
			const operator = node.operator === "++" ? "--" : "++";
			plant(
				"UpdateOperator",
				node,
				node.prefix ? operator + argument : argument + operator,
			);
		},
		UnaryExpression(node) {
			if (node.operator === "!" || node.operator === "-")
				plant("UnaryOperator", node, textOf(node.argument));
		},
		ConditionalExpression({ test, consequent, alternate }) {
			const start = test.end;
			plant(
				"ConditionalExpression",
				{ start, end: alternate.end },
				` ? ${textOf(alternate)} : ${textOf(consequent)}`,
			);
		},
		IfStatement({ test, consequent, alternate }) {
			negate(test);
			if (!alternate && leaves(consequent))
				plant("ConditionalExpression", test, "false");
		},
		WhileStatement: enterWhile,
		"WhileStatement:exit": leave,
		DoWhileStatement: enterWhile,
		"DoWhileStatement:exit": leave,
		ForStatement(loop) {
			enterLoop();
			if (loop.test) negate(loop.test);
			// A step the other way never ends.
			spare(loop.update);
		},
		"ForStatement:exit": leave,
		ForInStatement: enterLoop,
		"ForInStatement:exit": leave,
		ForOfStatement: enterLoop,
		"ForOfStatement:exit": leave,
		SwitchStatement: () => around.push("switch"),
		"SwitchStatement:exit": leave,
		BreakStatement(node) {
			if (!node.label && around.at(-1) === "loop")
				plant("Jump", node, "continue;");
		},
		ContinueStatement(node) {
			if (!node.label)
				plant("Jump", node, around.at(-1) === "loop" ? "break;" : ";");
		},
		ExpressionStatement(node) {
			if ("directive" in node && node.directive) return spare(node);
			const { expression } = node;
			const what =
				expression.type === "AwaitExpression"
					? expression.argument
					: expression;
			if (
				what.type !== "CallExpression" &&
				what.type !== "AssignmentExpression" &&
				what.type !== "UpdateExpression"
			)
				return;
			if (what.type === "CallExpression" && what.callee.type === "Super")
				return;
			remove(node);
		},
		ThrowStatement: remove,
		AwaitExpression(node) {
			plant("AwaitExpression", node, textOf(node.argument));
		},
		FunctionDeclaration: ({ body: block }) => body(block),
		FunctionExpression: ({ body: block }) => body(block),
		ArrowFunctionExpression: ({ body: block }) => body(block),
		CallExpression(node) {
			const { callee } = node;
			const name = nameOf(callee);
			if (/^(?:console\.|assert|process\.emitWarning$)/.test(name)) spare(node);
			if (callee.type !== "MemberExpression" || callee.computed) return;
			const other = METHODS[nameOf(callee.property)];
			if (other === "")
				plant(
					"MethodExpression",
					{ start: callee.object.end, end: node.end },
					"",
				);
			else if (other !== undefined)
				plant("MethodExpression", callee.property, other);
		},
		NewExpression(node) {
			// The message of an error, and the file of a URL.
			if (/Error$|^URL$/.test(nameOf(node.callee)))
				for (const argument of node.arguments) spare(argument);
		},
		ArrayExpression(node) {
			withoutEntry("ArrayDeclaration", node.elements);
		},
		ObjectExpression(node) {
			withoutEntry("ObjectLiteral", node.properties);
		},
		Property(node) {
			if (!node.computed) spare(node.key);
			if (TIME.test(nameOf(node.key))) spare(node.value);
		},
		PropertyDefinition(node) {
			if (!node.computed) spare(node.key);
			if (TIME.test(nameOf(node.key))) spare(node.value);
		},
		MethodDefinition(node) {
			if (!node.computed) spare(node.key);
		},
		VariableDeclarator(node) {
			if (TIME.test(nameOf(node.id))) spare(node.init);
		},
		Literal(node) {
			const { value } = node;
			if (typeof value === "boolean")
				plant("BooleanLiteral", node, String(!value));
			else if (typeof value === "number")
				plant("NumericLiteral", node, `(${node.raw} + 1)`);
			else if (typeof value === "string" && !isWording(node))
				plant("StringLiteral", node, value === "" ? '"mutant"' : '""');
		},
		TemplateLiteral(node) {
			// What stands in a sentence is part of its wording.
			if (isWording(node)) spare(node);
			else plant("StringLiteral", node, '""');
		},
		TaggedTemplateExpression: (node) => spare(node.quasi),
		ImportDeclaration: spare,
		ImportExpression: (node) => spare(node.source),
		ExportAllDeclaration: spare,
		ExportNamedDeclaration: (node) => spare(node.source),
		TSTypeAnnotation: spare,
		TSTypeAliasDeclaration: spare,
		TSInterfaceDeclaration: spare,
		TSTypeParameterDeclaration: spare,
		TSTypeParameterInstantiation: spare,
		TSModuleDeclaration: spare,
		TSAsExpression: (node) => spare(node.typeAnnotation),
		TSSatisfiesExpression: (node) => spare(node.typeAnnotation),
	};
	new Visitor(visitor).visit(parseSync(file, source).program);
	return found
		.filter(
			({ start, end }) =>
				!spared.some((span) => span.start <= start && end <= span.end),
		)
		.sort((one, other) => one.start - other.start);
}

/** The file with the mistake in it. */
export const planted = (source: string, { start, end, text }: Mutant): string =>
	source.slice(0, start) + text + source.slice(end);

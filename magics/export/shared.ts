import MagicString from "magic-string";
import { UsageError } from "../../base/errors.ts";
import {
	boundNames,
	declaredNames,
	innerVars,
	type Node,
} from "../../cell/syntax.ts";
import type { Piece } from "./translate.ts";

/**
 * Names that must be declared once for all cells: declared by several of them
 * outside of runs, or used by other cells after a run declared them.
 * @param imported names that the module imports
 * @throws UsageError for a name that would be imported and declared, or a
 *   namespace that several cells declare
 */
export function sharedNames(
	pieces: readonly Piece[],
	imported: ReadonlySet<string>,
): ReadonlySet<string> {
	const shared = new Set<string>();
	const candidates = new Set(pieces.flatMap(({ names }) => [...names]));
	for (const name of candidates) {
		const declaring = pieces.filter(({ names }) => names.has(name));
		const plain = declaring.filter(({ wrapper }) => !wrapper);
		const inRuns = pieces.filter(
			({ wrapper, names }) => wrapper && names.has(name),
		);
		const used = pieces.some(
			({ names, params, mentions }) =>
				mentions.has(name) && !names.has(name) && !params.includes(name),
		);
		const leavesRun = inRuns.length > 0 && (used || plain.length > 0);
		if (imported.has(name) && (plain.length > 0 || leavesRun))
			throw new UsageError(
				`"${name}" is imported by one cell and declared by another${cellsText([
					...pieces.filter(({ imports }) =>
						imports.some(({ names }) => names.includes(name)),
					),
					...plain,
					...inRuns,
				])}; give one of them another name to export these cells`,
			);
		if (plain.length > 1 || leavesRun) shared.add(name);
	}
	addCompanions(pieces, shared);
	return shared;
}

/** ` (cells 1 and 3)`. */
function cellsText(pieces: readonly Piece[]): string {
	const cells = new Set(pieces.flatMap(({ cell }) => cell ?? []));
	return cells.size === 0
		? ""
		: ` (${cells.size === 1 ? "cell" : "cells"} ${[...cells].join(" and ")})`;
}

/** A declaration becomes an assignment as a whole, so its other names are shared too. */
function addCompanions(pieces: readonly Piece[], shared: Set<string>): void {
	const together = pieces
		.flatMap(({ statements }) =>
			statements.flatMap((node) => [node, ...innerVars(node)]),
		)
		.map(declaredNames);
	for (let before = -1; before !== shared.size; ) {
		before = shared.size;
		for (const names of together)
			if (names.some((name) => shared.has(name)))
				for (const name of names) shared.add(name);
	}
}

/**
 * The piece's code with declarations of shared names as assignments to what is
 * declared at the top. `apart` is what must stand outside of a run's body.
 */
export function assignShared(
	{ code, statements, wrapper }: Piece,
	shared: ReadonlySet<string>,
): { code: string; apart: string[] } {
	const text = new MagicString(code);
	const apart: string[] = [];
	const isShared = (node: Node) =>
		declaredNames(node).some((name) => shared.has(name));
	// Functions can be called before their line: where they stood, nothing remains.
	const top = wrapper
		? code.split("\n").slice(0, wrapper.line).join("\n").length + 1
		: 0;
	for (const node of statements) {
		for (const inner of innerVars(node))
			if (isShared(inner)) assignVariables(text, inner, headOf(node, inner));
		if (node.type === "TSModuleDeclaration" && wrapper && !node.declare) {
			if (isShared(node)) refuseNamespace(node);
			// TypeScript allows namespaces at the top level only.
			apart.push(code.slice(node.start, node.end));
			text.remove(node.start, node.end);
		} else if (isShared(node)) assign(text, node, top);
	}
	const last = statements.at(-1);
	// The next cell may begin with a bracket.
	if (last && ENDS_WITH_SEMICOLON.has(last.type) && code[last.end - 1] !== ";")
		text.appendLeft(last.end, ";");
	return { code: text.toString(), apart };
}

const ENDS_WITH_SEMICOLON = new Set([
	"ExpressionStatement",
	"VariableDeclaration",
	"TSImportEqualsDeclaration",
	"ThrowStatement",
	"DoWhileStatement",
]);

function refuseNamespace(node: Node): never {
	throw new UsageError(
		`namespace ${(node.id as Node).name} is shared between cells or leaves a run, which a script cannot say; declare it in one cell of its own to export these cells`,
	);
}

/** Does the declaration stand in the head of a loop? */
function headOf(statement: Node, declaration: Node): boolean {
	if (statement.init === declaration || statement.left === declaration)
		return true;
	return Object.values(statement).some((value) =>
		(Array.isArray(value) ? value : [value]).some(
			(child) =>
				typeof child === "object" &&
				child !== null &&
				headOf(child as Node, declaration),
		),
	);
}

function assign(text: MagicString, node: Node, top: number): void {
	const { original: code } = text;
	const name = () => (node.id as Node).name as string;
	switch (node.type) {
		case "VariableDeclaration":
			assignVariables(text, node, false);
			break;
		case "FunctionDeclaration":
			text.prependRight(node.start, `${name()} = `);
			text.appendLeft(node.end, ";\n");
			if (node.start > top) text.move(node.start, node.end, top);
			break;
		case "TSModuleDeclaration":
			refuseNamespace(node);
			break;
		default: {
			// Neither an enum nor an abstract class has a form as an expression.
			const expression = node.type === "ClassDeclaration" && !node.abstract;
			const declaration = code.slice(node.start, node.end);
			text.overwrite(
				node.start,
				node.end,
				expression
					? `${name()} = ${declaration};`
					: `${name()} = (() => { ${declaration}; return ${name()}; })();`,
			);
		}
	}
}

/** `const a: T = 1, {b} = c` → `a = 1, ({b} = c)`, with a semicolon in front where a parenthesis comes first. */
function assignVariables(text: MagicString, node: Node, inHead: boolean): void {
	const declarators = node.declarations as Node[];
	const first = declarators[0] as Node;
	const isName = (one: Node) => (one.id as Node).type === "Identifier";
	text.overwrite(node.start, first.start, inHead || isName(first) ? "" : ";");
	for (const one of declarators) {
		const id = one.id as Node;
		const annotation = id.typeAnnotation as Node | null | undefined;
		if (annotation) {
			// Between name and type stands the mark of `let x!: T`.
			const start = isName(one)
				? id.start + (boundNames(id)[0] as string).length
				: annotation.start;
			text.remove(start, annotation.end);
		}
		if (!one.init) {
			if (!inHead) text.appendLeft(one.end, " = undefined");
		} else if (!isName(one)) {
			text.prependRight(one.start, "(");
			text.appendLeft(one.end, ")");
		}
	}
}

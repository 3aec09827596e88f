import {
	type ExportDefaultDeclaration,
	type ExportNamedDeclaration,
	isUsing,
	type Node,
	type VariableDeclaration,
} from "../tree.ts";
import {
	assignClass,
	assignEnum,
	assignFunction,
	assignNamespace,
} from "./declarations.ts";
import { isOfTypes, rewriteImport, rewriteImportEquals } from "./imports.ts";
import type { Rewriting } from "./rewriting.ts";
import { RUNTIME } from "./syntax.ts";
import { assignHead, assignNestedVars, assignVariables } from "./variables.ts";

/** Rewrites all statements of a cell: what declares becomes what assigns. */
export function rewriteStatements(rewriting: Rewriting): void {
	const { vars } = rewriting.scope;
	let next = 0;
	for (const statement of rewriting.program.body) {
		const own = rewriteStatement(rewriting, statement);
		for (; next < vars.length; next++) {
			const { node, isHead } = vars[next] ?? {};
			if (!node || node.start >= statement.end) break;
			if (node === own) continue;
			if (isHead) assignHead(rewriting, node);
			else assignNestedVars(rewriting, node);
		}
	}
	hoist(rewriting);
	keepResult(rewriting);
}

/** @returns the variables that the statement itself declares */
function rewriteStatement(
	rewriting: Rewriting,
	node: Node,
): VariableDeclaration | undefined {
	const { text } = rewriting;
	const remove = () => {
		text.remove(node.start, node.end);
	};
	switch (node.type) {
		case "VariableDeclaration":
			// What is `using` lives, and is disposed of, within its cell.
			if (node.declare || isUsing(node.kind)) return undefined;
			assignVariables(rewriting, node);
			return node;
		case "FunctionDeclaration":
			if (!node.declare && node.body) assignFunction(rewriting, node);
			return undefined;
		case "ClassDeclaration":
			if (!node.declare) assignClass(rewriting, node);
			return undefined;
		case "TSEnumDeclaration":
			if (!node.declare) assignEnum(rewriting, node);
			return undefined;
		case "TSModuleDeclaration":
			if (node.declare || node.global || node.id.type === "Literal") remove();
			else assignNamespace(rewriting, node);
			return undefined;
		case "ImportDeclaration":
			rewriteImport(rewriting, node);
			return undefined;
		case "TSImportEqualsDeclaration":
			rewriteImportEquals(rewriting, node);
			return undefined;
		case "ExportNamedDeclaration":
		case "ExportDefaultDeclaration":
			return rewriteExport(rewriting, node);
		case "ExportAllDeclaration":
		case "TSExportAssignment":
		case "TSNamespaceExportDeclaration":
			remove();
			return undefined;
		default:
			return undefined;
	}
}

/** A cell has nobody to export to: what is declared stays, the rest goes. */
function rewriteExport(
	rewriting: Rewriting,
	node: ExportNamedDeclaration | ExportDefaultDeclaration,
): VariableDeclaration | undefined {
	const { text } = rewriting;
	const { declaration } = node;
	if (!declaration) {
		text.remove(node.start, node.end);
		return undefined;
	}
	const isNamed =
		node.type === "ExportNamedDeclaration" ||
		("id" in declaration && declaration.id !== null);
	text.overwrite(node.start, declaration.start, isNamed ? "" : ";(");
	if (isNamed) return rewriteStatement(rewriting, declaration);
	text.appendLeft(declaration.end, ")");
	return undefined;
}

/** What a statement declares or does without its `export`. */
const withoutExport = (node: Node): Node =>
	((node.type === "ExportNamedDeclaration" ||
		node.type === "ExportDefaultDeclaration") &&
		node.declaration) ||
	node;

/** Does it run before all others, so that what it binds can be used above its line? */
function isHoisted(statement: Node): boolean {
	const node = withoutExport(statement);
	return (
		node.type === "ImportDeclaration" ||
		(node.type === "FunctionDeclaration" && !node.declare)
	);
}

/** Imports and functions go, in their order, before the first other statement. */
function hoist({ program: { body }, text }: Rewriting): void {
	const first = body.findIndex((node) => !isHoisted(node));
	const at = body[first]?.start;
	if (at === undefined) return;
	for (const node of body.slice(first))
		if (isHoisted(node)) text.move(node.start, node.end, at);
}

/** Does it leave a trace in JavaScript? */
function isCode(statement: Node): boolean {
	const node = withoutExport(statement);
	switch (node.type) {
		case "EmptyStatement":
		case "TSInterfaceDeclaration":
		case "TSTypeAliasDeclaration":
		case "TSDeclareFunction":
		case "ExportNamedDeclaration":
		case "ExportAllDeclaration":
		case "TSExportAssignment":
		case "TSNamespaceExportDeclaration":
			return false;
		case "ImportDeclaration":
			return !isOfTypes(node);
		case "TSImportEqualsDeclaration":
			return node.importKind !== "type";
		default:
			return !("declare" in node && node.declare);
	}
}

/** Keeps the value of the last statement, when that is an expression. */
function keepResult({ program: { body }, text }: Rewriting): void {
	const last = body.findLast(isCode);
	if (last?.type !== "ExpressionStatement") return;
	const { expression } = last;
	text.prependRight(expression.start, `;${RUNTIME}.result = (`);
	text.appendLeft(expression.end, ")");
}

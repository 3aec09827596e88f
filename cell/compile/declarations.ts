import { transformSync } from "oxc-transform";
import type {
	Class,
	Function as FunctionNode,
	Node,
	TSEnumDeclaration,
	TSModuleDeclaration,
} from "../tree.ts";
import { withPowersCalled } from "./powers.ts";
import type { Rewriting } from "./rewriting.ts";

/** `function f() {…}` → `;f = function () {…};`. */
export function assignFunction(
	{ text }: Rewriting,
	{ id, start, end }: FunctionNode,
): void {
	if (!id) return;
	text.remove(id.start, id.end);
	text.prependRight(start, `;${id.name} = `);
	text.appendLeft(end, ";");
}

/** `class A {…}` → `;A = class A {…};`. */
export function assignClass(rewriting: Rewriting, node: Class): void {
	const { text, extensions } = rewriting;
	if (!node.id) return;
	// The decorators of old are for declarations only.
	if (node.abstract || extensions.decorates) {
		assignScoped(rewriting, node, node.id.name);
		return;
	}
	text.prependRight(node.start, `;${node.id.name} = `);
	text.appendLeft(node.end, ";");
}

export const assignEnum = (
	rewriting: Rewriting,
	node: TSEnumDeclaration,
): void => assignScoped(rewriting, node, node.id.name);

/** TypeScript allows namespaces at the top level only, so this one is compiled on its own. */
export function assignNamespace(
	rewriting: Rewriting,
	node: TSModuleDeclaration,
): void {
	const { source, text } = rewriting;
	const { code } = transformSync(
		"namespace.ts",
		withPowersCalled(source.slice(node.start, node.end)),
		{ lang: "ts", sourceType: "module" },
	);
	text.overwrite(node.start, node.end, code.replace(/^export \{.*$/m, ""));
	const name = firstName(node.id);
	if (name !== undefined) assignScoped(rewriting, node, name);
}

/** `A.B.C` → `A`. */
function firstName(id: Node): string | undefined {
	if (id.type === "TSQualifiedName") return firstName(id.left);
	return id.type === "Identifier" ? id.name : undefined;
}

/** Declarations without an expression form get a scope of their own. */
function assignScoped(
	{ text, scope }: Rewriting,
	node: Node,
	name: string,
): void {
	// `enum E {…} enum E {…}` and `function f() {…} namespace f {…}` are one thing.
	const [open, close] =
		scope.values.get(name)?.node === node
			? ["", ""]
			: [`Object.assign(${name}, `, ")"];
	text.prependRight(node.start, `;${name} = ${open}(() => { `);
	text.appendLeft(
		node.end,
		`; return typeof ${name} === "undefined" ? undefined : ${name}; })()${close};`,
	);
}

import { transformSync } from "oxc-transform";
import { aroundMergedEnum } from "../merged-enum.ts";
import { rootName } from "../scope-types.ts";
import type {
	Class,
	Function as FunctionNode,
	Node,
	TSEnumDeclaration,
	TSModuleDeclaration,
} from "../tree.ts";
import { isLeftToEsbuild, lower } from "./decorators.ts";
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

export function assignEnum(
	rewriting: Rewriting,
	node: TSEnumDeclaration,
): void {
	const { text, scope } = rewriting;
	const { name } = node.id;
	if (!isMerged(rewriting, node, name)) {
		assignScoped(rewriting, node, name);
		return;
	}
	const [before, after] = aroundMergedEnum(scope, node);
	text.prependRight(node.start, `;${name} = ${before}`);
	text.appendLeft(node.end, `${after};`);
}

/** `enum E {…} enum E {…}` and `function f() {…} namespace f {…}` are one thing. */
const isMerged = ({ scope }: Rewriting, node: Node, name: string): boolean =>
	scope.values.get(name)?.node !== node;

/** TypeScript allows namespaces at the top level only, so this one is compiled on its own. */
export function assignNamespace(
	rewriting: Rewriting,
	node: TSModuleDeclaration,
): void {
	const { source, text } = rewriting;
	const script = namespaceScript(
		withPowersCalled(source.slice(node.start, node.end)),
	);
	const name = rootName(node.id)?.name;
	if (name !== undefined && isMerged(rewriting, node, name)) {
		// It adds to the class, function or enum itself, which its code may call by its name.
		const added = script.replace(/^\s*(?:let|var) [^;]+;/, "");
		text.overwrite(node.start, node.end, `;${added};`);
		return;
	}
	text.overwrite(node.start, node.end, script);
	if (name !== undefined) assignScoped(rewriting, node, name);
}

function namespaceScript(typed: string): string {
	const { code, errors } = transformSync("namespace.ts", typed, {
		lang: "ts",
		sourceType: "module",
	});
	const [failure] = errors.map(({ message }) => ({ message, offset: 0 }));
	return failure && isLeftToEsbuild({ code, failure })
		? lower("namespace.ts", typed, { keepNames: false }).code
		: code.replace(/^export \{.*$/m, "");
}

/** Declarations without an expression form get a scope of their own. */
function assignScoped({ text }: Rewriting, node: Node, name: string): void {
	text.prependRight(node.start, `;${name} = (() => { `);
	text.appendLeft(
		node.end,
		`; return typeof ${name} === "undefined" ? undefined : ${name}; })();`,
	);
}

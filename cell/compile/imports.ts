import type { CellScope } from "../scope.ts";
import type {
	ImportDeclaration,
	ImportDeclarationSpecifier,
	Program,
	TSImportEqualsDeclaration,
} from "../tree.ts";
import type { Rewriting } from "./rewriting.ts";
import { RUNTIME } from "./syntax.ts";

/** Is nothing of it there at run time? `import {} from "m"` is for what the module does. */
export function isOfTypes({
	importKind,
	specifiers,
}: ImportDeclaration): boolean {
	return (
		importKind === "type" ||
		(specifiers.length > 0 && valuesOf(specifiers).length === 0)
	);
}

const valuesOf = (specifiers: readonly ImportDeclarationSpecifier[]) =>
	specifiers.filter(
		(one) => one.type !== "ImportSpecifier" || one.importKind !== "type",
	);

/** Does the cell wait for modules that it imports? */
export const awaitsModules = ({ body }: Program): boolean =>
	body.some((node) => node.type === "ImportDeclaration" && !isOfTypes(node));

/** `import a, { b as c } from "m"` → `({ "default": a, "b": c } = await …module(import("m"), …))`. */
export function rewriteImport(
	{ source, scope, text }: Rewriting,
	node: ImportDeclaration,
): void {
	if (isOfTypes(node)) {
		text.remove(node.start, node.end);
		return;
	}
	const from = node.source.value;
	const options = node.attributes
		.map((one) => source.slice(one.start, one.end))
		.join(", ");
	const load = `import(${JSON.stringify(from)}${options ? `, { with: { ${options} } }` : ""})`;
	const values = valuesOf(node.specifiers);
	const members: string[] = [];
	let namespace: string | undefined;
	for (const specifier of values) {
		const local = specifier.local.name;
		if (specifier.type === "ImportNamespaceSpecifier") namespace = local;
		else members.push(`${JSON.stringify(importedName(specifier))}: ${local}`);
	}
	const { needed, unsure } = wanted(values, scope);
	const module = `await ${RUNTIME}.module(${[load, ...[from, needed, unsure].map((one) => JSON.stringify(one))].join(", ")})`;
	const parts = [
		...(namespace ? [`${namespace} = ${module}`] : []),
		...(members.length > 0 ? [`({ ${members.join(", ")} } = ${module})`] : []),
		...(values.length === 0 ? [module] : []),
	];
	text.overwrite(node.start, node.end, `;${parts.join("; ")};`);
}

/** The name of what a specifier takes from its module; `default` also where it takes all (`* as a`). */
export function importedName(specifier: ImportDeclarationSpecifier): string {
	if (specifier.type !== "ImportSpecifier") return "default";
	const { imported } = specifier;
	return imported.type === "Literal" ? imported.value : imported.name;
}

/**
 * Names that the module must export: those that the cell uses as values. One
 * that it only uses as a type may be missing; one that it does not use may be a
 * type, for a later cell.
 */
function wanted(
	specifiers: readonly ImportDeclarationSpecifier[],
	{ shared }: CellScope,
): { needed: string[]; unsure: string[] } {
	const values = new Set<string>();
	const types = new Set<string>();
	for (const { name, meaning } of shared)
		if (meaning === "value") values.add(name);
		else if (meaning !== "export") types.add(name);
	const named = specifiers.filter(
		({ type }) => type !== "ImportNamespaceSpecifier",
	);
	return {
		needed: named
			.filter(({ local }) => values.has(local.name))
			.map(importedName),
		unsure: named
			.filter(({ local }) => !values.has(local.name) && !types.has(local.name))
			.map(importedName),
	};
}

/** `import a = require("m")` → `a = require("m")`. */
export function rewriteImportEquals(
	{ source, text }: Rewriting,
	{ id, importKind, moduleReference, start, end }: TSImportEqualsDeclaration,
): void {
	if (importKind === "type") {
		text.remove(start, end);
		return;
	}
	const taken =
		moduleReference.type === "TSExternalModuleReference"
			? moduleReference.expression
			: moduleReference;
	const value = source.slice(taken.start, taken.end);
	text.overwrite(
		start,
		end,
		`;${id.name} = ${taken === moduleReference ? value : `require(${value})`};`,
	);
}

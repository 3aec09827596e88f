import { isAbsolute, posix } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { ImportDeclaration, Span } from "../../cell/tree.ts";

interface Specifier {
	readonly local: string;
	readonly form: "default" | "namespace" | "named";
	/** Of a named one: `a`, or `a as b`. */
	readonly text: string;
	readonly from: string;
	/** `with { type: "json" }`, if any. */
	readonly attributes: string;
	readonly cell: number | undefined;
	/** Only as a type, until one cell imports the name as a value. */
	typeOnly: boolean;
}

/** An import statement, and the code it stands in. */
export interface ImportText {
	readonly node: ImportDeclaration;
	readonly code: string;
	/** What it binds. */
	readonly names: readonly string[];
	/** From the module's folder to the cell's, or an absolute path: for relative imports. */
	readonly folder: string;
	/** Number of the cell that it stands in; the import of the library stands in none. */
	readonly cell?: number | undefined;
}

const FORMS = {
	ImportSpecifier: "named",
	ImportDefaultSpecifier: "default",
	ImportNamespaceSpecifier: "namespace",
} as const;

function specifiersOf({ node, code, folder, cell }: ImportText): Specifier[] {
	const slice = ({ start, end }: Span) => code.slice(start, end);
	const attributes = node.attributes.map(slice).join(", ");
	return node.specifiers.map((one) => {
		const isNamed = one.type === "ImportSpecifier";
		const local = one.local.name;
		const imported = isNamed ? slice(one.imported) : "";
		return {
			local,
			cell,
			form: FORMS[one.type],
			text: imported === local ? local : `${imported} as ${local}`,
			from: rebased(node.source.value, folder),
			attributes: attributes === "" ? "" : ` with { ${attributes} }`,
			typeOnly:
				node.importKind === "type" || (isNamed && one.importKind === "type"),
		};
	});
}

const meaning = ({ form, text, from }: Specifier) =>
	form === "named"
		? `${text.replace(/ as .*/, "")} from ${from}`
		: `${form === "default" ? "the default" : "all"} of ${from}`;

const origin = (specifier: Specifier) =>
	`${meaning(specifier)}${specifier.cell === undefined ? "" : ` in cell ${specifier.cell}`}`;

/**
 * The imports of all cells, each name once, in their order, as lines of a module.
 * @throws UsageError when two cells import different things under one name
 */
export function mergeImports(imports: readonly ImportText[]): {
	lines: string[];
	/** Of values: a type may have the name of what a cell declares. */
	names: Set<string>;
} {
	const known = new Map<string, Specifier>();
	const modules = new Set<string>();
	const statements: { from: string; specifiers: Specifier[] }[] = [];
	for (const one of imports) {
		const from = rebased(one.node.source.value, one.folder);
		const specifiers = specifiersOf(one);
		const fresh = specifiers.filter((specifier) => {
			const before = known.get(specifier.local);
			if (!before) {
				known.set(specifier.local, specifier);
				return true;
			}
			if (meaning(before) !== meaning(specifier))
				throw new UsageError(
					`two cells import different things as "${specifier.local}" (${origin(before)}; ${origin(specifier)}); give one of them another name to export them`,
				);
			if (!specifier.typeOnly) before.typeOnly = false;
			return false;
		});
		const repeats = specifiers.length === 0 && modules.has(from);
		modules.add(from);
		if (!repeats && (fresh.length > 0 || specifiers.length === 0))
			statements.push({ from, specifiers: fresh });
	}
	return {
		lines: statements.flatMap(({ from, specifiers }) =>
			importLines(from, specifiers),
		),
		names: new Set(
			[...known.values()].flatMap(({ local, typeOnly }) =>
				typeOnly ? [] : [local],
			),
		),
	};
}

function rebased(from: string, folder: string): string {
	if (folder === "" || !/^\.{1,2}\//.test(from)) return from;
	const path = posix.join(folder, from);
	return path.startsWith(".") || isAbsolute(path) ? path : `./${path}`;
}

function importLines(from: string, specifiers: readonly Specifier[]): string[] {
	if (specifiers.length === 0) return [`import ${JSON.stringify(from)};`];
	const end = `from ${JSON.stringify(from)}${specifiers[0]?.attributes ?? ""};`;
	const whole = specifiers
		.filter(({ form }) => form !== "named")
		.map(
			({ local, form, typeOnly }) =>
				`import ${typeOnly ? "type " : ""}${form === "namespace" ? "* as " : ""}${local} ${end}`,
		);
	const named = specifiers.filter(({ form }) => form === "named");
	if (named.length === 0) return whole;
	const types = named.every(({ typeOnly }) => typeOnly);
	const list = named.map(
		({ text, typeOnly }) => `${typeOnly && !types ? "type " : ""}${text}`,
	);
	return [
		...whole,
		`import ${types ? "type " : ""}{ ${list.join(", ")} } ${end}`,
	];
}

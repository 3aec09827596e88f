import { remembering } from "../../cell/memo.ts";
import { children, isNode, type Node, parseSource } from "../../cell/syntax.ts";

/** A name may stand for a value, a type and a namespace at once; each bit is one of them. */
export const VALUE = 1;
export const TYPE = 2;
export const NAMESPACE = 4;

export interface Declaration {
	/** VALUE | TYPE | NAMESPACE. */
	readonly meanings: number;
	/** Declared with `let` or `var`: a later cell may assign to it. */
	readonly assignable: boolean;
	/** The JSDoc comment in front, with its delimiters. */
	readonly doc: string | undefined;
}

export interface Span {
	readonly start: number;
	readonly end: number;
}

export interface Declarations {
	/** Names declared at the top level of the cell. */
	readonly names: ReadonlyMap<string, Declaration>;
	/** The import statements. */
	readonly imports: readonly Span[];
	/** The `type` keywords inside the import statements. */
	readonly typeKeywords: readonly Span[];
}

/** Names bound by a pattern such as `{ a, b: [c] }`. */
function* patternNames(pattern: unknown): Generator<string> {
	if (!isNode(pattern)) return;
	switch (pattern.type) {
		case "Identifier":
			yield pattern.name as string;
			break;
		case "Property":
			yield* patternNames(pattern.value);
			break;
		case "AssignmentPattern":
			yield* patternNames(pattern.left);
			break;
		case "RestElement":
			yield* patternNames(pattern.argument);
			break;
		case "ObjectPattern":
		case "ArrayPattern":
			for (const child of children({ ...pattern, typeAnnotation: undefined }))
				yield* patternNames(child);
	}
}

function* variableNames(declaration: Node): Generator<string> {
	for (const declarator of declaration.declarations as Node[])
		yield* patternNames(declarator.id);
}

const HOISTING_ENDS =
	/Function|^Class|^TSModuleDeclaration$|Expression$|^TSDeclareFunction$/;

/** `var` declarations in blocks and loops, which belong to the whole cell. */
function* hoistedVariables(node: Node): Generator<string> {
	if (node.type === "VariableDeclaration" && node.kind === "var")
		yield* variableNames(node);
	if (HOISTING_ENDS.test(node.type)) return;
	for (const child of children(node)) yield* hoistedVariables(child);
}

const NAMED: Readonly<Record<string, number>> = {
	FunctionDeclaration: VALUE,
	TSDeclareFunction: VALUE,
	ClassDeclaration: VALUE | TYPE,
	TSEnumDeclaration: VALUE | TYPE | NAMESPACE,
	TSInterfaceDeclaration: TYPE,
	TSTypeAliasDeclaration: TYPE,
	TSModuleDeclaration: VALUE | NAMESPACE,
	// An import may stand for anything; what exactly is known only to the checker.
	TSImportEqualsDeclaration: VALUE | TYPE | NAMESPACE,
	ImportSpecifier: VALUE | TYPE | NAMESPACE,
	ImportDefaultSpecifier: VALUE | TYPE | NAMESPACE,
	ImportNamespaceSpecifier: VALUE | TYPE | NAMESPACE,
};

/** The `type` keyword after `import`, or in front of a specifier. */
function typeKeyword(code: string, node: Node): Span | undefined {
	const kind = node.importKind;
	if (kind !== "type") return undefined;
	const match = /^(import\s+)?type\b/.exec(code.slice(node.start, node.end));
	if (!match) return undefined;
	const end = node.start + match[0].length;
	return { start: end - "type".length, end };
}

/** A syntax tree may be large: those of the cells that are worked on. */
const parse = remembering(parseSource, 8);

/** Is it TypeScript, as it stands? */
export const isTypeScript = (code: string): boolean =>
	parse(code).errors.length === 0;

/** What a cell that parses declares at its top level; undefined for one that does not parse. */
function parsedDeclarations(code: string): Declarations | undefined {
	const { program, comments, errors } = parse(code);
	if (errors.length > 0 && program.body.length === 0 && code.trim() !== "")
		return undefined;
	const names = new Map<string, Declaration>();
	const imports: Span[] = [];
	const typeKeywords: Span[] = [];
	const docBefore = (start: number): string | undefined => {
		const comment = comments.findLast(({ end }) => end <= start);
		return comment?.type === "Block" &&
			comment.value.startsWith("*") &&
			code.slice(comment.end, start).trim() === ""
			? code.slice(comment.start, comment.end)
			: undefined;
	};
	const add = (
		name: string,
		meanings: number,
		assignable: boolean,
		doc?: string,
	) => {
		const known = names.get(name);
		names.set(name, {
			meanings: meanings | (known?.meanings ?? 0),
			assignable: assignable || (known?.assignable ?? false),
			doc: known?.doc ?? doc,
		});
	};
	for (const statement of program.body as unknown as Node[]) {
		const exported = /^Export(Named|Default)/.test(statement.type);
		const node =
			exported && isNode(statement.declaration)
				? statement.declaration
				: statement;
		const doc = docBefore(statement.start);
		if (node.type === "ImportDeclaration") {
			imports.push({ start: node.start, end: node.end });
			for (const part of [node, ...(node.specifiers as Node[])]) {
				const keyword = typeKeyword(code, part);
				if (keyword) typeKeywords.push(keyword);
				if (part !== node)
					add(
						(part.local as { name: string }).name,
						NAMED[part.type] ?? VALUE,
						false,
					);
			}
		} else if (node.type === "VariableDeclaration") {
			const assignable = node.kind === "let" || node.kind === "var";
			for (const name of variableNames(node)) add(name, VALUE, assignable, doc);
		} else if (NAMED[node.type] !== undefined) {
			const { id } = node;
			if (isNode(id) && id.type === "Identifier")
				add(id.name as string, NAMED[node.type] as number, false, doc);
		} else {
			for (const name of hoistedVariables(node)) add(name, VALUE, true);
		}
	}
	return { names, imports, typeKeywords };
}

const IMPORT_STATEMENT =
	/^import\b(?:[^;"'`()\n]|\n(?!import\b))*?(?:from\s*)?(?:"[^"\n]*"|'[^'\n]*')[ \t]*;?/gm;
const DECLARATION =
	/^(?:(?:export|declare|abstract|async)\s+){0,4}(let|const enum|const|var|function\*?|class|enum|interface|type|namespace)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;

/**
 * The same for a cell in the middle of being typed, which no parser accepts:
 * statements that begin in the first column are taken for top-level ones.
 */
function guessedDeclarations(code: string): Declarations {
	const imports = [...code.matchAll(IMPORT_STATEMENT)].map(
		({ index, 0: text }) => ({ start: index, end: index + text.length }),
	);
	const text = imports
		.map(({ start, end }) => code.slice(start, end))
		.join("\n");
	const names = new Map(parsedDeclarations(text)?.names);
	for (const [, keyword, name] of code.matchAll(DECLARATION))
		names.set(name as string, {
			meanings: /^(interface|type)$/.test(keyword as string)
				? TYPE
				: /^(let|const|var|function\*?)$/.test(keyword as string)
					? VALUE
					: VALUE | TYPE | NAMESPACE,
			assignable: keyword === "let" || keyword === "var",
			doc: undefined,
		});
	return { names, imports, typeKeywords: [] };
}

/** The names a cell declares at its top level, and its imports. The code has no magic lines. */
export const declarations: (code: string) => Declarations = remembering(
	(code) => parsedDeclarations(code) ?? guessedDeclarations(code),
	256,
);

/** A declaration as its cell has it. */
export interface WrittenDeclaration {
	/** Without the body of a function, class or namespace. */
	readonly text: string;
	/** The JSDoc comment in front, with its delimiters. */
	readonly doc: string | undefined;
}

/** A longer declaration is cut. */
const MOST_WRITTEN = 500;

const shortened = (text: string) =>
	text.length > MOST_WRITTEN ? `${text.slice(0, MOST_WRITTEN)} …` : text;

/** How the code writes the top-level declaration of a name; undefined where it has none, or does not parse. */
export function writtenDeclaration(
	name: string,
	code: string,
): WrittenDeclaration | undefined {
	const declared = declarations(code).names.get(name);
	if (!declared) return undefined;
	const statement = (parse(code).program.body as unknown as Node[]).find(
		({ start, end }) =>
			parsedDeclarations(code.slice(start, end))?.names.has(name),
	);
	if (!statement) return undefined;
	const node = isNode(statement.declaration)
		? statement.declaration
		: statement;
	const { body } = node;
	const end = isNode(body) ? body.start : statement.end;
	return {
		text: shortened(code.slice(statement.start, end).trimEnd()),
		doc: declared.doc,
	};
}

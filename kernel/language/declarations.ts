import { shortened } from "../../base/text-width.ts";
import { remembering } from "../../cell/memo.ts";
import type { ParsedCode } from "../../cell/parse.ts";
import { analyseScope, NAMESPACE, TYPE, VALUE } from "../../cell/scope.ts";
import { parseSource } from "../../cell/syntax.ts";
import {
	type ImportDeclaration,
	isNode,
	isUsing,
	type Node,
	type Program,
	type Span,
} from "../../cell/tree.ts";

/** What a name of a cell stands for. */
export interface Declaration {
	/** `VALUE | TYPE | NAMESPACE` of cell/scope.ts. */
	readonly meanings: number;
	/** Declared with `let` or `var`: a later cell may assign to it. */
	readonly assignable: boolean;
	/** Do later cells have it? What `using` declares ends with its cell. */
	readonly lasting: boolean;
	/** The JSDoc comment in front, with its delimiters. */
	readonly doc: string | undefined;
}

export interface Declarations {
	/** Names declared at the top level of the cell. */
	readonly names: ReadonlyMap<string, Declaration>;
	/** The import statements. */
	readonly imports: readonly Span[];
	/** The `type` keywords inside the import statements. */
	readonly typeKeywords: readonly Span[];
}

/** What may have the keyword `type` after `import`, or in front of a specifier. */
type ImportPart = Span & { readonly importKind?: string };

function typeKeyword(
	code: string,
	{ start, end, importKind }: ImportPart,
): Span | undefined {
	if (importKind !== "type") return undefined;
	const match = /^(import\s+)?type\b/.exec(code.slice(start, end));
	if (!match) return undefined;
	const after = start + match[0].length;
	return { start: after - "type".length, end: after };
}

/** A syntax tree may be large: those of the cells that are worked on. */
const parse = remembering(parseSource, 8);

/** Is it TypeScript, as it stands? */
export const isTypeScript = (code: string): boolean =>
	parse(code).errors.length === 0;

/** The JSDoc comment in front of a statement. */
function docBefore(
	{ start }: Span,
	code: string,
	comments: ParsedCode["comments"],
): string | undefined {
	const comment = comments.findLast(({ end }) => end <= start);
	return comment?.type === "Block" &&
		comment.value.startsWith("*") &&
		code.slice(comment.end, start).trim() === ""
		? code.slice(comment.start, comment.end)
		: undefined;
}

/** A comment in front of these says what they declare; one in front of an import is about more. */
const isDocumented = ({ type }: Node): boolean =>
	/Declaration$|^TSDeclareFunction$/.test(type) && type !== "ImportDeclaration";

/** The cell's imports, without those that `import x = …` spells. */
const importsIn = ({ body }: Program): ImportDeclaration[] =>
	body.filter((node) => node.type === "ImportDeclaration");

function typeKeywordsIn(program: Program, code: string): Span[] {
	return program.body
		.flatMap((node): ImportPart[] => {
			if (node.type === "ImportDeclaration") return [node, ...node.specifiers];
			return node.type === "TSImportEqualsDeclaration" ? [node] : [];
		})
		.flatMap((part) => typeKeyword(code, part) ?? []);
}

/** What a cell that parses declares at its top level; undefined for one that does not parse. */
function parsedDeclarations(code: string): Declarations | undefined {
	const { program, comments, errors } = parse(code);
	if (errors.length > 0 && program.body.length === 0 && code.trim() !== "")
		return undefined;
	const names = new Map<string, Declaration>();
	for (const [name, all] of analyseScope(program).declarations) {
		const docs = all.flatMap(({ statement }) =>
			isDocumented(statement)
				? (docBefore(statement, code, comments) ?? [])
				: [],
		);
		names.set(name, {
			meanings: all.reduce((sum, { meanings }) => sum | meanings, 0),
			assignable: all.some(({ kind }) => kind === "let" || kind === "var"),
			lasting: !all.every(({ kind }) => isUsing(kind)),
			doc: docs[0],
		});
	}
	return {
		names,
		imports: importsIn(program).map(({ start, end }) => ({ start, end })),
		typeKeywords: typeKeywordsIn(program, code),
	};
}

const IMPORT_STATEMENT =
	/^import\b(?:[^;"'`()\n]|\n(?!import\b))*?(?:from\s*)?(?:"[^"\n]*"|'[^'\n]*')[ \t]*;?/gm;
const DECLARATION =
	/^(?:(?:export|declare|abstract|async)\s+){0,4}(let|const enum|const|var|using|await using|function\*?|class|enum|interface|type|namespace)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;

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
	for (const [, keyword = "", name = ""] of code.matchAll(DECLARATION))
		names.set(name, {
			meanings: /^(interface|type)$/.test(keyword)
				? TYPE
				: /^(let|const|var|(await )?using|function\*?)$/.test(keyword)
					? VALUE
					: VALUE | TYPE | NAMESPACE,
			assignable: keyword === "let" || keyword === "var",
			lasting: !isUsing(keyword),
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

/** How the code writes the top-level declaration of a name; undefined where it has none, or does not parse. */
export function writtenDeclaration(
	name: string,
	code: string,
): WrittenDeclaration | undefined {
	const [declared] =
		analyseScope(parse(code).program).declarations.get(name) ?? [];
	if (!declared) return undefined;
	const { statement } = declared;
	return {
		text: shortened(
			code.slice(statement.start, headEnd(statement)).trimEnd(),
			MOST_WRITTEN,
			" …",
		),
		doc: declarations(code).names.get(name)?.doc,
	};
}

/** Where a statement's body begins; of one that has none, its end. */
function headEnd(statement: Node): number {
	const declared =
		"declaration" in statement && statement.declaration
			? statement.declaration
			: statement;
	const body = "body" in declared ? declared.body : undefined;
	return isNode(body) ? body.start : statement.end;
}

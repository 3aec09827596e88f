import { moduleName } from "../../cell/module-name.ts";
import { VALUE } from "../../cell/scope.ts";
import { namesIn } from "../../cell/text/names-in.ts";
import type { Span } from "../../cell/tree.ts";
import { blankMagics, runParameters } from "../../magics/magic-lines.ts";
import {
	type Declaration,
	declarations,
	type WrittenDeclaration,
	writtenDeclaration,
} from "./declarations.ts";

/**
 * Every cell is a module of its own, so a later cell can declare a name again
 * as any kind. Executed cells hand their names on through a global namespace
 * each, not through imports: then a name that a cell uses never changes what
 * the cell imports, and the compiler can exchange its file without building the
 * program anew.
 */
const NAMESPACE_PREFIX = "__deepdiva_cell_";

/** Begins the names of declarations that no user should see. */
export const INTERNAL_PREFIX = "__deepdiva_";

export const isInternalName = (name: string): boolean =>
	name.startsWith(INTERNAL_PREFIX);

/** `__deepdiva_cell_3.` and `import("/folder/display").` in front of a name. */
const QUALIFIER =
	/(?:typeof )?(?:globalThis\.)?(?<!\w)__deepdiva_cell_\w+\.(?=\S)|import\("(?:\.{0,2}\/|[A-Za-z]:)[^"]*"\)\./g;

/** Takes the namespaces of the cells, and paths of files, out of a type or message. */
export function withoutInternalNames(text: string): string {
	return text.replaceAll(QUALIFIER, (found) =>
		found.startsWith("typeof ") ? "typeof " : "",
	);
}

/** A name as a cell sees it. */
interface Visible extends Declaration {
	readonly namespace: string;
}

type Scope = ReadonlyMap<string, Visible>;

/** A module without anything in it. */
export const EMPTY_FILE = "export {};\n";

/**
 * A place for a cell to come. A file that begins to augment the globals, as that
 * of a cell which declares something would, makes the compiler load the whole
 * program again; this one does so already.
 */
export const FREE_FILE = `declare global {}\n${EMPTY_FILE}`;

/** Text of a virtual file in which the cell's source begins at `offset`. */
export interface CellFile {
	readonly text: string;
	readonly offset: number;
}

/** Declarations that bring names of earlier cells, and parameters, in front of a cell. */
function preamble(
	scope: Scope,
	declared: ReadonlyMap<string, Declaration>,
	parameters: ReadonlyMap<string, string>,
	mentioned?: ReadonlySet<string>,
): string {
	const lines: string[] = [];
	for (const [name, type] of parameters)
		if (!declared.has(name)) lines.push(`declare const ${name}: ${type};`);
	// A session has many names, a cell mentions few.
	for (const name of mentioned ?? scope.keys()) {
		const visible = scope.get(name);
		if (!visible || parameters.has(name)) continue;
		const { meanings, assignable, namespace, doc } = visible;
		// A type beside a value of that name, declared cells apart, leaves the value visible.
		if (meanings & (declared.get(name)?.meanings ?? 0)) continue;
		lines.push(
			assignable
				? // An alias could not be assigned to.
					`${doc ?? ""}\ndeclare let ${name}: typeof ${namespace}.${name};`
				: `import ${name} = ${namespace}.${name};`,
		);
	}
	return lines.join("\n");
}

const blanked = (code: string, spans: readonly Span[]): string =>
	spans.reduce(
		(text, { start, end }) =>
			text.slice(0, start) +
			text.slice(start, end).replace(/[^\n]/g, " ") +
			text.slice(end),
		code,
	);

function file(preambleText: string, source: string, trailer = ""): CellFile {
	const head = preambleText === "" ? "" : `${preambleText}\n`;
	return { text: head + source + trailer, offset: head.length };
}

const handOn = (namespace: string, names: Iterable<string>): string =>
	`\ndeclare global { namespace ${namespace} { export { ${[...names].join(", ")} }; } }\nexport {};\n`;

/** Augmentations are seen by all files, though the cell that makes them may name nothing. */
const AUGMENTS = /\bdeclare\s+(?:global|module)\b/;

/**
 * `globalThis.NAME`, `(globalThis as any)["NAME"]`, `Object.assign(globalThis, { NAME })`, `Object.defineProperty(globalThis, "NAME"`.
 * What is skipped ends where the same could begin again: each character is read once.
 */
const GLOBAL_MADE = String.raw`\b(?:globalThis|global)\b(?:(?:(?!\bglobal)[^.;\n[])*(?:\.|\[["'])|\s*,\s*["']|\s*,\s*\{(?:(?:(?!\b(?:globalThis|global)\b\s*,\s*\{)[^}])*[,\s])?)NAME(?![\p{ID_Continue}$])`;

/** Sources of the cells that are modules, by name. */
type Modules = ReadonlyMap<string, string>;

/** File of an executed cell. */
export interface ExecutedFile {
	readonly text: string;
	readonly folder: string;
}

/** A cell that was executed, and where. */
export interface ExecutedCell {
	readonly source: string;
	readonly folder: string;
}

/** The cells executed so far, and the files that show them to the compiler. */
export class Notebook {
	readonly #cells: ExecutedCell[] = [];
	readonly #files: ExecutedFile[] = [];
	/** Namespaces by folder and text of their files: a cell that is run again says what it said. */
	readonly #namespaces = new Map<string, string>();
	/** The names that the next cell sees. One map for all: a map for each cell would hold every name of the session. */
	readonly #scope = new Map<string, Visible>();
	readonly #modules = new Map<string, string>();

	/**
	 * Takes the executed cells, in order; keeps what did not change.
	 * @returns whether a file changed, and whether one is no longer what it was
	 */
	setCells(cells: readonly ExecutedCell[]): {
		changed: boolean;
		forgotten: boolean;
	} {
		const isOther = this.#cells.some(
			({ source, folder }, index) =>
				source !== cells[index]?.source || folder !== cells[index]?.folder,
		);
		if (isOther) this.#forget();
		const added = this.addCells(cells.slice(this.#cells.length));
		return {
			changed: isOther || added.changed,
			forgotten: isOther || added.forgotten,
		};
	}

	/** Takes cells that were executed after all others; returns the same. */
	addCells(cells: readonly ExecutedCell[]): {
		changed: boolean;
		forgotten: boolean;
	} {
		const before = this.#files.length;
		let forgotten = false;
		for (const cell of cells) {
			this.#cells.push(cell);
			const module = moduleName(cell.source);
			if (module === undefined) this.#append(cell);
			else {
				forgotten = true;
				this.#modules.set(module, cell.source);
			}
		}
		return { changed: forgotten || this.#files.length !== before, forgotten };
	}

	#forget(): void {
		this.#cells.length = 0;
		this.#files.length = 0;
		this.#namespaces.clear();
		this.#scope.clear();
		this.#modules.clear();
	}

	/** The executed cells' files, in order. */
	get executed(): readonly ExecutedFile[] {
		return this.#files;
	}

	/** Cells that are modules. */
	get modules(): Modules {
		return this.#modules;
	}

	#code(source: string): string {
		return blankMagics(source, (name) => this.names.has(name));
	}

	#append({ source, folder }: ExecutedCell): void {
		const code = this.#code(source);
		const parameters = runParameters(source);
		const declared = declarations(code);
		const scope = this.#scope;
		const { text } = file(
			preamble(scope, declared.names, parameters, new Set(namesIn(code))),
			// A type-only import could not be handed on by an alias.
			blanked(code, declared.typeKeywords),
		);
		const names = new Map(
			[...declared.names].filter(([, { lasting }]) => lasting),
		);
		const namespace = this.#namespaceOf(
			{ text, folder },
			names,
			declared.imports.length > 0 || AUGMENTS.test(code),
		);
		for (const [name, declared] of names) {
			const known = scope.get(name);
			const merges = known && (known.meanings & declared.meanings) === 0;
			// The latest is the last.
			scope.delete(name);
			scope.set(name, {
				namespace,
				meanings: declared.meanings | (merges ? known.meanings : 0),
				assignable: declared.assignable || (merges ? known.assignable : false),
				lasting: true,
				doc: declared.doc ?? (merges ? known.doc : undefined),
			});
		}
	}

	/**
	 * The namespace that hands on the names of a cell's file. The file is added
	 * unless it is there, or nothing of it reaches beyond it.
	 */
	#namespaceOf(
		{ text, folder }: ExecutedFile,
		names: ReadonlyMap<string, Declaration>,
		reaches: boolean,
	): string {
		const key = `${folder}\n${text}`;
		const known = this.#namespaces.get(key);
		if (known !== undefined) return known;
		const namespace = `${NAMESPACE_PREFIX}${this.#files.length + 1}`;
		if (names.size > 0)
			this.#files.push({
				text: text + handOn(namespace, names.keys()),
				folder,
			});
		else if (reaches)
			this.#files.push({ text: `${text}\nexport {};\n`, folder });
		this.#namespaces.set(key, namespace);
		return namespace;
	}

	/** The file of a cell that is being written or about to run. */
	draft(source: string): CellFile {
		// A module is there without the notebook.
		if (moduleName(source) !== undefined) return file("", source);
		const code = this.#code(source);
		const { names } = declarations(code);
		return file(
			preamble(
				this.#scope,
				names,
				runParameters(source),
				new Set(namesIn(code)),
			),
			code,
		);
	}

	/**
	 * The cell split in two: its imports, and the rest with every visible name in
	 * scope, so that a list of all names can be asked for in a file that lies nowhere.
	 */
	split(source: string): { imports: string; body: CellFile } {
		const code = this.#code(source);
		const { names, imports, typeKeywords } = declarations(code);
		const namespace = `${NAMESPACE_PREFIX}draft`;
		const plain = blanked(code, typeKeywords);
		const statements = imports
			.map(({ start, end }) => plain.slice(start, end))
			.join("\n");
		const imported = [...declarations(statements).names.keys()];
		const head = [
			preamble(this.#scope, names, runParameters(source)),
			...imported.map((name) => `import ${name} = ${namespace}.${name};`),
			// Straight after an import the compiler offers only what continues the import.
			";",
		].join("\n");
		return {
			imports:
				imported.length > 0
					? statements + handOn(namespace, imported)
					: EMPTY_FILE,
			body: file(head, blanked(code, imports)),
		};
	}

	/** Does an executed cell, or this source, seem to put the name on `globalThis`? */
	makesGlobal(name: string, source: string): boolean {
		const made = new RegExp(
			GLOBAL_MADE.replaceAll("NAME", name.replaceAll("$", "\\$")),
			"u",
		);
		return [source, ...this.#cells.map((cell) => cell.source)].some((code) =>
			made.test(code),
		);
	}

	/** What a cell that is being written can name: its own declarations, and those of executed cells. */
	visibleIn(source: string): ReadonlyMap<string, Declaration> {
		const parameters = [...runParameters(source).keys()].map(
			(name): [string, Declaration] => [
				name,
				{
					meanings: VALUE,
					assignable: false,
					lasting: true,
					doc: undefined,
				},
			],
		);
		return new Map([
			...this.#scope,
			...parameters,
			...declarations(this.#code(source)).names,
		]);
	}

	/** The latest declaration of a name, as it is written: in this source, else in an executed cell. */
	declarationOf(name: string, source: string): WrittenDeclaration | undefined {
		const found = writtenDeclaration(name, this.#code(source));
		if (found || !this.#scope.has(name)) return found;
		for (const cell of this.#cells.toReversed()) {
			const code = this.#code(cell.source);
			if (declarations(code).names.get(name)?.lasting)
				return writtenDeclaration(name, code);
		}
		return undefined;
	}

	/** Names that an executed cell declared. */
	get names(): { has(name: string): boolean } {
		return this.#scope;
	}
}

import { shortened } from "../../base/text-width.ts";
import { type Tsconfig, tsconfigOf } from "../../cell/compile/tsconfig.ts";
import { tooDeepAt } from "../../cell/depth.ts";
import { nesting } from "../../cell/text/brackets.ts";
import { blankMagics, canMagicsRun } from "../../magics/magic-lines.ts";
import type { InspectReply } from "../protocol/requests.ts";
import { EMPTY_FILE, type ExecutedCell, Notebook } from "./cell-files.ts";
import {
	CompilerCannotStart,
	type Sources,
	TypesUnavailable,
} from "./compiler/backend.ts";
import { Edits } from "./compiler/changed-files.ts";
import { isRuntimeGlobal } from "./compiler/globals.ts";
import { NativeBackend } from "./compiler/native.ts";
import { NotebookProject } from "./compiler/project.ts";
import {
	type Completions,
	completionPlace,
	noCompletions,
} from "./completion.ts";
import { declarations, isTypeScript } from "./declarations.ts";
import {
	type CellDiagnostic,
	diagnosticsOfCell,
	MODULE_NOT_FOUND,
	UNKNOWN_NAME,
} from "./diagnostics.ts";
import { inspectedName, nothingFound } from "./inspection.ts";
import { IMPORTS } from "./path-completion.ts";
import { untypedCompletions, untypedInspection } from "./untyped.ts";

export { TypesUnavailable } from "./compiler/backend.ts";
export type { Completions } from "./completion.ts";
export type { CellDiagnostic } from "./diagnostics.ts";

/** What types can tell about the cells of a notebook. All offsets are UTF-16. */
export interface TypeService {
	/** Has the compiler been started? */
	readonly running: boolean;
	/** Has it answered, so that the next answer takes milliseconds? */
	readonly warm: boolean;
	/**
	 * The sources of the cells executed so far, magics included, in the order of
	 * execution. A cell sees what earlier ones declare; of a name declared twice, the later.
	 * @param folders where they ran; by default the notebook's folder
	 */
	setCells(cells: readonly string[], folders?: CellFolders): void;
	/**
	 * Cells that were executed after those. What it costs does not grow with them.
	 * @param next folder of the cell that is being written
	 */
	addCells(cells: readonly ExecutedCell[], next: string): void;
	/**
	 * What fits at the cursor; empty in a magic line. Without a compiler, the names
	 * that the cells declare and those of the globals.
	 */
	complete(code: string, cursor: number): Promise<Completions>;
	/**
	 * Declaration and documentation of the name at the cursor, or of the function
	 * called around it. Without a compiler, the declaration as it is written in its
	 * cell, and why there is no more.
	 */
	inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply>;
	/**
	 * The type errors in a cell that runs next; empty when there are none, and for
	 * one that does not parse. The same cell in front of the same declarations is
	 * not checked again.
	 * @throws TypesUnavailable
	 */
	diagnostics(code: string): Promise<readonly CellDiagnostic[]>;
	/** What is wrong with the notebook's tsconfig, as of the last diagnostics. */
	readonly configProblem: string | undefined;
	/** Ends the compiler. */
	dispose(): Promise<void>;
}

export interface TypeServiceOptions {
	/** Folder of the notebook: its tsconfig and packages, and imports unless the working folder changes. */
	readonly cwd: string;
	/** Told when the compiler has given its first answer. */
	readonly started?: (() => void) | undefined;
}

/** Where relative imports start, absolute. */
export interface CellFolders {
	/** Of each executed cell. */
	readonly cells: readonly string[];
	/** Of the cell that is being written. */
	readonly next: string;
}

const isTooDeep = (code: string): boolean =>
	tooDeepAt(code, { jsx: true }) !== undefined;

const insideImport = (code: string, cursor: number): boolean =>
	declarations(code).imports.some(
		({ start, end }) => start < cursor && cursor < end,
	);

/**
 * The code, of the same length up to the cursor, as the compiler completes the name of
 * a module in it: the text closed, and `require` an import. Undefined where none is written.
 */
function withModuleName(code: string, cursor: number): string | undefined {
	const before = blankMagics(code).slice(0, cursor);
	const { quote } = nesting(before);
	if (quote === undefined || !IMPORTS.test(before.slice(0, quote)))
		return undefined;
	const mark = code[quote] as string;
	const [rest = ""] = /^[^\n]*/.exec(code.slice(cursor)) ?? [];
	const isClosed = rest.includes(mark);
	const head = code
		.slice(0, quote)
		.replace(
			/(?:require(?:\.resolve)?|import\.meta\.resolve)(\s*\(\s*)$/,
			(call) => "import(".padStart(call.length),
		);
	return `${head}${code.slice(quote, cursor)}${isClosed ? "" : mark}${code.slice(cursor)}`;
}

const LOCAL_FILE = /["'](?:\.{0,2}\/)/;

/** Only with an import do files of the user's come into the program. */
const HAS_IMPORT = /\b(?:from|import|require)\s*(?:\(\s*)?["'`]/;

const LIBRARY = /\bdd\b/;

/** TypeScript lists all values that an option can have. */
const LONGEST_PROBLEM = 200;

/** A notebook's cells need not be remembered all. */
const REMEMBERED = 1000;

class NotebookTypes implements TypeService {
	readonly #cwd: string;
	readonly #started: (() => void) | undefined;
	/** Of the cell that is being written. */
	#folder: string;
	#tsconfig: Tsconfig;
	#project: NotebookProject;
	/** Of a tsconfig that can be read, after the first diagnostics under it. */
	#configProblem: string | undefined;
	#isConfigChecked = false;
	readonly #notebook = new Notebook();
	readonly #edits: Edits;
	readonly #compiler: NativeBackend;
	/** Results by the text of the file that was checked. */
	readonly #remembered = new Map<string, readonly CellDiagnostic[]>();
	/** Did a cell use `dd`, executed or not? */
	#library = false;
	/** All virtual files, as the latest question has them. */
	readonly #files = new Map<string, string>();
	/** Those that no question had yet. */
	#edited = new Map<string, string>();
	/** How many executed cells are among the files; undefined when all are to be made. */
	#shown: number | undefined;
	/** Why there is no compiler. */
	#missing: TypesUnavailable | undefined;

	constructor({ cwd, started }: TypeServiceOptions) {
		this.#cwd = cwd;
		this.#started = started;
		this.#folder = cwd;
		this.#tsconfig = tsconfigOf(cwd);
		this.#project = new NotebookProject(cwd, this.#tsconfig);
		this.#edits = new Edits(cwd);
		this.#compiler = new NativeBackend(this.#project.configFile);
	}

	get running(): boolean {
		return this.#compiler.running;
	}

	get configProblem(): string | undefined {
		return this.#tsconfig.problem ?? this.#configProblem;
	}

	/** Comes before every question: files, packages and the tsconfig may have been edited. */
	#lookAtDisk(): void {
		if (this.#edits.look()) this.#remembered.clear();
		const tsconfig = tsconfigOf(this.#cwd);
		if (tsconfig === this.#tsconfig) return;
		this.#tsconfig = tsconfig;
		this.#remake();
		this.#configProblem = undefined;
		this.#isConfigChecked = false;
	}

	#remake(): void {
		this.#project = new NotebookProject(
			this.#cwd,
			this.#tsconfig,
			this.#folder,
		);
		this.#remembered.clear();
		this.#shown = undefined;
	}

	get warm(): boolean {
		return this.#compiler.warm;
	}

	setCells(cells: readonly string[], folders?: CellFolders): void {
		this.#moveTo(folders?.next ?? this.#cwd);
		this.#took(
			this.#notebook.setCells(
				cells.map((source, index) => ({
					source,
					folder: folders?.cells[index] ?? this.#cwd,
				})),
			),
		);
	}

	addCells(cells: readonly ExecutedCell[], next: string): void {
		this.#moveTo(next);
		this.#took(this.#notebook.addCells(cells));
	}

	#moveTo(folder: string): void {
		if (folder === this.#folder) return;
		this.#folder = folder;
		this.#remake();
	}

	#took({ changed, forgotten }: ReturnType<Notebook["addCells"]>): void {
		if (forgotten) {
			// Namespaces that other cells had may now be those of new ones.
			this.#remembered.clear();
			this.#shown = undefined;
		}
		// The program with a new cell in it takes longest; made now, no one waits for it.
		if (changed && this.running)
			this.#ask({}, (sources) => this.#compiler.prepare(sources)).catch(
				() => undefined,
			);
	}

	async complete(code: string, cursor: number): Promise<Completions> {
		this.#lookAtDisk();
		const none = noCompletions(cursor);
		// The compiler's own parser has no limit, and would end with its process.
		if (isTooDeep(code)) return none;
		const place = completionPlace(code, cursor);
		if (!place) return none;
		const { detached, imports } = this.#project;
		const inDraft = (source = code) => {
			const { text, offset } = this.#notebook.draft(source);
			const draft = this.#project.draft(text);
			return this.#ask({ [draft]: text }, (sources) =>
				this.#compiler.complete(sources, draft, offset + cursor, place),
			);
		};
		const inDetached = () => {
			const { imports: importText, body } = this.#notebook.split(code);
			return this.#ask(
				{ [imports]: importText, [detached]: body.text },
				(sources) =>
					this.#compiler.complete(
						sources,
						detached,
						body.offset + cursor,
						place,
					),
			);
		};
		try {
			const whole = withModuleName(code, cursor);
			const found =
				whole !== undefined
					? await inDraft(whole)
					: place.member || insideImport(blankMagics(code), cursor)
						? await inDraft()
						: ((await inDetached()) ?? (await inDraft()));
			return found ?? none;
		} catch (error) {
			if (!(error instanceof TypesUnavailable)) throw error;
			return untypedCompletions(code, cursor, place, this.#notebook);
		}
	}

	async inspect(
		code: string,
		cursor: number,
		detail: 0 | 1,
	): Promise<InspectReply> {
		this.#lookAtDisk();
		if (isTooDeep(code)) return nothingFound;
		const start = inspectedName(code, cursor);
		if (start === undefined) return nothingFound;
		const [name = ""] = /^[\p{ID_Continue}$#]+/u.exec(code.slice(start)) ?? [];
		const { text, offset } = this.#notebook.draft(code);
		const draft = this.#project.draft(text);
		try {
			return await this.#ask({ [draft]: text }, (sources) =>
				this.#compiler.inspect(sources, draft, offset + start, name, detail),
			);
		} catch (error) {
			if (!(error instanceof TypesUnavailable)) throw error;
			return untypedInspection(
				{ code, start, name, reason: error.message },
				this.#notebook,
			);
		}
	}

	async diagnostics(code: string): Promise<readonly CellDiagnostic[]> {
		this.#lookAtDisk();
		const { path, problem } = this.#tsconfig;
		// What will not run needs no types.
		if (!canMagicsRun(code)) return [];
		const file = this.#notebook.draft(code);
		const draft = this.#project.draft(file.text);
		const known = this.#remembered.get(file.text);
		if (known) return known;
		// What does not parse is reported by whoever runs it.
		if (!isTypeScript(file.text.slice(file.offset))) return [];
		const knows = this.#notebook.names;
		await this.#checkConfig();
		const check = async () => {
			const found = await this.#ask({ [draft]: file.text }, (sources) =>
				this.#compiler.diagnostics(sources, draft),
			);
			return diagnosticsOfCell(found, file, {
				knows: (name) => knows.has(name),
				isGlobal: (name) =>
					isRuntimeGlobal(name) || this.#notebook.makesGlobal(name, code),
				strict: path !== undefined && problem === undefined,
			});
		};
		let found = await check();
		// The compiler remembers what it did not find; it may have been written since.
		const isMissing = ({ code, start, length }: CellDiagnostic) =>
			code === MODULE_NOT_FOUND &&
			LOCAL_FILE.test(file.text.slice(file.offset + start).slice(0, length));
		if (found.some(isMissing)) {
			this.#edits.missed();
			found = await check();
		}
		const mayChange = (one: CellDiagnostic) =>
			isMissing(one) || UNKNOWN_NAME.has(one.code);
		if (!found.some(mayChange)) this.#remember(file.text, found);
		return found;
	}

	/** An option with a wrong value, a type package that is not there. */
	async #checkConfig(): Promise<void> {
		const { path, problem } = this.#tsconfig;
		if (this.#isConfigChecked || path === undefined || problem) return;
		this.#isConfigChecked = true;
		const [first] = await this.#ask({}, (sources) =>
			this.#compiler.configProblems(sources),
		);
		this.#configProblem =
			first && `${path}: ${shortened(first, LONGEST_PROBLEM, " …")}`;
	}

	#remember(text: string, found: readonly CellDiagnostic[]): void {
		this.#remembered.set(text, found);
		const [oldest] = this.#remembered.keys();
		if (this.#remembered.size > REMEMBERED && oldest !== undefined)
			this.#remembered.delete(oldest);
	}

	async dispose(): Promise<void> {
		this.#missing = new TypesUnavailable("the type service was closed");
		await this.#compiler.close();
	}

	/** Asks the compiler about the notebook with these texts in place of its files. */
	async #ask<T>(
		texts: Readonly<Record<string, string>>,
		ask: (sources: Sources) => Promise<T>,
	): Promise<T> {
		if (this.#missing) throw this.#missing;
		const asked = Object.values(texts);
		const shown = this.#showCells(asked);
		const { drafts, imports, detached } = this.#project;
		// Present from the start: a file that appears later makes the program anew.
		for (const path of [...drafts, imports, detached])
			if (!this.#files.has(path)) this.#edit(path, EMPTY_FILE);
		for (const [path, text] of Object.entries(texts)) this.#edit(path, text);
		const edited = this.#edited;
		this.#edited = new Map();
		const changed = this.#edits.take();
		const importsVirtual = this.#notebook.modules.size > 0;
		try {
			const { warm } = this;
			const answer = await ask({ edited, changed, importsVirtual });
			if (!warm) this.#started?.();
			if (
				changed.length > 0 ||
				[...shown, ...asked].some((text) => HAS_IMPORT.test(text))
			)
				await this.#noteLocalFiles(importsVirtual);
			return answer;
		} catch (error) {
			if (error instanceof CompilerCannotStart) this.#missing = error;
			throw error;
		}
	}

	#edit(path: string, text: string): void {
		if (this.#files.get(path) === text) return;
		this.#files.set(path, text);
		this.#edited.set(path, text);
	}

	/**
	 * Adds the files of cells that were executed since the last question, or makes all files.
	 * @returns the texts of the cells that it adds
	 */
	#showCells(asked: readonly string[]): readonly string[] {
		const { executed } = this.#notebook;
		const fresh = executed.slice(this.#shown);
		const texts = fresh.map(({ text }) => text);
		if (
			!this.#library &&
			[...asked, ...texts].some((text) => LIBRARY.test(text))
		) {
			this.#library = true;
			this.#shown = undefined;
		}
		if (this.#shown === undefined) return this.#showAll();
		for (const [index, file] of fresh.entries()) {
			const path = this.#project.pathOf(this.#shown + index, file);
			if (path === undefined) return this.#showAll();
			this.#edit(path, file.text);
		}
		this.#shown = executed.length;
		return texts;
	}

	#showAll(): readonly string[] {
		const { executed, modules } = this.#notebook;
		const files = this.#project.files(this.#notebook, this.#library);
		for (const [path, text] of files) this.#edit(path, text);
		this.#shown = executed.length;
		return [...executed.map(({ text }) => text), ...modules.values()];
	}

	async #noteLocalFiles(importsVirtual: boolean): Promise<void> {
		const nothing = { edited: new Map(), changed: [], importsVirtual };
		const names = await this.#compiler.fileNames(nothing);
		this.#edits.note(
			names.filter(
				(name) =>
					!name.includes("/node_modules/") &&
					!this.#project.owns(name) &&
					!name.startsWith("bundled:"),
			),
		);
	}
}

/**
 * A type service on TypeScript 7's compiler, which runs in a process of its own.
 * That starts with the first question.
 */
export function createTypeService(options: TypeServiceOptions): TypeService {
	return new NotebookTypes(options);
}

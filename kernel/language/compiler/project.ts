import { createRequire } from "node:module";
import { join } from "node:path";
import { isObject } from "../../../base/json-object.ts";
import {
	type CompilerOptions,
	type Tsconfig,
	texts,
} from "../../../cell/compile/tsconfig.ts";
import { needsJsx } from "../../../cell/syntax.ts";
import { type ExecutedFile, FREE_FILE, type Notebook } from "../cell-files.ts";
import { supplement } from "./globals.ts";
import {
	ownFolder,
	packagePaths,
	slashes,
	typeRoots,
} from "./package-paths.ts";
import { prelude } from "./prelude.ts";

/**
 * A name without a place, as editors give to unsaved files. TypeScript 7.0.2
 * lists the names in scope only in such a file; elsewhere it wants an index of
 * everything importable, which the API cannot build.
 */
const DETACHED = "^/untitled/deepdiva/cell.ts";

/**
 * The project has room for cells to come, so that it seldom changes: for this many, and a part of those that are there.
 * Every check looks at each place, for which the compiler explains to nobody why it is not on the disk: 5 µs. A
 * change takes it some 40 ms, after the reply to a cell.
 */
const PORTION = 32;
const SPARE = 1 / 4;

/** How many cells' files a project has that shows so many. */
const slotsFor = (executed: number) =>
	PORTION * Math.ceil((executed * (1 + SPARE) + 1) / PORTION);

const ENGINE = ownFolder("kernel/engine");

const hasOwnTensorFlow = (cwd: string): boolean => {
	try {
		createRequire(join(cwd, "notebook.js")).resolve(
			"@tensorflow/tfjs/package.json",
		);
		return true;
	} catch {
		return false;
	}
};

/**
 * Options of a tsconfig that hold for cells. Those on what is written, and
 * where, mean nothing here; those on what a module may leave unused would find
 * fault with every cell, which is there for later ones.
 */
const HONOURED = [
	"allowUnreachableCode",
	"allowUnusedLabels",
	"alwaysStrict",
	"customConditions",
	"emitDecoratorMetadata",
	"erasableSyntaxOnly",
	"exactOptionalPropertyTypes",
	"experimentalDecorators",
	"jsx",
	"jsxFactory",
	"jsxFragmentFactory",
	"jsxImportSource",
	"lib",
	"noFallthroughCasesInSwitch",
	"noImplicitAny",
	"noImplicitOverride",
	"noImplicitReturns",
	"noImplicitThis",
	"noPropertyAccessFromIndexSignature",
	"noUncheckedIndexedAccess",
	"strict",
	"strictBindCallApply",
	"strictBuiltinIteratorReturn",
	"strictFunctionTypes",
	"strictNullChecks",
	"strictPropertyInitialization",
	"useDefineForClassFields",
	"useUnknownInCatchVariables",
];

const honoured = (options: CompilerOptions): CompilerOptions =>
	Object.fromEntries(
		HONOURED.flatMap((name) =>
			options[name] === undefined ? [] : [[name, options[name]]],
		),
	);

/** Each lies in its cell's folder, where its imports start. */
const prefixIn = (folder: string) =>
	`${slashes(folder).replace(/\/$/, "")}/.deepdiva-`;

/** The virtual files of a notebook in the folder `cwd`. */
export class NotebookProject {
	readonly configFile: string;
	/** Where the cell that is being written may be: with JSX, or without. */
	readonly drafts: readonly string[];
	/** The same without its imports, for lists of names. */
	readonly detached = DETACHED;
	/** The imports of `detached`. */
	readonly imports: string;
	readonly #cwd: string;
	readonly #folder: string;
	#slots = 0;
	/** Does the tsconfig say that cells have JSX? Else those alone that do not parse without it. */
	readonly #jsx: boolean;
	readonly #options: object;
	/** Are there types of Node, which are to be completed? */
	readonly #ofNode: boolean;

	/** @param folder of the cell that is being written */
	constructor(
		cwd: string,
		{ options }: Pick<Tsconfig, "options">,
		folder = cwd,
	) {
		this.#cwd = cwd;
		this.#folder = folder;
		this.#jsx = options.jsx !== undefined;
		this.configFile = `${prefixIn(cwd)}tsconfig.json`;
		const endings = this.#jsx ? ["tsx"] : ["ts", "tsx"];
		this.drafts = endings.map((ending) => `${prefixIn(folder)}cell.${ending}`);
		this.imports = `${prefixIn(folder)}imports.${endings[0]}`;
		const { "@tensorflow/tfjs": facade, ...paths } = packagePaths();
		const roots = [...texts(options.typeRoots), ...typeRoots(cwd)];
		this.#ofNode = roots.length > 0;
		this.#options = {
			strict: true,
			target: "esnext",
			jsx: "react-jsx",
			// Without types for Node, the browser's at least know console and fetch.
			lib: roots.length > 0 ? ["esnext"] : ["esnext", "dom"],
			...honoured(options),
			// Whatever the tsconfig is for besides, cells run on Node.
			types: [...texts(options.types), ...(roots.length > 0 ? ["node"] : [])],
			typeRoots: roots,
			module: "preserve",
			moduleDetection: "force",
			allowImportingTsExtensions: true,
			resolveJsonModule: true,
			allowJs: true,
			noEmit: true,
			skipLibCheck: true,
			paths: {
				...(isObject(options.paths) ? options.paths : {}),
				...paths,
				...(hasOwnTensorFlow(cwd) ? {} : { "@tensorflow/tfjs": facade }),
			},
		};
	}

	/** The file of the cell that is being written. */
	draft(code: string): string {
		return `${prefixIn(this.#folder)}cell.${this.#ending(code)}`;
	}

	#ending(code: string): "ts" | "tsx" {
		return this.#jsx || needsJsx(code) ? "tsx" : "ts";
	}

	/** Is the path one of these files? */
	owns(path: string): boolean {
		return path === DETACHED || path.includes("/.deepdiva-");
	}

	/**
	 * The file of the executed cell at an index; undefined where the project has
	 * no room for it, and is to be made anew.
	 */
	pathOf(index: number, { folder, text }: ExecutedFile): string | undefined {
		const hasRoom =
			index < this.#slots &&
			folder === this.#folder &&
			this.#ending(text) === this.#ending(FREE_FILE);
		return hasRoom ? this.#cellPath(index, { folder, text }) : undefined;
	}

	#cellPath(index: number, { folder, text }: ExecutedFile): string {
		return `${prefixIn(folder)}cell-${index + 1}.${this.#ending(text)}`;
	}

	/**
	 * Every file but `drafts`, `imports` and `detached`.
	 * @param library does any cell use `dd`?
	 */
	files(
		{ executed, modules }: Pick<Notebook, "executed" | "modules">,
		library: boolean,
	): Map<string, string> {
		this.#slots = slotsFor(executed.length);
		const cells = Array.from({ length: this.#slots }, (_, index) => {
			const { folder = this.#folder, text = FREE_FILE } = executed[index] ?? {};
			return { path: this.#cellPath(index, { folder, text }), text };
		});
		const moduleFiles = Array.from(modules, ([name, text]) => ({
			path: slashes(join(this.#cwd, `${name}.${this.#ending(text)}`)),
			text,
		}));
		const preludeFile = `${prefixIn(this.#cwd)}prelude.d.ts`;
		const ofNode = `${prefixIn(this.#cwd)}node.d.ts`;
		return new Map([
			[
				this.configFile,
				JSON.stringify({
					compilerOptions: this.#options,
					files: [
						preludeFile,
						...(this.#ofNode ? [ofNode] : []),
						...[...cells, ...moduleFiles].map(({ path }) => path),
						...this.drafts,
						this.imports,
						DETACHED,
					],
				}),
			],
			[preludeFile, prelude(ENGINE, library)],
			...(this.#ofNode ? [[ofNode, supplement()] as const] : []),
			...[...cells, ...moduleFiles].map(
				({ path, text }) => [path, text] as const,
			),
		]);
	}
}

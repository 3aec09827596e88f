import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { texts } from "../../../cell/compile/tsconfig.ts";
import {
	compilerOptions,
	nodeTypes,
	stampOf,
	withoutForeignGlobals,
} from "./globals.ts";
import { compilerFolder, slashes } from "./package-paths.ts";

/** Files that declare globals, in the order in which the compiler reads them. */
interface Group {
	/** Where the compiler finds what all of them declare; the others are empty then. */
	readonly into: string;
	readonly files: ReadonlySet<string>;
}

const REFERENCE = /^\/\/\/ *<reference .*$/gm;

/** A module's names are its own; those of any other file are global. */
const IS_MODULE = /^(?:import|export)\b/m;

/**
 * The texts of files by their paths, each behind all those that it refers to.
 * @param reference finds what a file refers to
 * @param target the path of that, as seen from the file
 */
function collected(
	paths: readonly string[],
	reference: RegExp,
	target: (path: string, name: string) => string,
): Map<string, string> {
	const found = new Map<string, string>();
	const begun = new Set<string>();
	const collect = (path: string): void => {
		if (begun.has(path) || !existsSync(path)) return;
		begun.add(path);
		const text = readFileSync(path, "utf8");
		for (const [, name = ""] of text.matchAll(reference))
			collect(target(path, name));
		found.set(path, text);
	};
	paths.forEach(collect);
	return found;
}

function groupOf(
	into: string,
	found: Iterable<readonly [path: string, text: string]>,
): Group | undefined {
	const scripts = [...found].filter(([, text]) => !IS_MODULE.test(text));
	const files = new Set(scripts.map(([path]) => path));
	return files.has(into) ? { into, files } : undefined;
}

/** TypeScript's libraries of the language, as far as the project has them. */
function languageLibrary(lib: readonly string[]): Group | undefined {
	const folder = compilerFolder();
	if (folder === undefined) return undefined;
	const pathOf = (name: string) =>
		`${folder}/lib/lib.${name.toLowerCase()}.d.ts`;
	const all = collected(
		lib.map(pathOf),
		/^\/\/\/ <reference lib="([^"]*)"/gm,
		(_, name) => pathOf(name),
	);
	// Those of browsers stay apart: what Node has types of its own for is hidden in them.
	const isLanguage = /\/lib\.(?:es|decorators)/;
	return groupOf(
		pathOf("es5"),
		[...all].filter(([path]) => isLanguage.test(path)),
	);
}

/** Node's types: an index that refers to a file for each of Node's modules. */
function nodeLibrary(folder: string): Group | undefined {
	const into = slashes(join(folder, "index.d.ts"));
	const all = collected(
		[into],
		/^\/\/\/ <reference path="([^"]*)"/gm,
		(path, name) => slashes(join(dirname(path), name)),
	);
	return groupOf(into, all);
}

/** Of the project that was asked about last. */
let known:
	| {
			/** Its tsconfig, and the options in it. */
			config: string;
			readonly options: string;
			/** Another one once other types of Node are installed. */
			readonly stamp: () => string;
			readonly stamped: string;
			readonly groups: readonly Group[];
	  }
	| undefined;

function groupsOf(config: string): readonly Group[] {
	const options =
		known?.config === config
			? known.options
			: JSON.stringify(compilerOptions(config));
	if (known?.options === options && known.stamp() === known.stamped) {
		// Only its files are others.
		known.config = config;
		return known.groups;
	}
	const node = nodeTypes(config);
	const groups = [
		languageLibrary(texts(compilerOptions(config).lib)),
		node === undefined ? undefined : nodeLibrary(node),
	].filter((group) => group !== undefined);
	const stamp = () =>
		node === undefined ? "" : stampOf(join(node, "package.json"));
	known = { config, options, stamp, stamped: stamp(), groups };
	return groups;
}

/**
 * The text of a file of declarations as the compiler is to read it; undefined
 * where that is the one on disk. Globals that the engine has not are hidden. Of
 * the files that declare globals, one has the declarations of all: what several
 * files declare under one name, such as `Array` or the namespace `NodeJS`, is put
 * together anew for every cell that is checked, and what one file declares is not.
 *
 * @param config text of the project's tsconfig
 */
export function declarationText(
	path: string,
	config = "{}",
): string | undefined {
	const group = groupsOf(config).find(({ files }) => files.has(path));
	if (!group || !existsSync(path)) return withoutForeignGlobals(path, config);
	const textOf = (file: string) =>
		withoutForeignGlobals(file, config) ?? readFileSync(file, "utf8");
	const references = textOf(path).match(REFERENCE)?.join("\n") ?? "";
	if (path !== group.into) return references;
	const all = [...group.files].filter((file) => existsSync(file)).map(textOf);
	return [references, ...all.map((text) => text.replace(REFERENCE, ""))].join(
		"\n",
	);
}

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../../../base/json-object.ts";
import { texts } from "../../../cell/compile/tsconfig.ts";
import { nodeTypes, stampOf, withoutForeignGlobals } from "./globals.ts";
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

const isScript = (path: string) => !IS_MODULE.test(readFileSync(path, "utf8"));

/** Adds a file behind all those that it refers to. */
function collect(
	path: string,
	reference: RegExp,
	target: (path: string, name: string) => string,
	files: Set<string>,
): void {
	if (files.has(path) || !existsSync(path)) return;
	for (const [, name = ""] of readFileSync(path, "utf8").matchAll(reference))
		collect(target(path, name), reference, target, files);
	files.add(path);
}

function groupOf(into: string, files: Iterable<string>): Group | undefined {
	const scripts = new Set([...files].filter(isScript));
	return scripts.has(into) ? { into, files: scripts } : undefined;
}

/** TypeScript's libraries of the language, as far as the project has them. */
function languageLibrary(lib: readonly string[]): Group | undefined {
	const folder = compilerFolder();
	if (folder === undefined) return undefined;
	const pathOf = (name: string) =>
		`${folder}/lib/lib.${name.toLowerCase()}.d.ts`;
	const all = new Set<string>();
	for (const name of lib)
		collect(
			pathOf(name),
			/^\/\/\/ <reference lib="([^"]*)"/gm,
			(_, name) => pathOf(name),
			all,
		);
	// Those of browsers stay apart: what Node has types of its own for is hidden in them.
	const isLanguage = (path: string) => /\/lib\.(?:es|decorators)/.test(path);
	return groupOf(pathOf("es5"), [...all].filter(isLanguage));
}

/** Node's types: an index that refers to a file for each of Node's modules. */
function nodeLibrary(folder: string): Group | undefined {
	const into = slashes(join(folder, "index.d.ts"));
	const files = new Set<string>();
	collect(
		into,
		/^\/\/\/ <reference path="([^"]*)"/gm,
		(path, name) => slashes(join(dirname(path), name)),
		files,
	);
	return groupOf(into, files);
}

/** Of the project that was asked about last. */
let known:
	| {
			readonly config: string;
			/** Another one once other types of Node are installed. */
			readonly stamp: () => string;
			readonly stamped: string;
			readonly groups: readonly Group[];
	  }
	| undefined;

function groupsOf(config: string): readonly Group[] {
	if (known?.config === config && known.stamp() === known.stamped)
		return known.groups;
	const parsed: unknown = JSON.parse(config);
	const options = isObject(parsed) ? parsed.compilerOptions : undefined;
	const lib = isObject(options) ? texts(options.lib) : [];
	const node = nodeTypes(config);
	const groups = [
		languageLibrary(lib),
		node === undefined ? undefined : nodeLibrary(node),
	].filter((group) => group !== undefined);
	const stamp = () =>
		node === undefined ? "" : stampOf(join(node, "package.json"));
	known = { config, stamp, stamped: stamp(), groups };
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

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseCode } from "../../../cell/parse.ts";
import { localTarget, sourceOf } from "./versions.ts";

/** Whoever declares more cannot be searched while a cell waits. */
const SEARCHED_FILES = 400;

/**
 * Is a name that a module does not have at run time one of its types? A cell may
 * import types without the word `type`, for cells further down.
 * @param folder where the cell runs
 */
export function isExportedType(
	specifier: string,
	name: string,
	folder: string,
): boolean {
	const local = localTarget(specifier, pathToFileURL(join(folder, "cell.ts")));
	if (local) return exportsName(local, name, new Set());
	// What a default of types alone would be good for, no package has shown.
	if (name === "default") return false;
	return typesOf(specifier, folder).some((file) =>
		declares(readFileSync(file, "utf8"), name),
	);
}

/** Is the name among what a local module exports, types included? */
function exportsName(url: URL, name: string, seen: Set<string>): boolean {
	const file = fileURLToPath(url);
	if (seen.has(file) || !/\.[mc]?[jt]sx?$/.test(file)) return false;
	seen.add(file);
	const { module } = parseCode(file, sourceOf(file), {
		sourceType: "unambiguous",
	});
	return module.staticExports
		.flatMap(({ entries }) => entries)
		.some(({ exportName, importName, moduleRequest }) => {
			const exported =
				exportName.kind === "Default" ? "default" : exportName.name;
			if (exported === name) return true;
			const passesOn =
				importName.kind === "AllButDefault" && name !== "default";
			if (!passesOn || !moduleRequest) return false;
			const target = localTarget(moduleRequest.value, url);
			return target
				? exportsName(target, name, seen)
				: isExportedType(moduleRequest.value, name, dirname(file));
		});
}

/** Declares it, or passes it on in braces. */
const declares = (text: string, name: string) => {
	const escaped = name.replaceAll("$", "\\$");
	return new RegExp(
		`\\b(?:interface|type|class|enum|namespace|as)\\s+${escaped}(?![\\w$])|[{,]\\s*${escaped}\\s*[,}]`,
	).test(text);
};

const require = createRequire(import.meta.url);

const folderOf = (name: string): string[] => {
	try {
		return [dirname(require.resolve(`${name}/package.json`))];
	} catch {
		return [];
	}
};

const PACKAGE = /^(?:@[^/]+\/)?[^/]+/;

/** Files of declarations of the package, or of Node's module. */
function typesOf(specifier: string, folder: string): string[] {
	if (isBuiltin(specifier))
		return folderOf("@types/node").flatMap((types) => {
			const file = join(types, `${specifier.replace(/^node:/, "")}.d.ts`);
			return existsSync(file) ? [file] : declarationsIn(types);
		});
	const own = OWN[specifier];
	if (own !== undefined) return ownFiles(new URL(own, import.meta.url));
	const [name = specifier] = PACKAGE.exec(specifier) ?? [];
	const folders = [
		...packageFolders(name, folder),
		...packageFolders(`@types/${name.replace(/^@(.*)\//, "$1__")}`, folder),
		...(name.startsWith("@tensorflow/") ? TENSORFLOW.flatMap(folderOf) : []),
	];
	return folders.flatMap(declarationsIn);
}

const TENSORFLOW = ["core", "layers", "data"].map(
	(part) => `@tensorflow/tfjs-${part}`,
);

const ENDING = import.meta.url.endsWith(".ts") ? "ts" : "d.ts";
const OWN: Readonly<Record<string, string>> = {
	deepdiva: `../../../index.${ENDING}`,
	tslab: `../display/tslab.${ENDING}`,
};

/** The file, and those all of whose exports it passes on. */
const ownFiles = (url: URL): string[] => [
	fileURLToPath(url),
	...Array.from(
		readFileSync(url, "utf8").matchAll(/^export \* from "(.*)\.ts"/gm),
		([, stem]) => ownFiles(new URL(`${stem}.${ENDING}`, url)),
	).flat(),
];

/** The package in the nearest `node_modules`. */
function packageFolders(name: string, folder: string): string[] {
	for (let above = folder; ; above = dirname(above)) {
		const found = join(above, "node_modules", name);
		if (existsSync(found)) return [found];
		if (dirname(above) === above) return [];
	}
}

/** Of a package, not of those inside it. */
const declarationsIn = (folder: string): string[] =>
	[...filesIn(folder)].slice(0, SEARCHED_FILES);

function* filesIn(folder: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isFile() && /\.d\.[mc]?ts$/.test(entry.name)) yield path;
		if (entry.isDirectory() && entry.name !== "node_modules")
			yield* filesIn(path);
	}
}

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sha256 } from "../../../base/canonical.ts";
import { pathsFor, tsconfigOf } from "../../../cell/compile/tsconfig.ts";
import { parseCode } from "../../../cell/parse.ts";
import { moduleAt } from "./cell-modules.ts";

/** What `./util` may be; `./util.js` may mean `./util.ts`, as TypeScript reads it. */
export function* candidates(specifier: string): Generator<string> {
	yield specifier;
	const stem = specifier.replace(/\.js$/, "");
	for (const ending of [".ts", ".tsx", "/index.ts"]) yield stem + ending;
}

/** Does the specifier name a file, not a package? */
export const namesFile = (specifier: string) =>
	/^(\.{0,2}\/|file:)/.test(specifier);

/** The text of a local module: a file, or a cell that is a module. */
export const sourceOf = (file: string): string =>
	moduleAt(file)?.source ?? readFileSync(file, "utf8");

const imports = new Map<string, { time: number; specifiers: string[] }>();

/** Files that a file imports, as it names them. */
function importsOf(file: string, time: number): readonly string[] {
	const known = imports.get(file);
	if (known?.time === time) return known.specifiers;
	const { module } = parseCode(file, sourceOf(file), {
		sourceType: "unambiguous",
	});
	const specifiers = [
		...module.staticImports.map((one) => one.moduleRequest.value),
		...module.staticExports.flatMap(({ entries }) =>
			entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
		),
	];
	imports.set(file, { time, specifiers });
	return specifiers;
}

/** What an import of the file `parent` may mean, if it means a local file. */
function* targetsOf(specifier: string, parent: URL): Generator<URL> {
	if (namesFile(specifier))
		for (const candidate of candidates(specifier))
			yield new URL(candidate, parent);
	const tsconfig = tsconfigOf(dirname(fileURLToPath(parent)));
	for (const path of pathsFor(specifier, tsconfig))
		for (const candidate of candidates(path)) yield pathToFileURL(candidate);
}

/** The local file, or cell, that an import of the file `parent` means, if it means one. */
export const localTarget = (specifier: string, parent: URL): URL | undefined =>
	[...targetsOf(specifier, parent)].find(
		(target) => timeOf(target) !== undefined,
	);

function timeOf(url: URL): number | undefined {
	const file = fileURLToPath(url);
	const cell = moduleAt(file);
	if (cell) return cell.time;
	const stats = statSync(file, { throwIfNoEntry: false });
	return stats?.isFile() ? stats.mtimeMs : undefined;
}

/** The times of a file and of all files it imports. */
function collect(url: URL, times: Map<string, number>): void {
	const file = fileURLToPath(url);
	const time = timeOf(url);
	if (time === undefined || times.has(file)) return;
	times.set(file, time);
	if (!/\.[mc]?[jt]sx?$/.test(file)) return;
	for (const specifier of importsOf(file, time))
		for (const target of targetsOf(specifier, url)) {
			if (timeOf(target) === undefined) continue;
			collect(target, times);
			break;
		}
}

const latest = new Map<string, string>();
const { cache } = createRequire(import.meta.url);

/**
 * The file's URL with a mark that changes when it, or a file it imports, is
 * edited: so it is loaded again then, and only then.
 */
export function withVersion(url: string): string {
	const plain = new URL(url);
	plain.search = "";
	const times = new Map<string, number>();
	collect(plain, times);
	const version = sha256(
		[...times]
			.map(([file, time]) => `${file} ${time}`)
			.sort()
			.join("\n"),
	).slice(7, 19);
	const file = fileURLToPath(plain);
	// Node keeps CommonJS modules by their path alone.
	if (latest.has(file) && latest.get(file) !== version) delete cache[file];
	latest.set(file, version);
	return `${plain.href}?v=${version}`;
}

import { fileURLToPath } from "node:url";
import type { GeneratedCode } from "../../../cell/compile/generate.ts";

/** A cell or local module whose frames can be led back to what the user wrote. */
export interface KnownSource {
	/** The cell as its prompt names it, or the file. */
	readonly name: string;
	readonly source: string;
	readonly position: GeneratedCode["position"] | undefined;
	/** A place in it, as a traceback names it. */
	place(line: number, column: number): string;
}

/** A place (1-based) in what the user wrote. */
export interface SourcePlace {
	readonly known: KnownSource;
	readonly line: number;
	readonly column: number;
}

export const linesOf = ({ source }: KnownSource) => source.split("\n");

/** By the name V8 knows them under. */
const sources = new Map<string, KnownSource>();
/** By the name that the user knows; of two with one name, the later. */
const named = new Map<string, KnownSource>();

export const knownSource = (location: string): KnownSource | undefined =>
	sources.get(location);

function register(location: string, known: KnownSource): void {
	sources.set(location, known);
	named.set(known.name, known);
}

/**
 * The place that a stack names: where V8 knows the code under the name, one of
 * what it was compiled to; else, under the user's name, the place itself.
 * @returns undefined for a name that is not known; `"generated"` for code that nobody wrote
 */
export function sourcePlace(
	location: string,
	line: number,
	column: number,
): SourcePlace | "generated" | undefined {
	const compiled = sources.get(location);
	if (compiled) {
		const at = compiled.position?.(line, column);
		return at ? { known: compiled, ...at } : "generated";
	}
	const known = named.get(location);
	return known && { known, line, column };
}

/** Makes a cell's frames readable: `filename` is what its script was compiled under. */
export function registerCell(
	filename: string,
	label: string,
	source: string,
	generated?: GeneratedCode,
): void {
	register(filename, {
		name: label,
		source,
		position: generated?.position,
		place: (line, column) => `${label}, line ${line}, column ${column}`,
	});
}

/** Makes the frames of a module readable that was compiled from TypeScript. */
export function registerModule(
	url: string,
	source: string,
	generated?: GeneratedCode,
): void {
	const path = pathOf(url);
	const known: KnownSource = {
		name: path,
		source,
		position: generated?.position,
		place: (line, column) => `${path}:${line}:${column}`,
	};
	register(url, known);
	// V8 knows CommonJS by its path.
	if (path.endsWith(".cts")) sources.set(path, known);
}

/** Where the user wrote what is at a position (1-based) of a stack. */
export function locateSource(
	file: string,
	line: number,
	column: number,
): { name: string; line: number; code?: string } | undefined {
	const at = sourcePlace(file, line, column);
	if (!at || at === "generated") return undefined;
	const code = linesOf(at.known)[at.line - 1]?.trim();
	return {
		name: at.known.name,
		line: at.line,
		...(code === undefined ? {} : { code }),
	};
}

/** A module's path without the version that `resolve.ts` gives it. */
export function pathOf(location: string): string {
	const plain = location.replace(/\?.*/s, "");
	return plain.startsWith("file:") ? fileURLToPath(plain) : plain;
}

/** The name under which the cell being compiled is registered, for errors before it has a script. */
export const SYNTAX_ERROR_CELL = "deepdiva:compiling";

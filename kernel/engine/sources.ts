import { fileURLToPath } from "node:url";
import type { GeneratedCode } from "./generate.ts";

/** A cell or local module whose frames can be led back to what the user wrote. */
export interface KnownSource {
	/** The cell as its prompt names it, or the file. */
	readonly name: string;
	readonly source: string;
	readonly position: GeneratedCode["position"] | undefined;
	/** A place in it, as a traceback names it. */
	place(line: number, column: number): string;
}

export const linesOf = ({ source }: KnownSource) => source.split("\n");

/** By the name V8 knows them under. */
const sources = new Map<string, KnownSource>();

export const knownSource = (location: string): KnownSource | undefined =>
	sources.get(location);

/** Makes a cell's frames readable: `filename` is what its script was compiled under. */
export function registerCell(
	filename: string,
	label: string,
	source: string,
	generated?: GeneratedCode,
): void {
	sources.set(filename, {
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
	sources.set(url, {
		name: pathOf(url),
		source,
		position: generated?.position,
		place: (line, column) => `${pathOf(url)}:${line}:${column}`,
	});
}

/** Where the user wrote what is at a position (1-based) of a compiled cell or module. */
export function locateSource(
	file: string,
	line: number,
	column: number,
): { name: string; line: number; code?: string } | undefined {
	const known = sources.get(file);
	const at = known?.position?.(line, column);
	if (!known || !at) return undefined;
	const code = linesOf(known)[at.line - 1]?.trim();
	return {
		name: known.name,
		line: at.line,
		...(code === undefined ? {} : { code }),
	};
}

/** A module's path without the version that `resolve.ts` gives it. */
export function pathOf(location: string): string {
	const plain = location.replace(/\?.*$/, "");
	return plain.startsWith("file:") ? fileURLToPath(plain) : plain;
}

/** The name under which the cell being compiled is registered, for errors before it has a script. */
export const SYNTAX_ERROR_CELL = "deepdiva:compiling";

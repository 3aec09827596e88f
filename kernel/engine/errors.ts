import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { excerpt, RED, RESET } from "./excerpt.ts";
import type { GeneratedCode } from "./generate.ts";
import { messageWithAdvice } from "./missing-module.ts";
import { CellSyntaxError } from "./syntax.ts";

/** What Jupyter shows for an error. */
export interface ErrorReport {
	readonly ename: string;
	readonly evalue: string;
	readonly traceback: string[];
}

/** A cell or local module whose frames can be led back to what the user wrote. */
interface KnownSource {
	/** The cell as its prompt names it, or the file. */
	readonly name: string;
	readonly source: string;
	readonly position: GeneratedCode["position"] | undefined;
	/** A place in it, as a traceback names it. */
	place(line: number, column: number): string;
}

const linesOf = ({ source }: KnownSource) => source.split("\n");

/** By the name V8 knows them under. */
const sources = new Map<string, KnownSource>();

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
function pathOf(location: string): string {
	const plain = location.replace(/\?.*$/, "");
	return plain.startsWith("file:") ? fileURLToPath(plain) : plain;
}

/** Of the user's own; a recursion has more. */
const SHOWN_FRAMES = 12;

interface Frame {
	readonly text: string;
	readonly source?: { known: KnownSource; line: number; column: number };
}

const FRAME = /^\s*at (?:(.*?) \()?(?:async )?(.+?):(\d+):(\d+)\)?$/;

/** The user's own frames: cells and local files, not Node, packages or this kernel. */
function userFrames(stack: string, ownRoot: string): Frame[] {
	const frames: Frame[] = [];
	for (const line of stack.split("\n")) {
		const match = FRAME.exec(line);
		if (!match) continue;
		const [, caller = "", location = "", lineText, columnText] = match;
		const name = caller.replace(/^(async |Object\.|Function\.|new )+/, "");
		const known = sources.get(location);
		if (known) {
			const position = known.position?.(Number(lineText), Number(columnText));
			if (!position) continue;
			const where = known.place(position.line, position.column);
			frames.push({
				text:
					name && !name.startsWith("<anonymous>")
						? `  at ${name} (${where})`
						: `  at ${where}`,
				source: { known, ...position },
			});
		} else if (
			!location.includes("node:") &&
			!location.includes("/node_modules/") &&
			!location.includes(ownRoot) &&
			location !== "<anonymous>"
		)
			frames.push({
				text: `  at ${name ? `${name} ` : ""}(${pathOf(location)}:${lineText}:${columnText})`,
			});
	}
	return frames;
}

/** A module that cannot be linked has its place above its stack. */
const LINK_ERROR = /^(file:.*):(\d+)\n.*\n(\s*)\^/;

/** The import of a local module that asks for what is not there. */
function linkFrames(stack: string): Frame[] {
	const [, location = "", line, indent = ""] = LINK_ERROR.exec(stack) ?? [];
	const known = sources.get(location);
	const at = known?.position?.(Number(line), indent.length + 1);
	return known && at
		? [
				{
					text: `  at ${known.place(at.line, at.column)}`,
					source: { known, ...at },
				},
			]
		: [];
}

/** The error's message; of a module that is missing, with what to do. */
function messageOf(error: Error): unknown {
	// Anything can be thrown.
	const message: unknown = error.message;
	return typeof message === "string"
		? messageWithAdvice(error, (file) => sources.has(file))
		: message;
}

function report(error: unknown, ownRoot: string, depth: number): string[] {
	if (!(error instanceof Error) && !isErrorLike(error))
		return [`${RED}Uncaught${RESET} ${inspect(error)}`];
	const lines = [
		`${RED}${String(error.name)}${RESET}: ${String(messageOf(error))}`,
	];
	if (error instanceof CellSyntaxError) {
		const known = sources.get(error.file ?? SYNTAX_ERROR_CELL);
		if (known)
			lines.push(
				`  at ${known.place(error.line, error.column)}`,
				...excerpt(linesOf(known), error.line, error.column),
			);
		if (error.file === undefined) return lines;
	}
	const stack = String(error.stack ?? "");
	const frames = [...linkFrames(stack), ...userFrames(stack, ownRoot)];
	frames.slice(0, SHOWN_FRAMES).forEach((frame, i) => {
		lines.push(frame.text);
		if (i === 0 && frame.source && !(error instanceof CellSyntaxError)) {
			const { known, line, column } = frame.source;
			lines.push(...excerpt(linesOf(known), line, column));
		}
	});
	if (frames.length > SHOWN_FRAMES)
		lines.push(`  … and ${frames.length - SHOWN_FRAMES} more`);
	if (depth < 5) {
		if (error.cause !== undefined)
			lines.push("caused by:", ...report(error.cause, ownRoot, depth + 1));
		if ("errors" in error && Array.isArray(error.errors))
			for (const inner of error.errors)
				lines.push("which holds:", ...report(inner, ownRoot, depth + 1));
	}
	return lines;
}

/** The name under which the cell being compiled is registered, for errors before it has a script. */
export const SYNTAX_ERROR_CELL = "deepdiva:compiling";

function isErrorLike(value: unknown): value is Error {
	return (
		typeof value === "object" &&
		value !== null &&
		"message" in value &&
		"stack" in value &&
		"name" in value
	);
}

/**
 * Name, message and the user's own frames, with the source line of the first.
 * Anything can be thrown: what is no Error is shown as it is.
 * @param ownRoot frames of files under it are the kernel's own
 */
export function describeError(error: unknown, ownRoot: string): ErrorReport {
	try {
		const traceback = report(error, ownRoot, 0);
		if (error instanceof Error || isErrorLike(error))
			return {
				ename: String(error.name),
				evalue: String(messageOf(error)),
				traceback,
			};
		return {
			ename: "Uncaught",
			evalue: typeof error === "string" ? error : inspect(error),
			traceback,
		};
	} catch {
		// A thrown object whose own properties throw.
		const evalue = "an error that cannot be shown";
		return { ename: "Uncaught", evalue, traceback: [`Uncaught ${evalue}`] };
	}
}

import { types } from "node:util";
import { propertyText, stringOf, textOf } from "../../experiment/value-text.ts";
import { foreignCall, foreignName } from "../../magics/foreign.ts";
import {
	boundNames,
	isNode,
	type Node,
	parseSource,
	walk,
} from "../../magics/syntax.ts";
import { blankMagics } from "../language/magic-lines.ts";
import { excerpt, RED, RESET } from "./excerpt.ts";
import { messageWithAdvice } from "./missing-module.ts";
import { pythonName } from "./python.ts";
import { read } from "./rich.ts";
import {
	type KnownSource,
	knownSource,
	linesOf,
	pathOf,
	SYNTAX_ERROR_CELL,
} from "./sources.ts";
import { CellSyntaxError } from "./syntax.ts";

/** What Jupyter shows for an error. */
export interface ErrorReport {
	readonly ename: string;
	readonly evalue: string;
	readonly traceback: string[];
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
		const known = knownSource(location);
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
	const known = knownSource(location);
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

const NOT_DEFINED = /^([\p{ID_Start}$_][\p{ID_Continue}$]*) is not defined$/u;

/** Where the error was thrown, as V8 names it. */
const THROWN_IN = /^\s*at .*?\(?((?:file:|\/|[A-Za-z]:).*?):\d+:\d+\)?$/m;

/** What to write in place of a name, or method, that other kernels have, or of an assignment without a declaration. */
function adviceFor(error: object, message: string): string | undefined {
	const kind = propertyText(error, "name");
	if (kind === "TypeError") return foreignCall(message);
	const [, name] = NOT_DEFINED.exec(message) ?? [];
	if (kind !== "ReferenceError" || name === undefined) return undefined;
	const [, file = ""] = THROWN_IN.exec(propertyText(error, "stack")) ?? [];
	const known = knownSource(file);
	return !name.startsWith("$$") && known && isAssigned(known.source, name)
		? `declare it where it is first given a value: let ${name} = …`
		: (foreignName(name) ?? pythonName(name));
}

/** Does the code give the name a value? */
function isAssigned(source: string, name: string): boolean {
	const { program } = parseSource(blankMagics(source));
	for (const node of walk([program as unknown as Node])) {
		const { type, left, argument } = node;
		const target =
			type === "AssignmentExpression" || /^For(In|Of)Statement$/.test(type)
				? left
				: type === "UpdateExpression"
					? argument
					: undefined;
		if (isNode(target) && boundNames(target).includes(name)) return true;
	}
	return false;
}

/** The error's message; with what to do, where that is known. */
function messageOf(error: object): string {
	const message = propertyText(error, "message");
	const advice = adviceFor(error, message);
	if (advice !== undefined) return `${message}; ${advice}`;
	return messageWithAdvice(
		{
			message,
			code: propertyText(error, "code"),
			url: propertyText(error, "url"),
		},
		(file) => knownSource(file) !== undefined,
	);
}

/** Causes of causes, and errors in errors, that are shown. */
const SHOWN_DEPTH = 5;
/** Of those that an error holds. */
const SHOWN_ERRORS = 10;

const valueText = (value: unknown) => textOf(value, { depth: 2 });

function report(error: unknown, ownRoot: string, depth: number): string[] {
	if (!isError(error)) return [`${RED}Uncaught${RESET} ${valueText(error)}`];
	const lines = [
		`${RED}${propertyText(error, "name")}${RESET}: ${messageOf(error)}`,
	];
	if (error instanceof CellSyntaxError) {
		const known = knownSource(error.file ?? SYNTAX_ERROR_CELL);
		if (known)
			lines.push(
				`  at ${known.place(error.line, error.column)}`,
				...excerpt(linesOf(known), error.line, error.column),
			);
		if (error.file === undefined) return lines;
	}
	const stack = propertyText(error, "stack");
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
	if (depth < SHOWN_DEPTH) lines.push(...within(error, ownRoot, depth));
	return lines;
}

/** Its cause, and the errors that it holds. */
function within(error: object, ownRoot: string, depth: number): string[] {
	const lines: string[] = [];
	const cause = read(error, "cause");
	if (cause !== undefined)
		lines.push("caused by:", ...report(cause, ownRoot, depth + 1));
	const errors = read(error, "errors");
	if (types.isProxy(errors) || !Array.isArray(errors)) return lines;
	for (const inner of errors.slice(0, SHOWN_ERRORS))
		lines.push("which holds:", ...report(inner, ownRoot, depth + 1));
	if (errors.length > SHOWN_ERRORS)
		lines.push(`… and ${errors.length - SHOWN_ERRORS} more errors`);
	return lines;
}

/** An error, or what has all that an error has. */
function isError(value: unknown): value is object {
	if (types.isNativeError(value)) return true;
	if (typeof value !== "object" || value === null) return false;
	try {
		return (
			value instanceof Error ||
			["message", "stack", "name"].every((name) => name in value)
		);
	} catch {
		return false; // A proxy.
	}
}

/**
 * Name, message and the user's own frames, with the source line of the first.
 * Anything can be thrown: what is no Error is shown as it is.
 * @param ownRoot frames of files under it are the kernel's own
 */
export function describeError(error: unknown, ownRoot: string): ErrorReport {
	const traceback = report(error, ownRoot, 0);
	return isError(error)
		? {
				ename: propertyText(error, "name"),
				evalue: messageOf(error),
				traceback,
			}
		: {
				ename: "Uncaught",
				evalue: typeof error === "string" ? stringOf(error) : valueText(error),
				traceback,
			};
}

import { types } from "node:util";
import { isA, UsageError } from "../../../base/errors.ts";
import { shownLines } from "../../../base/shown-text.ts";
import { propertyText, stringOf, textOf } from "../../../base/value-text.ts";
import { CellSyntaxError } from "../../../cell/compile/syntax.ts";
import { foreignCall } from "../../../cell/text/foreign.ts";
import { explainError } from "../../../training/explain/explain.ts";
import { excerpt, RED, RESET } from "../../advice/excerpt.ts";
import {
	ForeignImport,
	messageWithAdvice,
} from "../../advice/missing-module.ts";
import { adviceOnName } from "../../advice/unknown-name.ts";
import { read } from "../display/rich.ts";
import {
	knownSource,
	linesOf,
	type SourcePlace,
	SYNTAX_ERROR_CELL,
	sourcePlace,
} from "./sources.ts";
import { framesOf, placeText } from "./stack.ts";

/** What Jupyter shows for an error. */
export interface ErrorReport {
	readonly ename: string;
	readonly evalue: string;
	readonly traceback: string[];
}

/** Of the user's own; a recursion has more. */
const SHOWN_FRAMES = 12;

interface ShownFrame {
	readonly text: string;
	readonly source?: SourcePlace;
}

function stackOf(error: object): string {
	const stack = read(error, "stack");
	return typeof stack === "string" ? stack : "";
}

/** The user's own frames: cells and local files, not Node, packages or this kernel. */
function userFrames(error: object, ownRoot: string): ShownFrame[] {
	const frames: ShownFrame[] = [];
	for (const frame of framesOf(error, stackOf(error))) {
		const { caller, location, source } = frame;
		const name = caller.replace(/^(async( |$)|Object\.|Function\.|new )+/, "");
		if (source) {
			const where = source.known.place(source.line, source.column);
			frames.push({
				text:
					name && !name.startsWith("<anonymous>")
						? `  at ${name} (${where})`
						: `  at ${where}`,
				source,
			});
		} else if (
			!location.includes("node:") &&
			!location.includes("/node_modules/") &&
			!location.includes(ownRoot) &&
			location !== "<anonymous>"
		)
			frames.push({
				text: `  at ${name ? `${name} ` : ""}(${placeText(frame)})`,
			});
	}
	return frames;
}

/** A module that cannot be linked has its place above its stack. */
const LINK_ERROR = /^(file:.*):(\d+)\n.*\n(\s*)\^/;

/** The import of a local module that asks for what is not there. */
function linkFrames(stack: string): ShownFrame[] {
	const [, location = "", line, indent = ""] = LINK_ERROR.exec(stack) ?? [];
	const source = sourcePlace(location, Number(line), indent.length + 1);
	return source && source !== "generated"
		? [
				{
					text: `  at ${source.known.place(source.line, source.column)}`,
					source,
				},
			]
		: [];
}

const NOT_DEFINED = /^([\p{ID_Start}$_][\p{ID_Continue}$]*) is not defined$/u;

/** What to write in place of a name, or method, that other kernels have, or of an assignment without a declaration. */
function adviceFor(error: object, message: string): string | undefined {
	const kind = propertyText(error, "name");
	if (kind === "TypeError") return foreignCall(message);
	const [, name] = NOT_DEFINED.exec(message) ?? [];
	if (kind !== "ReferenceError" || name === undefined) return undefined;
	const [frame] = framesOf(error, stackOf(error));
	return adviceOnName(name, frame?.source?.known.source);
}

const isMissingModule = (error: object) =>
	/^(ERR_)?MODULE_NOT_FOUND$/.test(propertyText(error, "code"));

/** The error's message; with what to do, where that is known. */
function messageOf(error: object): string {
	const said = propertyText(error, "message");
	// Names and paths stand in errors of ours; what a program says of its own stays.
	const message = isA(error, UsageError) ? shownLines(said) : said;
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
const SHOWN_ERRORS_EACH = 10;
const SHOWN_ERRORS = 30;

const valueText = (value: unknown) => textOf(value, { depth: 2 });

/** What is told of one error, and of all errors in it. */
interface Telling {
	readonly ownRoot: string;
	/** How many more errors may be told. */
	left: number;
}

function report(error: unknown, telling: Telling, depth: number): string[] {
	telling.left--;
	if (!isError(error)) return [`${RED}Uncaught${RESET} ${valueText(error)}`];
	const lines = [
		`${RED}${propertyText(error, "name")}${RESET}: ${messageOf(error)}`,
	];
	const syntax = asSyntaxError(error);
	if (syntax) {
		const known = knownSource(syntax.file ?? SYNTAX_ERROR_CELL);
		if (known)
			lines.push(
				`  at ${known.place(syntax.line, syntax.column)}`,
				...excerpt(linesOf(known), syntax.line, syntax.column),
			);
		if (syntax.file === undefined) return lines;
	}
	lines.push(...frameLines(error, telling.ownRoot, syntax === undefined));
	if (!syntax) lines.push(...propertyLines(error));
	if (depth < SHOWN_DEPTH) lines.push(...within(error, telling, depth));
	return lines;
}

const asSyntaxError = (error: object): CellSyntaxError | undefined =>
	types.isNativeError(error) && error instanceof CellSyntaxError
		? error
		: undefined;

/** @param marks the line of the first frame is shown, with a mark in it */
function frameLines(error: object, ownRoot: string, marks: boolean): string[] {
	const frames = [...linkFrames(stackOf(error)), ...userFrames(error, ownRoot)];
	const lines = frames.slice(0, SHOWN_FRAMES).flatMap(({ text, source }, i) => {
		if (i > 0 || !source || !marks) return [text];
		const { known, line, column } = source;
		return [text, ...excerpt(linesOf(known), line, column)];
	});
	if (frames.length > SHOWN_FRAMES)
		lines.push(`  … and ${frames.length - SHOWN_FRAMES} more`);
	return lines;
}

/** What every error has, or what is shown in another place. */
const KNOWN_PROPERTIES = new Set([
	"name",
	"message",
	"stack",
	"cause",
	"errors",
]);

/** Lines of an error's own properties, such as `code`. */
const SHOWN_PROPERTY_LINES = 40;

/** Its own properties, as Node shows them: `{ code: 'ENOENT', … }`. */
function propertyLines(error: object): string[] {
	if (
		types.isProxy(error) ||
		error instanceof UsageError ||
		error instanceof ForeignImport ||
		isMissingModule(error)
	)
		return [];
	const own = Object.keys(error).filter((key) => !KNOWN_PROPERTIES.has(key));
	if (own.length === 0) return [];
	const shown = {};
	for (const key of own) {
		const property = Object.getOwnPropertyDescriptor(error, key);
		if (property) Object.defineProperty(shown, key, property);
	}
	const lines = textOf(shown, { depth: 1 }).split("\n");
	return [
		...lines.slice(0, SHOWN_PROPERTY_LINES).map((line) => `  ${line}`),
		...(lines.length > SHOWN_PROPERTY_LINES ? ["  …"] : []),
	];
}

/** Its cause, and the errors that it holds. */
function within(error: object, telling: Telling, depth: number): string[] {
	const lines: string[] = [];
	const cause = read(error, "cause");
	if (cause !== undefined && telling.left > 0)
		lines.push("caused by:", ...report(cause, telling, depth + 1));
	const errors = read(error, "errors");
	if (types.isProxy(errors) || !Array.isArray(errors)) return lines;
	let count = 0;
	while (count < Math.min(errors.length, SHOWN_ERRORS_EACH) && telling.left > 0)
		lines.push(
			"which holds:",
			...report(read(errors, count++), telling, depth + 1),
		);
	if (errors.length > count)
		lines.push(`… and ${errors.length - count} more errors`);
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
	try {
		explainError(error);
		return described(error, ownRoot);
	} catch {
		// Of a proxy every look may have another outcome.
		const evalue = "an error that cannot be shown";
		return { ename: "Uncaught", evalue, traceback: [`Uncaught ${evalue}`] };
	}
}

function described(error: unknown, ownRoot: string): ErrorReport {
	const traceback = report(error, { ownRoot, left: SHOWN_ERRORS }, 0);
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

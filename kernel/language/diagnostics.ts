import type { CellFile } from "./cell-files.ts";
import { withoutInternalNames } from "./cell-files.ts";

/** A type error in a cell. */
export interface CellDiagnostic {
	/** UTF-16 offset in the cell. */
	readonly start: number;
	readonly length: number;
	/** Both 1-based. */
	readonly line: number;
	readonly column: number;
	readonly message: string;
	/** TypeScript's number, e.g. 2322. */
	readonly code: number;
	readonly severity: "error" | "warning";
}

/** What the compiler says about a file. */
export interface FileDiagnostic {
	/** UTF-16 offsets in the file. */
	readonly start: number;
	readonly end: number;
	readonly code: number;
	readonly severity: CellDiagnostic["severity"];
	readonly message: DiagnosticMessage;
}

export interface DiagnosticMessage {
	readonly text: string;
	/** Why. */
	readonly details: readonly DiagnosticMessage[];
}

/** TypeScript's number for "Cannot find module". */
export const MODULE_NOT_FOUND = 2307;

/**
 * The module, or the runtime of JSX, is not there, or JavaScript without types:
 * all that it exports is `any`.
 */
const UNTYPED_MODULE = new Set([MODULE_NOT_FOUND, 2875, 7016, 7026]);

/** What a module may not do and a cell may: await and return to nobody, leave a type out. */
const ALLOWED_IN_CELLS = new Set([
	1308,
	1309,
	1375,
	1378,
	1431,
	1432, // await, for await
	2528, // two default exports
]);

/** The same name twice. */
const REDECLARED = new Set([2300, 2393, 2395, 2403, 2440, 2451, 2567]);

/** A name used before its own declaration; the earlier cell's value is meant. */
const USED_BEFORE = new Set([2448, 2449, 2450, 2454]);

const ASSIGNED_TO_ALIAS = 2632;

/** Implicit `any`, `this` included: plain JavaScript is welcome in a cell. */
const isImplicitAny = (code: number) =>
	code === 2683 ||
	(code >= 7005 && code <= 7026) ||
	(code >= 7031 && code <= 7053);

/** What may be null, undefined or anything, and perhaps never is. */
const MAYBE = new Set([
	2454, // used before being assigned
	2531,
	2532,
	2533,
	2721,
	2722,
	2723,
	18047,
	18048,
	18049, // possibly null or undefined
	2564, // a field without an initial value
	2571,
	18046, // of type unknown, as what `catch` catches
]);

const NULL_GIVEN =
	/^(?:Type|Argument of type) '(?:null|undefined)' is not assignable /;

/** `const scores = {}; scores.first = 1`. */
const GROWN_OBJECT = /^Property '.*' does not exist on type '\{\}'\.$/;

const texts = ({ text, details }: DiagnosticMessage): string[] => [
	text,
	...details.flatMap(texts),
];

/**
 * Is it an error only to those who asked for strictness in a tsconfig? Whoever
 * writes in a notebook without one may know little TypeScript: they are told
 * what cannot be right, not what might not be. Types are inferred strictly all
 * the same. Without `strict`, libraries that compute with types (as validators
 * do) give wrong ones, and completions say nothing of `undefined`.
 */
function isStrictness({ code, message }: FileDiagnostic): boolean {
	if (isImplicitAny(code) || MAYBE.has(code)) return true;
	return texts(message).some(
		(text) => NULL_GIVEN.test(text) || GROWN_OBJECT.test(text),
	);
}

/**
 * Does running the cell tell the same, and better? A module that is missing is
 * an error with the command that installs it, and one that TypeScript alone
 * misses, or knows no types of, is none.
 */
export const isToldByRunning = ({ code }: CellDiagnostic): boolean =>
	UNTYPED_MODULE.has(code);

/** A name that is not there, or not among the types. */
export const UNKNOWN_NAME = new Set([2304, 2552, 2583, 2584]);

/** `MessageEvent<string>`: what is generic in browsers' types is not in Node's. */
const NOT_GENERIC = 2315;

/** What TypeScript advises against an unknown global: another library of types would not bring it. */
const LIBRARY_ADVICE = /\. Do you need to change your target library\?.*$/s;

const NODE = `Node ${process.versions.node.split(".")[0]}`;

const withoutLibraryAdvice = (text: string): string =>
	text.replace(
		LIBRARY_ADVICE,
		`: cells run on ${NODE}, which has no such global.`,
	);

const flatten = ({ text, details }: DiagnosticMessage, depth = 0): string =>
	[
		"  ".repeat(depth) + text,
		...details.map((next) => flatten(next, depth + 1)),
	].join("\n");

export interface DiagnosticRules {
	/** Names of earlier cells. */
	readonly knows: (name: string) => boolean;
	/** Globals, whether or not types tell of them. */
	readonly isGlobal: (name: string) => boolean;
	/** A tsconfig says how strict to be. */
	readonly strict: boolean;
}

/** Of what a compiler says about a cell's file, what is an error of the cell. */
export function diagnosticsOfCell(
	found: readonly FileDiagnostic[],
	{ text, offset }: CellFile,
	{ knows, isGlobal, strict }: DiagnosticRules,
): CellDiagnostic[] {
	return found.flatMap((diagnostic): CellDiagnostic[] => {
		const { start, end, code, severity, message } = diagnostic;
		const name = text.slice(start, end);
		if (
			start < offset ||
			ALLOWED_IN_CELLS.has(code) ||
			REDECLARED.has(code) ||
			(USED_BEFORE.has(code) && knows(name)) ||
			(UNKNOWN_NAME.has(code) && isGlobal(name)) ||
			(code === NOT_GENERIC && isGlobal(name.replace(/<.*$/s, ""))) ||
			(!strict && isStrictness(diagnostic))
		)
			return [];
		const before = text.slice(offset, start).split("\n");
		return [
			{
				start: start - offset,
				length: end - start,
				line: before.length,
				column: (before.at(-1) ?? "").length + 1,
				message:
					code === ASSIGNED_TO_ALIAS
						? `Cannot assign to '${name}' because an earlier cell declares it as a constant, function, class or import.`
						: withoutInternalNames(withoutLibraryAdvice(flatten(message))),
				code,
				severity,
			},
		];
	});
}

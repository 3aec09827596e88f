/**
 * Stacks as the user reads them, wherever they are read: `error.stack` names
 * cells by their prompts and has the positions of what the user wrote. Frames of
 * Node and of this package are left out.
 */

import { parseFrameLine } from "../../../base/stack-frame.ts";
import { errorHead } from "../../../base/value-text.ts";
import { rawSites } from "../../../experiment/leaks/caller.ts";
import { pathOf, type SourcePlace, sourcePlace } from "./sources.ts";

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

export interface Frame {
	/** The function, with `async`, `new` and its like before it; empty at the top of a cell or module. */
	readonly caller: string;
	/** The file, as V8 or the user knows it. */
	readonly location: string;
	readonly line: number;
	readonly column: number;
	/** Of code that the user wrote, and this engine compiled. */
	readonly source?: SourcePlace;
}

/** Between the user's line and the error a library may have many. */
const CAPTURED_FRAMES = 50;
/** Of a stack that somebody else has made. */
const MOST_CHARACTERS = 100_000;
/** As many as Node shows, unless the user wants more or fewer. */
const SHOWN_FRAMES = 10;

/** A line of a stack; undefined for what is no place in a file, and for code that nobody wrote. */
function parseFrame(text: string): Frame | undefined {
	const parsed = parseFrameLine(text);
	if (!parsed) return undefined;
	const { caller, isAsync, location, line, column } = parsed;
	const source = sourcePlace(location, line, column);
	if (source === "generated") return undefined;
	return {
		caller: caller === "" && isAsync ? "async" : caller,
		location,
		line,
		column,
		...(source ? { source } : {}),
	};
}

/** Code of a text: its place is where the text was evaluated, and one in the text. */
const EVALUATED = /^eval at |, eval at /;
const EVALUATED_AT = /\(([^()]+):(\d+):(\d+)\)/g;

/** Where a frame is, as it is shown: `In [7]:2:26`, `/folder/file.ts:8:8`. */
export function placeText({ location, line, column, source }: Frame): string {
	if (source) return `${source.known.name}:${source.line}:${source.column}`;
	const shown = EVALUATED.test(location)
		? location.replace(EVALUATED_AT, (whole, file, ...position) => {
				const at = sourcePlace(file, Number(position[0]), Number(position[1]));
				return at && at !== "generated"
					? `(${at.known.name}:${at.line}:${at.column})`
					: whole;
			})
		: pathOf(location);
	return `${shown}:${line}:${column}`;
}

const frameText = (frame: Frame): string => {
	const place = placeText(frame);
	const { caller } = frame;
	if (caller === "") return place;
	return caller === "async" ? `async ${place}` : `${caller} (${place})`;
};

/** Stacks that were made here: a name alone does not tell two cells apart. */
const prepared = new WeakMap<
	object,
	{ readonly text: string; readonly frames: readonly Frame[] }
>();

/** The frames of an error whose stack is the text. */
export function framesOf(error: object, stack: string): readonly Frame[] {
	const made = prepared.get(error);
	if (made?.text === stack) return made.frames;
	return stack
		.slice(0, MOST_CHARACTERS)
		.split("\n")
		.flatMap((line) => parseFrame(line) ?? []);
}

/** What a built-in function's frame, such as that of `map`, is kept for: it was called by the user. */
type Line = { readonly text: string; readonly frame?: Frame };

function shownLines(
	sites: readonly NodeJS.CallSite[],
	isOurs: (location: string) => boolean,
): Line[] {
	const lines: Line[] = [];
	let builtIns: Line[] = [];
	for (const site of sites) {
		const text = String(site);
		const frame = parseFrame(`at ${text}`);
		if (frame && (frame.source || !isOurs(frame.location))) {
			lines.push(...builtIns, { text: frameText(frame), frame });
			builtIns = [];
		} else if (!frame && !site.getFileName()) builtIns.push({ text });
		else builtIns = [];
	}
	return lines;
}

function limit(): number {
	const { stackTraceLimit } = Error;
	return stackTraceLimit === CAPTURED_FRAMES ? SHOWN_FRAMES : stackTraceLimit;
}

function headOf(error: unknown): string {
	try {
		return Error.prototype.toString.call(error);
	} catch {
		// Node's text of an error has its stack, which is being made.
		return typeof error === "object" && error !== null
			? errorHead(error)
			: "Error";
	}
}

/** For a function of the user's that makes stacks: the same places, by the same names. */
function mappedSite(site: NodeJS.CallSite): NodeJS.CallSite {
	const text = String(site);
	const frame = parseFrame(`at ${text}`);
	const source = frame?.source;
	if (!frame || !source) return site;
	const own: Readonly<Record<string, () => unknown>> = {
		getFileName: () => source.known.name,
		getScriptNameOrSourceURL: () => source.known.name,
		getLineNumber: () => source.line,
		getColumnNumber: () => source.column,
		toString: () => frameText(frame),
	};
	// The methods of a call site work on itself only.
	return new Proxy(site, {
		get(target, key) {
			if (typeof key === "string" && Object.hasOwn(own, key)) return own[key];
			const found: unknown = Reflect.get(target, key);
			return typeof found === "function" ? found.bind(target) : found;
		},
	});
}

/**
 * From now on `error.stack` is what the user wrote.
 * @param ownRoot files under it are the package's own
 */
export function installStacks(ownRoot: string): void {
	const isOurs = (location: string) =>
		location.startsWith("node:") || pathOf(location).includes(ownRoot);
	const prepare: Prepare = (error, sites) => {
		const lines = shownLines(sites, isOurs);
		const shown = lines.slice(0, limit()).map(({ text }) => `    at ${text}`);
		const text = [headOf(error), ...shown].join("\n");
		prepared.set(error, {
			text,
			frames: lines.flatMap(({ frame }) => frame ?? []),
		});
		return text;
	};
	/** Without what runs the cell, below the user's code. */
	const sitesOf = (sites: readonly NodeJS.CallSite[]) => {
		const last = sites.findLastIndex((site) => {
			const frame = parseFrame(`at ${String(site)}`);
			return frame && (frame.source || !isOurs(frame.location));
		});
		return sites.slice(0, last < 0 ? sites.length : last + 1).map(mappedSite);
	};
	const nodes: unknown = Error.prepareStackTrace;
	/** Those that want no other sites than they get. */
	const known = new WeakSet<object>([prepare, rawSites]);
	let current: Prepare = prepare;
	function use(value: unknown): void {
		if (typeof value !== "function" || value === nodes) current = prepare;
		else if (known.has(value)) current = value as Prepare;
		else {
			current = (error, sites) =>
				Reflect.apply(value, Error, [error, sitesOf(sites)]);
			known.add(current);
		}
	}
	Error.stackTraceLimit = CAPTURED_FRAMES;
	Object.defineProperty(Error, "prepareStackTrace", {
		get: () => current,
		set: use,
		configurable: true,
	});
}

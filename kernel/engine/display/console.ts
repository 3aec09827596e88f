import { types } from "node:util";
import {
	asText,
	isDrawable,
	isObject,
	textOf,
} from "../../../base/value-text.ts";

type Print = (...args: unknown[]) => unknown;

/** What prints values. */
const METHODS = [
	"log",
	"info",
	"debug",
	"warn",
	"error",
	"trace",
	"assert",
	"group",
	"groupCollapsed",
	"dirxml",
	"count",
	"countReset",
	"time",
	"timeLog",
	"timeEnd",
] as const;

/** Values within what `console.dir` is asked to print in full. */
const MOST_VALUES = 1_000_000;

const MOST_ROWS = 1_000;
const MOST_COLUMNS = 200;

/**
 * The methods of `console` print whatever value they are given, a bounded part
 * of it, and never throw for it.
 */
export function installConsole(): void {
	for (const name of METHODS) replace(name, printer);
	replace("dir", dirPrinter);
	replace("table", tablePrinter);
}

function replace(
	name: (typeof METHODS)[number] | "dir" | "table",
	make: (native: Print) => Print,
): void {
	const native = console[name] as Print;
	const print = make(native.bind(console));
	Object.defineProperty(print, "name", { value: name });
	Object.assign(console, { [name]: print });
}

/** Calls the native method; once more, with plain texts for the values that do not let themselves be printed. */
function contained(native: Print, args: readonly unknown[]): unknown {
	for (const printable of [itself, plain])
		try {
			return native(...args.map(printable));
		} catch {}
	return native(...args.map(plainest));
}

const itself = (value: unknown) => value;

/** Objects as texts that can be printed in every way; a BigInt stays what `%d` prints. */
const plain = (value: unknown): unknown =>
	isObject(value) ? asText(textOf(value, { depth: 2 })) : value;

/** JSON has no BigInt, and a symbol is no label. */
const plainest = (value: unknown): unknown =>
	["bigint", "symbol"].includes(typeof value) ? textOf(value) : plain(value);

const bounded = (value: unknown, depth: number): unknown =>
	!isObject(value) || isDrawable(value, { depth })
		? value
		: asText(textOf(value, { depth }));

const printer =
	(native: Print): Print =>
	(...args) => {
		if (!args.some(isObject)) return contained(native, args);
		const [format] = args;
		// Those go deeper than the other ways to print.
		const depth = typeof format === "string" && /%[oO]/.test(format) ? 4 : 2;
		return contained(
			native,
			args.map((value) => bounded(value, depth)),
		);
	};

const dirPrinter =
	(native: Print): Print =>
	(value, options, ...rest) => {
		const asked = isObject(options) ? options : {};
		if (isDrawable(value, asked, MOST_VALUES))
			try {
				return native(value, options, ...rest);
			} catch {}
		return console.log(textOf(value, { depth: 2 }));
	};

/** The first rows of what is printed as a table, and how many there are; undefined for no table. */
function rowsOf(
	data: object,
): { readonly rows: unknown; readonly count: number } | undefined {
	if (types.isProxy(data)) return undefined;
	if (Array.isArray(data))
		return { rows: data.slice(0, MOST_ROWS), count: data.length };
	if (ArrayBuffer.isView(data)) {
		const list = data as Uint8Array;
		return { rows: list.subarray(0, MOST_ROWS), count: list.length };
	}
	if (types.isMap(data))
		return { rows: new Map(first(data)), count: data.size };
	if (types.isSet(data))
		return { rows: new Set(first(data)), count: data.size };
	const keys = Object.keys(data);
	if (keys.length <= MOST_ROWS) return { rows: data, count: keys.length };
	const rows = Object.fromEntries(
		keys
			.slice(0, MOST_ROWS)
			.map((key) => [key, Reflect.get(data, key) as unknown]),
	);
	return { rows, count: keys.length };
}

function first<T>(values: Iterable<T>): T[] {
	const found: T[] = [];
	for (const value of values) {
		if (found.length >= MOST_ROWS) break;
		found.push(value);
	}
	return found;
}

/** Has a row more columns than a table can be read with? */
const isWide = (row: unknown): boolean =>
	isObject(row) &&
	(Array.isArray(row) || ArrayBuffer.isView(row)
		? ((row as Uint8Array).length ?? 0)
		: Object.keys(row).length) > MOST_COLUMNS;

const tablePrinter =
	(native: Print): Print =>
	(data, ...rest) => {
		try {
			const table = isObject(data) ? rowsOf(data) : undefined;
			if (!table || values(table.rows).some(isWide)) return console.log(data);
			native(table.rows, ...rest);
			if (table.count > MOST_ROWS)
				console.log(`… ${table.count - MOST_ROWS} more rows`);
		} catch {
			console.log(data);
		}
		return undefined;
	};

const values = (rows: unknown): readonly unknown[] =>
	rows instanceof Map || rows instanceof Set
		? [...rows.values()]
		: Object.values(rows as object);

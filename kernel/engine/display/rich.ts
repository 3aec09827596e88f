import { types } from "node:util";
import { shortened } from "../../../base/text-width.ts";
import { errorHead, isSmallJson, textOf } from "../../../base/value-text.ts";
import {
	isTensorLike,
	type TensorLike,
	tensorHead,
	tensorText,
} from "../../../training/backend/tensor-text.ts";
import { escapeHtml } from "../../../widgets/text/html.ts";
import { formatNumber, table } from "../../../widgets/text/text.ts";
import type { MimeBundle } from "../../protocol/requests.ts";

/** Is a value of cells an object, or a list? */
export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null;

/** A property; undefined where it cannot be read: of a value it is not known what it is. */
export function read(value: object, key: PropertyKey): unknown {
	try {
		return Reflect.get(value, key);
	} catch {
		return undefined;
	}
}

/** Calls a method that the value may have. */
function call(value: object, name: string): unknown {
	const method = read(value, name);
	return typeof method === "function"
		? Reflect.apply(method, value, [])
		: undefined;
}

/** First bytes of picture formats. */
const SIGNATURES: readonly { mime: string; bytes: readonly number[] }[] = [
	{ mime: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47] },
	{ mime: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
	{ mime: "image/gif", bytes: [0x47, 0x49, 0x46, 0x38] },
];

function image(value: unknown): MimeBundle | undefined {
	if (!types.isUint8Array(value)) return undefined;
	const format = SIGNATURES.find(({ bytes }) =>
		bytes.every((byte, i) => value[i] === byte),
	);
	return (
		format && {
			[format.mime]: Buffer.from(
				value.buffer,
				value.byteOffset,
				value.byteLength,
			).toString("base64"),
			"text/plain": `${format.mime}, ${value.byteLength} bytes`,
		}
	);
}

function dataUrl(value: object): MimeBundle | undefined {
	const match = /^data:(image\/[\w+.-]+);base64,(.*)$/s.exec(
		String(call(value, "toDataURL")),
	);
	return match ? { [match[1] as string]: match[2] } : undefined;
}

function spec(value: object): MimeBundle | undefined {
	const made = call(value, "toSpec");
	if (!isObject(made)) return undefined;
	const vega = /vega\.github\.io\/schema\/vega\//.test(
		String(read(made, "$schema")),
	);
	return {
		[vega
			? "application/vnd.vega.v5+json"
			: "application/vnd.vegalite.v5+json"]: made,
	};
}

function html(value: object): MimeBundle | undefined {
	const outerHTML = read(value, "outerHTML");
	return typeof outerHTML === "string" ? { "text/html": outerHTML } : undefined;
}

/** A tensor of any copy of TensorFlow.js: type, shape and values. */
function tensor(value: object): MimeBundle | undefined {
	return isTensor(value) ? { "text/plain": tensorText(value) } : undefined;
}

function isTensor(value: object): value is TensorLike {
	try {
		return isTensorLike(value);
	} catch {
		return false; // A proxy, or a getter.
	}
}

const MOST_COLUMNS = 20;
const MOST_ROWS = 50;

/** Rows that say what columns there are. */
const MOST_ROWS_READ = 1_000;
const MOST_CHARACTERS = 500;
/** Values within a cell that is written as JSON. */
const MOST_VALUES = 200;

function isRow(value: unknown): value is Record<string, unknown> {
	if (!isObject(value)) return false;
	try {
		const prototype: unknown = Object.getPrototypeOf(value);
		return prototype === Object.prototype || prototype === null;
	} catch {
		return false; // A proxy.
	}
}

const SHORT = { depth: 1, maxArrayLength: 10 };

/** JSON has null for it. */
const isInvalidDate = (value: unknown) =>
	types.isDate(value) && Number.isNaN(Date.prototype.getTime.call(value));

/** Is it in JSON what it is here, but for what it holds? A map, for one, is `{}` there. */
const isPlain = (value: unknown): boolean =>
	value === null ||
	typeof value === "string" ||
	typeof value === "boolean" ||
	(typeof value === "number" ? Number.isFinite(value) : isPlainObject(value));

const isPlainObject = (value: unknown): boolean =>
	!types.isProxy(value) && (Array.isArray(value) || isRow(value));

/**
 * A value as JSON, where that has all of it; a value's own `toJSON` decides what all is.
 * @throws where it has not, and what code of the value throws
 */
function asJson(value: object): string {
	return JSON.stringify(value, function (this: object, key, made: unknown) {
		if (!isPlain(made) || isInvalidDate(read(this, key)))
			throw new TypeError("there is no JSON for it");
		return made;
	});
}

const inLine = (text: string) => text.replace(/(?<!\s)\s*\n\s*/g, " ");

const shortText = (value: object) =>
	inLine(textOf(value, { ...SHORT, breakLength: Number.POSITIVE_INFINITY }));

function nested(value: object): string {
	if (isTensor(value)) return tensorHead(value);
	if (types.isNativeError(value)) return inLine(errorHead(value));
	if (types.isProxy(value) || !isSmallJson(value, MOST_VALUES))
		return shortText(value);
	try {
		return asJson(value);
	} catch {
		return shortText(value);
	}
}

function cell(value: unknown): string {
	if (value === undefined) return "";
	if (typeof value === "number") return formatNumber(value);
	const text =
		(typeof value === "object" && value !== null) || typeof value === "function"
			? nested(value)
			: String(value);
	return shortened(text, MOST_CHARACTERS);
}

/** The rows that are shown: of a long list, the first and the last. */
function shownRows(list: readonly unknown[]): readonly unknown[] {
	const half = MOST_ROWS / 2;
	return list.length > MOST_ROWS
		? [...list.slice(0, half), ...list.slice(-half)]
		: list;
}

function namesIn(row: object): string[] {
	try {
		return Object.keys(row);
	} catch {
		return []; // A proxy.
	}
}

/** The columns of a list of plain objects; undefined for any other list. */
function columnsOf(list: readonly unknown[]): string[] | undefined {
	const columns = new Set<string>();
	for (const row of [...list.slice(0, MOST_ROWS_READ), ...shownRows(list)]) {
		if (!isRow(row)) return undefined;
		for (const name of namesIn(row)) columns.add(name);
		if (columns.size > MOST_COLUMNS) return undefined;
	}
	return columns.size > 0 ? [...columns] : undefined;
}

/** A list of plain objects is a table; long ones are cut in the middle. */
function objectTable(value: unknown): MimeBundle | undefined {
	if (types.isProxy(value) || !Array.isArray(value)) return undefined;
	const columns = columnsOf(value);
	if (!columns) return undefined;
	const half = MOST_ROWS / 2;
	const cut = value.length > MOST_ROWS;
	const rows = shownRows(value).filter(isRow);
	const index = (i: number) =>
		String(cut && i >= half ? value.length - MOST_ROWS + i : i);
	const numeric = columns.map((name) =>
		rows.every((row) =>
			["number", "undefined"].includes(typeof read(row, name)),
		),
	);
	const cells = rows.map((row, i) => [
		index(i),
		...columns.map((name) => cell(read(row, name))),
	]);
	const gap = cut ? ["…", ...columns.map(() => "…")] : undefined;
	const body = gap ? cells.toSpliced(half, 0, gap) : cells;
	const align = (i: number) =>
		i === 0 || numeric[i - 1] ? ("right" as const) : ("left" as const);
	const headers = ["", ...columns.map((name) => cell(name))];
	return {
		"text/html": `<table>\n<thead><tr>${headers.map((name) => `<th>${escapeHtml(name)}</th>`).join("")}</tr></thead>\n<tbody>\n${body
			.map(
				(row) =>
					`<tr>${row.map((one, i) => `<${i === 0 ? "th" : "td"} style="text-align:${align(i)}">${escapeHtml(one)}</${i === 0 ? "th" : "td"}>`).join("")}</tr>`,
			)
			.join(
				"\n",
			)}\n</tbody>\n</table>${cut ? `\n<p>${value.length} rows</p>` : ""}`,
		"text/plain":
			table(
				headers.map((header, i) => ({ header, align: align(i) })),
				body,
			) + (cut ? `\n${value.length} rows` : ""),
	};
}

/**
 * How values of known kinds are shown: pictures in buffers, canvases
 * (`toDataURL`), elements (`outerHTML`), charts (`toSpec`), tensors, and lists
 * of objects as tables. Undefined for everything else.
 * @throws what a method of the value throws
 */
export function richBundle(value: unknown): MimeBundle | undefined {
	if (!isObject(value)) return undefined;
	return (
		image(value) ??
		tensor(value) ??
		spec(value) ??
		dataUrl(value) ??
		html(value) ??
		objectTable(value)
	);
}

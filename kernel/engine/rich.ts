import { escapeHtml } from "../../widgets/html.ts";
import { formatNumber, table } from "../../widgets/text.ts";
import type { MimeBundle } from "./protocol.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null;

/** First bytes of picture formats. */
const SIGNATURES: readonly { mime: string; bytes: readonly number[] }[] = [
	{ mime: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47] },
	{ mime: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
	{ mime: "image/gif", bytes: [0x47, 0x49, 0x46, 0x38] },
];

function image(value: unknown): MimeBundle | undefined {
	if (!(value instanceof Uint8Array)) return undefined;
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

function dataUrl(value: Record<string, unknown>): MimeBundle | undefined {
	if (typeof value.toDataURL !== "function") return undefined;
	const match = /^data:(image\/[\w+.-]+);base64,(.*)$/s.exec(
		String(value.toDataURL()),
	);
	return match ? { [match[1] as string]: match[2] } : undefined;
}

function spec(value: Record<string, unknown>): MimeBundle | undefined {
	if (typeof value.toSpec !== "function") return undefined;
	const made: unknown = value.toSpec();
	if (!isObject(made)) return undefined;
	const vega = /vega\.github\.io\/schema\/vega\//.test(String(made.$schema));
	return {
		[vega
			? "application/vnd.vega.v5+json"
			: "application/vnd.vegalite.v5+json"]: made,
	};
}

function html(value: Record<string, unknown>): MimeBundle | undefined {
	const { outerHTML } = value;
	return typeof outerHTML === "string" ? { "text/html": outerHTML } : undefined;
}

/** A tensor of any copy of TensorFlow.js: type, shape and values. */
function tensor(value: Record<string, unknown>): MimeBundle | undefined {
	if (
		typeof value.dataSync !== "function" ||
		!Array.isArray(value.shape) ||
		typeof value.dtype !== "string"
	)
		return undefined;
	if (value.isDisposed === true)
		return {
			"text/plain": `Tensor ${value.dtype} [${value.shape.join(", ")}], disposed`,
		};
	return {
		"text/plain": `Tensor ${value.dtype} [${value.shape.join(", ")}]\n${String(value).replace(/^Tensor\s*\n?/, "")}`,
	};
}

const MOST_COLUMNS = 20;
const MOST_ROWS = 50;

const isRow = (value: unknown): value is Record<string, unknown> =>
	isObject(value) &&
	(Object.getPrototypeOf(value) === Object.prototype ||
		Object.getPrototypeOf(value) === null);

function cell(value: unknown): string {
	if (value === undefined) return "";
	if (typeof value === "number") return formatNumber(value);
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A list of plain objects is a table; long ones are cut in the middle. */
function objectTable(value: unknown): MimeBundle | undefined {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isRow))
		return undefined;
	const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
	if (columns.length === 0 || columns.length > MOST_COLUMNS) return undefined;
	const half = MOST_ROWS / 2;
	const cut = value.length > MOST_ROWS;
	const rows = cut ? [...value.slice(0, half), ...value.slice(-half)] : value;
	const index = (i: number) =>
		String(cut && i >= half ? value.length - MOST_ROWS + i : i);
	const numeric = columns.map((name) =>
		rows.every((row) => ["number", "undefined"].includes(typeof row[name])),
	);
	const cells = rows.map((row, i) => [
		index(i),
		...columns.map((name) => cell(row[name])),
	]);
	const gap = cut ? ["…", ...columns.map(() => "…")] : undefined;
	const body = gap ? cells.toSpliced(half, 0, gap) : cells;
	const align = (i: number) =>
		i === 0 || numeric[i - 1] ? ("right" as const) : ("left" as const);
	return {
		"text/html": `<table>\n<thead><tr>${["", ...columns].map((name) => `<th>${escapeHtml(name)}</th>`).join("")}</tr></thead>\n<tbody>\n${body
			.map(
				(row) =>
					`<tr>${row.map((one, i) => `<${i === 0 ? "th" : "td"} style="text-align:${align(i)}">${escapeHtml(one)}</${i === 0 ? "th" : "td"}>`).join("")}</tr>`,
			)
			.join(
				"\n",
			)}\n</tbody>\n</table>${cut ? `\n<p>${value.length} rows</p>` : ""}`,
		"text/plain":
			table(
				["", ...columns].map((header, i) => ({ header, align: align(i) })),
				body,
			) + (cut ? `\n${value.length} rows` : ""),
	};
}

/**
 * How values of known kinds are shown: pictures in buffers, canvases
 * (`toDataURL`), elements (`outerHTML`), charts (`toSpec`), tensors, and lists
 * of objects as tables. Undefined for everything else.
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

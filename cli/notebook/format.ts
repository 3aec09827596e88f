import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { DEEPEST_JSON, nestsTooDeeply } from "../../base/json-nesting.ts";
import { isObject } from "../../base/json-object.ts";

/**
 * Notebooks as files: nbformat 4.
 * https://nbformat.readthedocs.io/en/latest/format_description.html
 */

export type Metadata = Record<string, unknown>;
/** By MIME type. Text is one string; JSON types (`application/json`, `…+json`) are values. */
export type MimeData = Record<string, unknown>;

export interface StreamOutput {
	output_type: "stream";
	name: "stdout" | "stderr";
	text: string;
}
export interface DisplayOutput {
	output_type: "display_data";
	data: MimeData;
	metadata: Metadata;
}
export interface ResultOutput {
	output_type: "execute_result";
	/** Absent when the cell was never counted. */
	executionCount?: number;
	data: MimeData;
	metadata: Metadata;
}
export interface ErrorOutput {
	output_type: "error";
	ename: string;
	evalue: string;
	traceback: string[];
}
export type CellOutput =
	| StreamOutput
	| DisplayOutput
	| ResultOutput
	| ErrorOutput;

interface CellBase {
	/** Unique in the notebook, `[A-Za-z0-9_-]{1,64}`. */
	id: string;
	metadata: Metadata;
	source: string;
}
/** Files pasted into a text cell: name → MIME bundle. */
export type Attachments = Record<string, MimeData>;
export interface TextCell extends CellBase {
	cell_type: "markdown" | "raw";
	attachments?: Attachments;
}
export interface CodeCell extends CellBase {
	cell_type: "code";
	/** Absent when the cell was not executed. */
	executionCount?: number;
	outputs: CellOutput[];
}
export type Cell = TextCell | CodeCell;

export interface Notebook {
	/** nbformat 4, this minor version; at least 5, the first with cell ids. */
	minor: number;
	metadata: Metadata;
	cells: Cell[];
}

type Json = Record<string, unknown>;

const isText = (value: unknown): value is string | string[] =>
	typeof value === "string" ||
	(Array.isArray(value) && value.every((line) => typeof line === "string"));
const joined = (text: string | string[]): string =>
	typeof text === "string" ? text : text.join("");

const CELL_ID = /^[\w-]{1,64}$/;
const isJsonMime = (mime: string) =>
	mime === "application/json" || /^application\/.*\+json$/.test(mime);
/** What Jupyter stores as a list of lines; a base64 picture stays one string. */
const isLinesMime = (mime: string) =>
	mime.startsWith("text/") ||
	mime === "image/svg+xml" ||
	mime === "application/javascript";

/**
 * Reads a notebook file. Cells without an id (nbformat before 4.5) get one
 * made of their position and source, so the same file gives the same ids.
 * Throws a UsageError that names the file and the cell, and says what to do.
 */
export function readNotebook(path: string): Notebook {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new UsageError(
			`cannot read the notebook ${path}: ${readFailure(error)}`,
		);
	}
	return parseNotebook(text, path);
}

function readFailure(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOENT") return "there is no such file; check the path";
	if (code === "EISDIR") return "it is a folder; name the .ipynb file in it";
	if (code === "EACCES") return "it may not be read; check its permissions";
	return (error as Error).message;
}

/** As `readNotebook`, of a text. `path` is only named in errors. */
export function parseNotebook(text: string, path: string): Notebook {
	const fail = (what: string): never => {
		throw new UsageError(`${path} ${what}`);
	};
	if (text.trim() === "")
		fail("is empty; save the notebook again in Jupyter, or name another file");
	if (nestsTooDeeply(text))
		fail(
			`nests lists and objects more than ${DEEPEST_JSON} levels deep, and no notebook needs that; clear the outputs in Jupyter and save, or ask whom it is from`,
		);
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch (error) {
		fail(
			`is not a notebook: it is not JSON (${(error as Error).message}); save it again in Jupyter, or restore it from git`,
		);
	}
	if (!isObject(json) || (!("nbformat" in json) && !("cells" in json)))
		return fail(
			'is not a notebook: it is JSON without "nbformat" and "cells"; name an .ipynb file',
		);
	if (typeof json.nbformat !== "number")
		fail(
			'does not say its notebook format; "nbformat" must be 4 – open and save it in Jupyter',
		);
	if (json.nbformat !== 4)
		fail(
			`is in notebook format ${json.nbformat}, and only 4 is read; convert it with: jupyter nbconvert --to notebook --nbformat 4 ${path}`,
		);
	if (!Array.isArray(json.cells))
		return fail('has no list of cells; "cells" must be a list');
	const cells = json.cells.map((cell, index) =>
		parseCell(cell, (what) =>
			fail(
				`is damaged in cell ${index + 1} of ${(json.cells as unknown[]).length}: ${what}`,
			),
		),
	);
	giveIds(cells);
	return {
		minor: Math.max(
			5,
			typeof json.nbformat_minor === "number" ? json.nbformat_minor : 0,
		),
		metadata: isObject(json.metadata) ? json.metadata : {},
		cells,
	};
}

type Fail = (what: string) => never;

function parseCell(json: unknown, fail: Fail): Cell {
	if (!isObject(json)) return fail("it is not an object");
	if (!isText(json.source))
		return fail(
			'"source" is missing or not text; it must be a string or a list of lines',
		);
	const base = {
		id: typeof json.id === "string" ? json.id : "",
		metadata: isObject(json.metadata) ? json.metadata : {},
		source: joined(json.source),
	};
	if (json.cell_type === "markdown" || json.cell_type === "raw")
		return {
			cell_type: json.cell_type,
			...base,
			...(isObject(json.attachments)
				? { attachments: json.attachments as Attachments }
				: {}),
		};
	if (json.cell_type !== "code")
		return fail(
			`"cell_type" is ${JSON.stringify(json.cell_type)}; it must be "code", "markdown" or "raw"`,
		);
	const outputs = json.outputs ?? [];
	if (!Array.isArray(outputs)) return fail('"outputs" must be a list');
	return {
		cell_type: "code",
		...base,
		...count(json.execution_count),
		outputs: outputs.map((output, index) =>
			parseOutput(output, (what) => fail(`output ${index + 1}: ${what}`)),
		),
	};
}

const count = (value: unknown) =>
	typeof value === "number" ? { executionCount: value } : {};

function parseOutput(json: unknown, fail: Fail): CellOutput {
	if (!isObject(json)) return fail("it is not an object");
	switch (json.output_type) {
		case "stream":
			if (!isText(json.text)) return fail('"text" must be text');
			return {
				output_type: "stream",
				name: json.name === "stderr" ? "stderr" : "stdout",
				text: joined(json.text),
			};
		case "display_data":
		case "execute_result": {
			if (!isObject(json.data))
				return fail('"data" must be an object of MIME types');
			const shown = {
				data: joinBundle(json.data),
				metadata: isObject(json.metadata) ? json.metadata : {},
			};
			return json.output_type === "display_data"
				? { output_type: "display_data", ...shown }
				: {
						output_type: "execute_result",
						...count(json.execution_count),
						...shown,
					};
		}
		case "error":
			return {
				output_type: "error",
				ename: String(json.ename ?? "Error"),
				evalue: String(json.evalue ?? ""),
				traceback: Array.isArray(json.traceback)
					? json.traceback.map(String)
					: [],
			};
		default:
			return fail(
				`"output_type" is ${JSON.stringify(json.output_type)}; clear the outputs in Jupyter and save`,
			);
	}
}

const joinBundle = (data: Json): MimeData =>
	Object.fromEntries(
		Object.entries(data).map(([mime, value]) => [
			mime,
			!isJsonMime(mime) && isText(value) ? joined(value) : value,
		]),
	);

function giveIds(cells: Cell[]): void {
	const kept = new Set<string>();
	const without: [Cell, number][] = [];
	cells.forEach((cell, index) => {
		if (CELL_ID.test(cell.id) && !kept.has(cell.id)) kept.add(cell.id);
		else without.push([cell, index]);
	});
	for (const [cell, index] of without) {
		const digest = createHash("sha256")
			.update(`${index}\n${cell.source}`)
			.digest("hex");
		// Eight digits as Jupyter's own ids have; more only where those are taken.
		let length = 8;
		while (kept.has(digest.slice(0, length))) length++;
		cell.id = digest.slice(0, length);
		kept.add(cell.id);
	}
}

/**
 * The text of a notebook file as Jupyter itself writes it (one space of
 * indent, sorted keys, texts as lists of lines, a newline at the end), so that
 * a later save in Jupyter changes nothing but what the user changed.
 */
export function formatNotebook(notebook: Notebook): string {
	const json = {
		cells: notebook.cells.map(cellToJson),
		metadata: notebook.metadata,
		nbformat: 4,
		nbformat_minor: notebook.minor,
	};
	return `${JSON.stringify(sortKeys(json), undefined, 1)}\n`;
}

/** Writes the notebook as a whole or not at all; makes missing folders. */
export function writeNotebook(path: string, notebook: Notebook): void {
	writeFileAtomic(path, formatNotebook(notebook));
}

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const splitBundle = (data: MimeData): MimeData =>
	Object.fromEntries(
		Object.entries(data).map(([mime, value]) => [
			mime,
			typeof value === "string" && isLinesMime(mime) ? lines(value) : value,
		]),
	);

function cellToJson(cell: Cell): Json {
	const base = {
		cell_type: cell.cell_type,
		id: cell.id,
		metadata: cell.metadata,
		source: lines(cell.source),
	};
	if (cell.cell_type === "code")
		return {
			...base,
			execution_count: cell.executionCount ?? null,
			outputs: cell.outputs.map(outputToJson),
		};
	return cell.attachments ? { ...base, attachments: cell.attachments } : base;
}

function outputToJson(output: CellOutput): Json {
	switch (output.output_type) {
		case "stream":
			return { ...output, text: lines(output.text) };
		case "display_data":
			return { ...output, data: splitBundle(output.data) };
		case "execute_result": {
			const { executionCount, data, ...rest } = output;
			return {
				...rest,
				data: splitBundle(data),
				execution_count: executionCount ?? null,
			};
		}
		case "error":
			return { ...output };
	}
}

function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((key) => [key, sortKeys(value[key])]),
	);
}

import type { Redactor } from "./redact.ts";

const NOTEBOOK = /\.ipynb$/i;
const SCRIPT = /\.[cm]?[jt]sx?$/i;

/** Is it a file whose code may declare secrets, run or not? */
export const declaresSecrets = (path: string): boolean =>
	NOTEBOOK.test(path) || SCRIPT.test(path);

/** What is secret in a notebook's cells, or in a script. */
export function learnFile(
	path: string,
	text: string,
	redactor: Redactor,
): void {
	if (!NOTEBOOK.test(path)) redactor.learnSource(text);
	else
		for (const cell of cellsOf(parsed(text)))
			if (cell.cell_type !== "markdown") redactor.learnSource(sourceOf(cell));
}

/** The text of a file as it may be kept: a notebook's cells and scripts as the sources of a run. */
export function withoutSecrets(
	path: string,
	text: string,
	redactor: Redactor,
): string {
	if (SCRIPT.test(path)) return redactor.source(text);
	if (!NOTEBOOK.test(path)) return redactor.known(text);
	const notebook = parsed(text);
	let changed = false;
	for (const cell of cellsOf(notebook)) {
		const source = sourceOf(cell);
		const clean = redactor.source(source);
		if (clean === source) continue;
		changed = true;
		cell.source = Array.isArray(cell.source) ? clean.split(/(?<=\n)/) : clean;
	}
	// What is as it was keeps its every byte.
	return redactor.known(changed ? written(notebook, text) : text);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // No notebook yet, or no longer.
	}
}

function cellsOf(notebook: unknown): Record<string, unknown>[] {
	const cells = isObject(notebook) ? notebook.cells : undefined;
	return Array.isArray(cells) ? cells.filter(isObject) : [];
}

const sourceOf = ({ source }: Record<string, unknown>): string =>
	Array.isArray(source) ? source.join("") : String(source ?? "");

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** As the file was indented, and ended. */
function written(notebook: unknown, before: string): string {
	const [, indent] = /^\{\r?\n([ \t]+)/.exec(before) ?? [];
	const end = before.endsWith("\n") ? "\n" : "";
	return JSON.stringify(notebook, undefined, indent) + end;
}

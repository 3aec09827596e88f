import { isObject } from "../../base/json-object.ts";
import { readdirSync, readFileSync, statSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import type { Redactor } from "./redact.ts";
import { hasSecretName } from "./secret-names.ts";

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

/** What tools log in with is small. */
const LARGEST_SECRET_FILE = 1 << 16;
const MOST_SECRET_FILES = 100;

const listed = new Map<string, { time: number; names: readonly string[] }>();

/** Files of a folder that are secret by name; asked anew when something was added since. */
function secretNamesIn(folder: string): readonly string[] {
	const { mtimeMs: time } = statSync(folder);
	let found = listed.get(folder);
	if (found?.time !== time) {
		const names = readdirSync(folder).filter(hasSecretName);
		found = { time, names: names.slice(0, MOST_SECRET_FILES) };
		listed.set(folder, found);
	}
	return found.names;
}

/** What is secret in the files of a folder that tools log in with: code may read them, and say what it read. */
export function learnSecretFiles(folder: string, redactor: Redactor): void {
	try {
		for (const name of secretNamesIn(folder)) {
			const file = statSync(join(folder, name), { throwIfNoEntry: false });
			if (!file?.isFile() || file.size > LARGEST_SECRET_FILE) continue;
			learnSecretFile(readFileSync(join(folder, name), "utf8"), redactor);
		}
	} catch {
		// What cannot be read here, code cannot read either.
	}
}

const PAIR =
	/(?<![\w.-])([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}[:=][ \t]{0,8}(?:"([^"\n]{6,4096})"|'([^'\n]{6,4096})'|([^\s"',;]{6,4096}))/g;
const LOG_IN = /(?<!\w)password\s{1,8}(\S{6,200})/g;

/** The secrets of a text such as `.env`, `.npmrc`, `.netrc`, `credentials.json`, or one that is a token and nothing else. */
export function learnSecretFile(text: string, redactor: Redactor): void {
	const whole = text.trim();
	if (/^\S{8,500}$/.test(whole) && !/[{=]/.test(whole))
		redactor.learnEnvironment({ token: whole });
	for (const [, name = "", ...values] of text.matchAll(PAIR))
		redactor.learnEnvironment({
			[name]: values.find((one) => one !== undefined),
		});
	for (const [, password = ""] of text.matchAll(LOG_IN))
		redactor.learnEnvironment({ password });
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

/** As the file was indented, and ended. */
function written(notebook: unknown, before: string): string {
	const [, indent] = /^\{\r?\n([ \t]+)/.exec(before) ?? [];
	const end = before.endsWith("\n") ? "\n" : "";
	return JSON.stringify(notebook, undefined, indent) + end;
}

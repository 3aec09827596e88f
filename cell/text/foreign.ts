/**
 * What people write who come from another kernel, the browser or Python, and
 * what is written here. The one table of it: errors take their advice from here.
 */

const SHOW_HTML = 'display({ "text/html": "…" }, { raw: true })';
const NODE_FILES =
	'files: import { readFile } from "node:fs/promises"; await readFile(path, "utf8")';
const NO_PAGE = `cells run in Node, not in the page; show HTML with ${SHOW_HTML}`;
const NO_PYTHON =
	"this kernel runs TypeScript, and Python's objects are not there";

/** Names that are globals elsewhere. */
const NAMES: Readonly<Record<string, string>> = {
	Deno: `this kernel runs on Node, not on Deno; ${NODE_FILES}; pictures: ${SHOW_HTML}`,
	Bun: `this kernel runs on Node, not on Bun; ${NODE_FILES}`,
	$$: "ijavascript's object is not needed here: the last value of a cell is shown, display(value) shows others, and await waits",
	tslab: 'import it first: import * as tslab from "tslab"',
	md: 'Markdown is shown by display({ "text/markdown": "…" }, { raw: true })',
	html: `HTML is shown by ${SHOW_HTML}`,
	svg: 'SVG is shown by display({ "image/svg+xml": "…" }, { raw: true })',
	element: NO_PAGE,
	window: NO_PAGE,
	document: NO_PAGE,
	localStorage: `${NO_PAGE}; to keep values, write a file`,
	sessionStorage: `${NO_PAGE}; to keep values, write a file`,
	Jupyter: NO_PAGE,
	IPython: NO_PYTHON,
	get_ipython: NO_PYTHON,
	module:
		"a cell exports nothing: what it declares is there in later cells; a cell to import from begins with /** @module name */",
	exports:
		"a cell exports nothing: what it declares is there in later cells; a cell to import from begins with /** @module name */",
	__dirname: "write import.meta.dirname",
	__filename: "write import.meta.filename",
};

/** `$$html$$` and the like. */
const IJAVASCRIPT = /^\$\$\w*\$\$$/;

/** What to write in place of a name that is not defined here. */
export function foreignName(name: string): string | undefined {
	if (IJAVASCRIPT.test(name)) return NAMES.$$;
	return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}

/** Magics of IPython and other kernels. */
const MAGICS: readonly (readonly [names: string, instead: string])[] = [
	[
		"alias bash cmd script sh sx system zsh",
		"lines that begin with ! run in the shell, as in !command",
	],
	["cat cp ls mkdir mv rm", "commands begin with !, as in !ls"],
	["pwd", "write process.cwd()"],
	["conda mamba pip uv", "packages are npm's: %npm install NAME"],
	["html HTML", `write ${SHOW_HTML}`],
	["svg SVG", 'write display({ "image/svg+xml": "…" }, { raw: true })'],
	["latex", 'write display({ "text/latex": "$…$" }, { raw: true })'],
	[
		"markdown md",
		'write display({ "text/markdown": "…" }, { raw: true }), or make the cell one of Markdown',
	],
	[
		"javascript js typescript ts",
		`cells are TypeScript, and JavaScript: leave the line out; ${NO_PAGE}`,
	],
	[
		"R julia perl pypy python python2 python3 ruby sql",
		"cells are TypeScript; a program of another language is started with !command",
	],
	[
		"matplotlib pylab",
		"pictures are shown by display(value) and need no set-up: leave the line out",
	],
	[
		"autoreload load_ext reload_ext",
		"local modules are read again once they were edited, and there are no extensions: leave the line out",
	],
	["capture", "output is caught by code: const text = String(value)"],
	["debug pdb", "print what you look for, or display(value)"],
	["file", "%%writefile writes files"],
	["history", "%dd export FILE writes the cells that were run"],
	["lsmagic magic quickref", "%help lists magics"],
	["prun timeit", "%time measures"],
	["set_env", "%env sets variables of the environment"],
	["who_ls whos", "%who lists variables"],
];

const adviceByMagic = new Map(
	MAGICS.flatMap(([names, instead]) =>
		names.split(" ").map((name): [string, string] => [name, instead]),
	),
);

/** What to write in place of a magic that is not here. */
export const foreignMagic = (name: string): string | undefined =>
	adviceByMagic.get(name);

/** IPython's way to ask what something is: `?name` or `name?`. */
const QUESTION = /^(?:\?{1,2}\s*([\w.$]+)|([\w.$]+)\s*\?{1,2})(?:\s*;)?$/;

/** What to do in place of a line that does not parse. */
export function foreignLine(line: string): string | undefined {
	const match = QUESTION.exec(line.trim());
	const name = match?.[1] ?? match?.[2];
	return name === undefined
		? undefined
		: `to see what ${name} is, press Shift-Tab behind the name, or display it`;
}

const METHOD =
	/^display\.(html|markdown|latex|svg|png|jpeg|text|javascript) is not a function$/;

/** What to write in place of a method that `display` has elsewhere. */
export function foreignCall(message: string): string | undefined {
	const [, method] = METHOD.exec(message) ?? [];
	return method === undefined
		? undefined
		: `display itself shows values, for example ${SHOW_HTML}; import { display } from "tslab" has display.${method}`;
}

/** Magics of other kernels, and what is written here instead. */
const INSTEAD: readonly (readonly [names: string, instead: string])[] = [
	[
		"bash sh zsh script system sx cmd",
		"lines that begin with ! run in the shell, as in !ls",
	],
	["ls cat pwd mkdir rm cp mv", "commands begin with !, as in !ls"],
	["pip conda uv mamba", "packages for cells are installed by %npm install"],
	["html HTML", 'display({ "text/html": "…" }, { raw: true }) shows HTML'],
	["svg SVG", 'display({ "image/svg+xml": "…" }, { raw: true }) shows SVG'],
	[
		"latex",
		'display({ "text/latex": "$…$" }, { raw: true }) shows mathematics',
	],
	[
		"markdown md",
		'display({ "text/markdown": "…" }, { raw: true }) shows Markdown, or make the cell one of Markdown',
	],
	[
		"javascript js typescript ts",
		"cells are TypeScript, and JavaScript: leave the line out",
	],
	[
		"python python2 python3 pypy R ruby perl julia sql",
		"cells are TypeScript, and other languages have kernels of their own",
	],
	["matplotlib pylab", "pictures need no such line: leave it out"],
	[
		"load_ext reload_ext autoreload",
		"local modules are read again once they were edited: leave the line out",
	],
	["timeit prun", "%time measures"],
	["whos who_ls", "%who lists variables"],
	["set_env", "%env sets variables of the environment"],
	["file", "%%writefile writes files"],
	["lsmagic magic quickref", "%help lists magics"],
];

const byName = new Map(
	INSTEAD.flatMap(([names, instead]) =>
		names.split(" ").map((name): [string, string] => [name, instead]),
	),
);

/** What to write instead of another kernel's magic, if it is one. */
export const insteadOf = (name: string): string | undefined => byName.get(name);

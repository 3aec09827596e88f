import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlank, type MagicLine, parseCell } from "./cell.ts";

/** A magic's mark, where it is not `%dd`, and text. */
const shown = ({ mark, text }: MagicLine) =>
	mark === "%dd" ? text : `${mark}${text}`;

const found: [string, string, [string, number][]][] = [
	["a line that starts with %dd", "%dd seed 42\nlet a = 1;", [["seed 42", 1]]],
	[
		"%%dd as another spelling",
		"%%dd run a lr=0.1\nlet a;",
		[["run a lr=0.1", 1]],
	],
	["a word that begins with dd", "%ddx seed", [["%ddx seed", 1]]],
	["indented lines", "\t  %dd  help  ", [["help", 1]]],
	[
		"lines that end as on Windows",
		"%dd seed 1\r\n%dd run x\r\nlet a;\r\n",
		[
			["seed 1", 1],
			["run x", 2],
		],
	],
	[
		"magics between code that is no TypeScript",
		"let = =;\n%dd seed 1",
		[["seed 1", 2]],
	],
	[
		"a magic with a quote of its own",
		"%dd run 'it is'\nconst a = `b`;",
		[["run 'it is'", 1]],
	],
	[
		"a magic after a template literal",
		"const a = `x`;\n%dd seed 1",
		[["seed 1", 2]],
	],
	[
		"a magic inside of a template's expression",
		"const a = `\x24{\n%dd seed 1\n1}`;",
		[["seed 1", 2]],
	],
	["no magic in a template literal", "const a = `\n%dd seed 42\n`;", []],
	[
		"no magic in the line that ends a template literal",
		"const a = `\n%dd seed 42`;\n%dd seed 7",
		[["seed 7", 3]],
	],
	[
		"no magic in a comment",
		"/*\n%dd seed 42\n*/\n// %dd seed 1\n%dd seed 7",
		[["seed 7", 5]],
	],
	[
		"no magic in the line that ends a comment",
		"/*\n%dd seed 42 */\n%dd seed 7",
		[["seed 7", 3]],
	],
	["no magic in the middle of a line", "a %dd\n;b = 3 %dd;\n", []],
	["no mark alone", "%\n% help\n!\n%%\n%1", []],
	["an empty magic", "%dd", [["", 1]]],
	[
		"line magics and commands beside %dd",
		"%dd seed 1\n%help run\n!git status\nlet a;",
		[
			["seed 1", 1],
			["%help run", 2],
			["!git status", 3],
		],
	],
	["a magic of a name that nobody knows", "%hlep", [["%hlep", 1]]],
	[
		"indented line magics",
		"  %help\n\t%tiem a",
		[
			["%help", 1],
			["%tiem a", 2],
		],
	],
	["a magic after a statement that ends", "f();\n%tiem", [["%tiem", 2]]],
	[
		"a known magic after a statement without a semicolon",
		"let a = 1\n%help",
		[["%help", 2]],
	],
	[
		"an unknown magic that could continue no expression",
		'import a from "a"\n%tiem\nlet b = 1\n%tiem f()',
		[
			["%tiem", 2],
			["%tiem f()", 4],
		],
	],
	["no magic where an expression goes on", "let c = a\n%b\n  %help\n% d", []],
	["no magic after an operator", "let c = a +\n%help\n;", []],
	["no magic inside brackets", "f(a,\n%help\n)", []],
	["no line magic inside a block", "if (a) {\n%help\n}", []],
	[
		"no line magic or command in a template literal",
		"const a = `\n%help\n!git status\n`;",
		[],
	],
	[
		"no line magic or command in a comment",
		"/*\n%help\n!git status\n*/ // !git\n",
		[],
	],
	[
		"commands that are no TypeScript",
		'!git status\n!ls *.ts\n!echo "it\'s" done\n!./run.sh\n!cat a.txt | wc -l\n!(cd data && ls -l)\n',
		[
			["!git status", 1],
			["!ls *.ts", 2],
			['!echo "it\'s" done', 3],
			["!./run.sh", 4],
			["!cat a.txt | wc -l", 5],
			["!(cd data && ls -l)", 6],
		],
	],
	[
		"commands whose first word names nothing",
		"!ls\n!ls -la\n!rm -rf /tmp/x\n!apt-get\n!pwd; ls\n!echo `date`",
		[
			["!ls", 1],
			["!ls -la", 2],
			["!rm -rf /tmp/x", 3],
			["!apt-get", 4],
			["!pwd; ls", 5],
			["!echo `date`", 6],
		],
	],
	[
		"no command where a line is TypeScript",
		"!important();\n!await x;\n!a.b && f()\n!(a || b)\n!function () {}()\n!!a\n!f(\n1)\n!f`x`\n!true",
		[],
	],
	[
		"no command in a word that the cell declares, imports or that is global",
		'import fs from "fs";\nconst { done } = f();\n!done\n!fs && f()\n!process',
		[],
	],
	["no command where an expression goes on", "let c = a ||\n!git status", []],
	["no command inside a block", "if (a) {\n!ls\n}", []],
	["no command that is indented", "  !ls", []],
	["no command in an inequality", "a\n!= b", []],
	[
		"a command beside code that is wrong",
		"let = =;\n!git status\n!important()",
		[["!git status", 2]],
	],
];

test("a word that an earlier cell declared is no command", () => {
	const isName = (name: string) => name === "done";
	assert.deepEqual(parseCell("!done", { isName }).magics, []);
	assert.equal(parseCell("!done ", {}).magics.length, 1);
});

for (const [name, source, magics] of found)
	test(`a cell has ${name}`, () => {
		const cell = parseCell(source);
		assert.deepEqual(
			cell.magics.map((magic) => [shown(magic), magic.line]),
			magics,
		);
		assert.equal(cell.lines.length, source.split("\n").length);
		const blank = new Set(magics.map(([, line]) => line - 1));
		source.split("\n").forEach((line, i) => {
			assert.equal(
				cell.lines[i],
				blank.has(i) ? " ".repeat(line.length) : line,
			);
		});
	});

test("comments and blank lines are no code", () => {
	assert.equal(isBlank(" \n// a\n/* b\n c */\t\n"), true);
	assert.equal(isBlank("/* a */ b"), false);
	assert.equal(isBlank('"//"'), false);
});

test("what a magic takes as text is no code of the cell: its lines are blank, and as long as they were", () => {
	const source =
		'let a = 1;\n%%writefile b.ts\nlet a = "two";\n\n  %dd seed 1\nend`';
	const { lines, text, magics } = parseCell(source);
	assert.equal(text, source.split("\n").slice(2).join("\n"));
	assert.deepEqual(magics.map(shown), ["%%writefile b.ts"]);
	assert.deepEqual(
		lines,
		source
			.split("\n")
			.map((line, i) => (i === 0 ? line : " ".repeat(line.length))),
	);
});

test("a cell of thousands of magics is read in work that grows with it, and has them all", () => {
	for (const line of ["!ls -l", "!make", "%time 1", "%a", "%dd x", "%%x"]) {
		const lines = Array.from({ length: 2_000 }, () => line);
		const { magics } = parseCell(lines.join("\n"));
		assert.equal(magics.length, lines.length, line);
	}
	const text = `const a = \`${"\n!ls\n%cd".repeat(3_000)}`;
	assert.deepEqual(parseCell(text).magics, []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ansiToHtml } from "./ansi.ts";

const ESC = "\u001b[";

for (const [what, text, html] of [
	[
		"plain text is escaped",
		`a < b && "c"`,
		"a &lt; b &amp;&amp; &quot;c&quot;",
	],
	[
		"a colour becomes a class",
		`${ESC}31mred${ESC}39m plain`,
		'<span class="ansi-red">red</span> plain',
	],
	[
		"styles add up until they are reset",
		`${ESC}1mbold ${ESC}94mblue${ESC}0m plain`,
		'<span class="ansi-bold">bold </span><span class="ansi-bold ansi-bright-blue">blue</span> plain',
	],
	[
		"an empty code resets too",
		`${ESC}4;41mx${ESC}my`,
		'<span class="ansi-underline ansi-on-red">x</span>y',
	],
	[
		"the 256-colour palette and true colours become CSS colours",
		`${ESC}38;5;208ma${ESC}48;2;1;2;3mb`,
		'<span style="color:rgb(255,135,0)">a</span><span style="color:rgb(255,135,0);background:rgb(1,2,3)">b</span>',
	],
	[
		"the palette's first sixteen colours keep their names",
		`${ESC}38;5;1ma${ESC}38;5;9mb`,
		'<span class="ansi-red">a</span><span class="ansi-bright-red">b</span>',
	],
	[
		"cursor movements, titles, links and control characters are dropped",
		`a${ESC}2K${ESC}1Ab\u001b]0;title\u0007c\u001b]8;;http://x\u001b\\d\re\u0000`,
		"abcde",
	],
	[
		"a colour across lines keeps the lines",
		`${ESC}2ma\nb${ESC}22m`,
		'<span class="ansi-dim">a\nb</span>',
	],
] as const)
	test(`${what} in terminal output`, () => {
		assert.equal(ansiToHtml(text), html);
	});

test("every code of a style is taken back by its own, and both separators are understood", () => {
	const plain = (code: string) => ansiToHtml(`\u001b[${code}mx`);
	for (const [on, off, name] of [
		[1, 22, "bold"],
		[2, 22, "dim"],
		[3, 23, "italic"],
		[4, 24, "underline"],
		[7, 27, "inverse"],
		[31, 39, "red"],
		[41, 49, "on-red"],
		[97, 39, "bright-white"],
		[107, 49, "on-bright-white"],
	] as const) {
		assert.equal(plain(`${on}`), `<span class="ansi-${name}">x</span>`);
		assert.equal(plain(`${on};${off}`), "x");
	}
	for (const separator of [";", ":"])
		assert.equal(
			plain(["38", "5", "9"].join(separator)),
			'<span class="ansi-bright-red">x</span>',
		);
});

test("the palette's named colours, its cube and its greys begin and end where xterm's do", () => {
	const colour = (n: number) =>
		/(?:class|style)="(?:ansi-|color:)([^"]*)"/.exec(
			ansiToHtml(`\u001b[38;5;${n}mx`),
		)?.[1];
	assert.deepEqual([0, 7, 8, 15, 16, 17, 231, 232, 255].map(colour), [
		"black",
		"white",
		"bright-black",
		"bright-white",
		"rgb(0,0,0)",
		"rgb(0,0,95)",
		"rgb(255,255,255)",
		"rgb(8,8,8)",
		"rgb(238,238,238)",
	]);
});

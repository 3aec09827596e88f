import assert from "node:assert/strict";
import { test } from "node:test";
import { highlightCell } from "./highlight.ts";

const text = (html: string) => html.replace(/<[^>]*>/g, "");

test("TypeScript is highlighted and loses no character", () => {
	const html = highlightCell("const a: number = 1;\n\n\tawait f(a);\n");
	assert.match(html, /<span class="hljs-keyword">const<\/span>/);
	assert.match(html, /<span class="hljs-number">1<\/span>/);
	assert.equal(text(html), "const a: number = 1;\n\n\tawait f(a);\n");
});

test("a magic line is set apart from the code around it", () => {
	const source = '%dd run spiral lr=0.1 --data "my data"\nconst a = 1;';
	const html = highlightCell(source);
	assert.match(html, /<span class="magic-name"> run<\/span>/);
	assert.match(html, /<span class="magic-key">lr<\/span>=/);
	assert.match(html, /<span class="hljs-number">0.1<\/span>/);
	assert.match(html, /<span class="magic-option">--data<\/span>/);
	assert.equal(text(html), source.replaceAll('"', "&quot;"));
});

test("code and magics cannot smuggle in HTML", () => {
	const source =
		"%dd run <b> x=<i>\n%%dd </span><script>\nconst a = '<script>' && 1;";
	const html = highlightCell(source);
	assert.deepEqual(
		[...new Set(html.match(/<[^>]*>/g))].filter(
			(tag) => !/^<span class="[\w -]+">$|^<\/span>$/.test(tag),
		),
		[],
	);
	assert.equal(
		text(html).replace(/&#x27;|&#39;/g, "'"),
		source
			.replaceAll("&", "&amp;")
			.replaceAll("<", "&lt;")
			.replaceAll(">", "&gt;"),
	);
});

test("a line inside a template literal is text, not a magic", () => {
	const html = highlightCell("const a = `\n%dd seed 1\n`;\n%dd seed 2");
	assert.match(html, /<span class="hljs-string">`\n%dd seed 1\n`<\/span>/);
	assert.deepEqual(
		[...html.matchAll(/<span class="magic-name">([^<]*)/g)].map(
			([, name]) => name,
		),
		[" seed"],
	);
});

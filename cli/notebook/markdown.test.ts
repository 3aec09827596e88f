import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { firstHeading, renderMarkdown } from "./markdown.ts";
import { LocalPictures } from "./pictures.ts";

test("raw HTML in prose shows as text", () => {
	const html = renderMarkdown(
		'a <b onclick="x()">b</b>\n\n<script>alert(1)</script>\n\n<img src="http://x/y.png">',
	);
	assert.doesNotMatch(html, /<(b|script|img)\b/);
	assert.match(html, /&lt;script&gt;/);
});

test("links lead to web pages and files, never to scripts", () => {
	assert.match(
		renderMarkdown("[a](https://example.org/?a=1&b=2)"),
		/<a href="https:\/\/example.org\/\?a=1&amp;b=2">a<\/a>/,
	);
	assert.match(renderMarkdown("[a](other.ipynb)"), /href="other.ipynb"/);
	for (const href of [
		"javascript:alert(1)",
		"JavaScript:alert(1)",
		"data:text/html,x",
		"vbscript:x",
	])
		assert.doesNotMatch(renderMarkdown(`[a](${href})`), /href/);
});

test("local and pasted pictures are built in, remote ones become links", () => {
	const folder = mkdtempSync(join(tmpdir(), "notebook-markdown-"));
	writeFileSync(join(folder, "a b.png"), Buffer.from("iVBORw0KGgo=", "base64"));
	const pictures = new LocalPictures(folder);
	assert.match(
		renderMarkdown("![net](a%20b.png)", { pictures }),
		/<img src="data:image\/png;base64,iVBORw0KGgo=" alt="net">/,
	);
	assert.match(
		renderMarkdown("![net](attachment:x.png)", {
			attachments: { "x.png": { "image/png": "AAAA" } },
		}),
		/<img src="data:image\/png;base64,AAAA" alt="net">/,
	);
	assert.match(
		renderMarkdown("![net](https://example.org/x.png)", { pictures }),
		/<a href="https:\/\/example.org\/x.png">net<\/a>/,
	);
	assert.doesNotMatch(renderMarkdown("![net](none.png)", { pictures }), /<img/);
});

test("TypeScript in a fence is highlighted, other code is not", () => {
	assert.match(renderMarkdown("```ts\nconst a = 1;\n```"), /hljs-keyword/);
	assert.doesNotMatch(renderMarkdown("```sh\nnpm i\n```"), /hljs/);
});

test("a table keeps its alignment and the markup in its cells", () => {
	const html = renderMarkdown("| a | b |\n|---|--:|\n| `x` | <i>1</i> |\n");
	assert.match(html, /<th>a<\/th><th style="text-align:right">b<\/th>/);
	assert.match(html, /<td><code>x<\/code><\/td>/);
	assert.match(html, /&lt;i&gt;1/);
});

test("the first heading is found wherever it stands, without its markup", () => {
	assert.equal(
		firstHeading("text\n\n## A *first* `net` & [more](x)\n\n# B"),
		"A first net & more",
	);
	assert.equal(firstHeading("no heading"), undefined);
});

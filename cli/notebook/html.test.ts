import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "fast-png";
import { type CellOutput, type Notebook, parseNotebook } from "./format.ts";
import { notebookToHtml } from "./html.ts";

const PNG = Buffer.from(
	encode({ width: 2, height: 1, data: new Uint8Array(6), channels: 3 }),
).toString("base64");

const page = (notebook: Notebook) =>
	notebookToHtml(notebook, {
		fallbackTitle: "lesson.ipynb",
		generator: "DeepDIVA 1.2.3",
	});

function notebookWith(...outputs: CellOutput[]): Notebook {
	const notebook = parseNotebook(
		JSON.stringify({
			nbformat: 4,
			cells: [
				{ cell_type: "markdown", source: "Hello" },
				{ cell_type: "markdown", source: "# Nets & seeds" },
				{ cell_type: "code", source: "%dd seed 42", execution_count: 1 },
				{ cell_type: "code", source: "later()" },
			],
		}),
		"lesson.ipynb",
	);
	const code = notebook.cells[2];
	assert.ok(code?.cell_type === "code");
	code.outputs = outputs;
	return notebook;
}

const display = (
	data: Record<string, unknown>,
	metadata: Record<string, unknown> = {},
): CellOutput => ({ output_type: "display_data", data, metadata });

test("the page's title is the first heading, else the fallback", () => {
	const notebook = notebookWith();
	assert.match(page(notebook), /<title>Nets &amp; seeds<\/title>/);
	notebook.cells.splice(1, 1);
	assert.match(page(notebook), /<title>lesson.ipynb<\/title>/);
});

test("the same notebook gives the same page", () => {
	assert.equal(page(notebookWith()), page(notebookWith()));
});

test("the page says what made it and how far the notebook came", () => {
	assert.match(
		page(notebookWith()),
		/DeepDIVA 1\.2\.3 · 1 of 2 code cells executed</,
	);
	assert.match(
		page(
			notebookWith({
				output_type: "error",
				ename: "TypeError",
				evalue: "no",
				traceback: [],
			}),
		),
		/error in \[1\]/,
	);
});

test("a picture is shown in its CSS size, with alt text and its numbers as text", () => {
	const html = page(
		notebookWith(
			display(
				{
					"application/vnd.vegalite.v5+json": { mark: "point" },
					"image/png": PNG,
					"text/plain": "class  accuracy\ncat    0.93",
				},
				{ "image/png": { width: 320, height: 200, alt: 'Matrix "val"' } },
			),
		),
	);
	assert.ok(
		html.includes(
			`<img src="data:image/png;base64,${PNG}" alt="Matrix &quot;val&quot;" width="320" height="200">`,
		),
	);
	assert.match(html, /<details>.*cat {4}0\.93/s);
	assert.doesNotMatch(html, /vegalite/);
});

test("HTML outputs are shut into a frame without scripts", () => {
	const html = page(
		notebookWith(
			display({
				"text/html": '<script>alert("x")</script>',
				"text/plain": "table",
			}),
		),
	);
	assert.match(html, /<iframe sandbox="" [^>]*srcdoc="[^"<]*&lt;script&gt;/);
});

test("nothing in the page is loaded from elsewhere or run", () => {
	const html = page(
		notebookWith(
			display({ "image/svg+xml": '<svg onload="x()"><script/></svg>' }),
			display({ "text/markdown": "![a](https://example.org/a.png)" }),
			display({ "application/javascript": "alert(1)" }),
			{ output_type: "stream", name: "stdout", text: "<script>x</script>\n" },
		),
	);
	assert.doesNotMatch(html, /<(script|link|object|embed)\b/);
	for (const [, source] of html.matchAll(/\bsrc="([^"]*)"/g))
		assert.match(source ?? "", /^data:image\//);
	assert.match(html, /content="default-src 'none'; img-src data:/);
});

test("tables in text, JSON and errors are readable", () => {
	const html = page(
		notebookWith(
			display({ "text/plain": "run   loss\na1b2  0.5" }),
			display({ "application/json": { a: 1 } }),
			{
				output_type: "error",
				ename: "TypeError",
				evalue: "no",
				traceback: ["\u001b[31mTypeError\u001b[39m: no <b>"],
			},
		),
	);
	assert.match(html, /<pre>run {3}loss\na1b2 {2}0\.5<\/pre>/);
	assert.match(html, /&quot;a&quot;: 1/);
	assert.match(
		html,
		/class="output error" role="alert"><span class="ansi-red">TypeError<\/span>: no &lt;b&gt;/,
	);
});

/** Pages of notebooks from strangers: they read no other file, and ask nobody for anything. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { encode } from "fast-png";
import type { Page } from "playwright-core";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { parseNotebook } from "../../cli/notebook/format.ts";
import { notebookToHtml } from "../../cli/notebook/html.ts";
import { startChromium } from "../browser/chromium.ts";

const PNG = encode({
	width: 2,
	height: 1,
	data: new Uint8Array(6),
	channels: 3,
});
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
const SECRET = "of nobody else's business";

const textOf = (cells: readonly Record<string, unknown>[]) =>
	JSON.stringify({
		nbformat: 4,
		nbformat_minor: 5,
		metadata: {},
		cells: cells.map((cell, i) => ({ id: `c${i}`, metadata: {}, ...cell })),
	});

const page = (cells: readonly Record<string, unknown>[], folder?: string) =>
	pageOf(textOf(cells), folder);

function pageOf(text: string, folder?: string): string {
	return notebookToHtml(parseNotebook(text, "stranger.ipynb"), {
		fallbackTitle: "stranger",
		generator: "test",
		...(folder === undefined ? {} : { folder }),
	});
}

const prose = (source: string, attachments?: unknown) => ({
	cell_type: "markdown",
	source,
	...(attachments === undefined ? {} : { attachments }),
});

const output = (data: Record<string, unknown>, metadata = {}) => ({
	cell_type: "code",
	source: "1",
	execution_count: 1,
	outputs: [{ output_type: "display_data", data, metadata }],
});

test("a page has the pictures of its notebook's folder, and no other file", () => {
	const above = temporaryFolder();
	const folder = join(above, "notebook");
	mkdirSync(join(folder, "images"), { recursive: true });
	writeFiles(above, {
		"outside.png": PNG,
		"secret.txt": SECRET,
		"notebook-2/near.png": PNG,
		"notebook/a.png": PNG,
		"notebook/images/b c.png": PNG,
		"notebook/plot.svg": `<?xml version="1.0"?>\n<!-- made -->\n${SVG}`,
		"notebook/named.jpg": PNG,
		"notebook/text.png": SECRET,
		"notebook/page.svg": `<html><body>${SECRET}</body></html>`,
		"notebook/entities.svg": `<!DOCTYPE svg [<!ENTITY a "${SECRET}">]>${SVG}`,
		"notebook/empty.png": "",
	});
	symlinkSync("../outside.png", join(folder, "link.png"));
	symlinkSync("..", join(folder, "up"));
	symlinkSync("a.png", join(folder, "inner.png"));
	symlinkSync("/dev/zero", join(folder, "zero.png"));
	symlinkSync("loop.png", join(folder, "loop.png"));
	execFileSync("mkfifo", [join(folder, "pipe.png")]);
	const outside = join(above, "outside.png");
	for (const [attack, href] of [
		["a path upwards", "../outside.png"],
		["an encoded path upwards", "%2e%2e%2foutside.png"],
		["a path through a folder", "images/../../outside.png"],
		["a folder whose name begins alike", "../notebook-2/near.png"],
		["an absolute path", outside],
		["a file URL", pathToFileURL(outside).href],
		["a file URL in other letters", `FILE:${outside}`],
		["a symbolic link", "link.png"],
		["a link to a folder", "up/outside.png"],
		["a link to a device", "zero.png"],
		["a link to itself", "loop.png"],
		["a pipe", "pipe.png"],
		["a folder", "images"],
		["no path", ""],
		["a name with NUL", "a.png%00"],
		["a text", "text.png"],
		["a text by its own name", "../secret.txt"],
		["a page", "page.svg"],
		["entities", "entities.svg"],
		["an empty file", "empty.png"],
		["a share", "\\\\127.0.0.1\\share\\x.png"],
		["a host", "//127.0.0.1/x.png"],
		["a device of Windows", "\\\\.\\pipe\\x.png"],
		["a system file", "/etc/passwd"],
	] as const) {
		const html = page([prose(`![alt](<${href}>)`)], folder);
		assert.doesNotMatch(html, /<img/, `${attack} is built in`);
		assert.ok(!html.includes(SECRET), `${attack} is told`);
	}
	for (const [href, type] of [
		["a.png", "image/png"],
		["./images/b%20c.png", "image/png"],
		["images/../a.png", "image/png"],
		["inner.png", "image/png"],
		["named.jpg", "image/png"],
		["plot.svg", "image/svg+xml"],
	] as const)
		assert.ok(
			page([prose(`![alt](${href})`)], folder).includes(
				`<img src="data:${type};base64,`,
			),
			`${href} is missing`,
		);
});

test("a picture that is named a thousand times does not fill the memory", () => {
	const folder = temporaryFolder();
	writeFileSync(
		join(folder, "large.png"),
		Buffer.concat([PNG, Buffer.alloc(15_000_000)]),
	);
	const html = page([prose("![a](large.png)\n\n".repeat(1000))], folder);
	assert.ok(html.length < 150_000_000, `${html.length} characters`);
	assert.match(html, /<img/);
});

test("links of a notebook lead nowhere that runs", () => {
	for (const href of [
		"javascript:alert(1)",
		"JaVaScRiPt:alert(1)",
		"<java\tscript:alert(1)>",
		"<\u0001javascript:alert(1)>",
		"<\u00adjavascript:alert(1)>",
		"<&#1;javascript:alert(1)>",
		"java&Tab;script:alert(1)",
		"&#106;avascript:alert(1)",
		"data:text/html,<script>1</script>",
		"< data:text/html;base64,AAAA>",
		"vbscript:x",
		"file:///etc/passwd",
		"blob:x",
		"about:blank",
		"view-source:x",
	])
		for (const source of [
			`[a](${href})`,
			`![a](${href})`,
			`[a]\n\n[a]: ${href}`,
			`<${href.replace(/[<>]/g, "")}>`,
		])
			for (const [, found = ""] of page([prose(source)]).matchAll(
				/ (?:href|src)="([^"]*)"/g,
			))
				assert.match(
					new URL(found.replaceAll("&amp;", "&"), "https://base/").href,
					/^(?:https?|mailto):|^data:image\//,
					`${source} leads to ${found}`,
				);
	for (const href of ["https://example.org/a?b=1#c", "mailto:a@b.c", "x/y.md"])
		assert.match(page([prose(`[a](${href})`)]), /<a href="/, href);
});

/** Each asks for the address by itself in a page that lets it. */
const connecting = (url: string): Record<string, string> => {
	const link = (rel: string) => `<link rel="${rel}" href="${url}">`;
	const nested = `<link rel=preconnect href=${url}>`.replaceAll(
		/[<>]/g,
		(char) => `&#${char.charCodeAt(0)};`,
	);
	return {
		preconnect: link("preconnect"),
		"dns-prefetch": link("dns-prefetch"),
		prefetch: link("prefetch"),
		preload: `<link rel=preload as=image href="${url}/a.png">`,
		modulepreload: link("modulepreload"),
		prerender: link("prerender"),
		icon: link("icon"),
		stylesheet: link("stylesheet"),
		"other letters": `<LiNk/ReL=preconnect HREF='${url}'>`,
		"a tag over lines": `<link\n\r\trel=preconnect\n href=${url}>`,
		"a tag without end": `<p>a</p><link rel=preconnect href=${url} `,
		"in a comment that ends early": `<!--><link rel=preconnect href=${url}><!---->`,
		"in noscript": `<noscript>${link("preconnect")}</noscript>`,
		"in a template": `<div><template shadowrootmode=open>${link("preconnect")}</template></div>`,
		"in svg": `<svg><foreignObject>${link("preconnect")}</foreignObject></svg>`,
		"out of svg": `<svg><p>${link("preconnect")}`,
		"in math": `<math><mtext><table><mglyph><style><!--</style>${link("preconnect")}`,
		"in a title": `<title></title>${link("preconnect")}`,
		"a nested frame": `<iframe srcdoc="${nested}"></iframe>`,
		"a nested frame of data": `<iframe src="data:text/html,${nested}"></iframe>`,
		"an object": `<object data="${url}/x"></object><embed src="${url}/y">`,
		refresh: `<meta http-equiv=refresh content="0;url=${url}">`,
		base: `<base href="${url}/"><img src="a.png">`,
		picture: `<img src="${url}/a.png" srcset="${url}/b.png 2x" attributionsrc="${url}">`,
		poster: `<video poster="${url}/a.png" src="${url}/v" autoplay></video><audio src="${url}/s"></audio>`,
		background: `<table background="${url}/a.png"><tr><td background="${url}/b.png">`,
		style: `<style>@import "${url}/a.css"; @font-face { font-family: f; src: url(${url}/f) } p { font-family: f; background: url(${url}/c.png) }</style><p>a`,
		"a style of an element": `<p style="background:url(${url}/a.png);cursor:url(${url}/b.png),auto">a`,
		"an input": `<input type=image src="${url}/a.png" autofocus>`,
		"a form": `<form action="${url}"><button autofocus>a</button></form>`,
		"a link with a ping": `<a href="${url}/a" ping="${url}/b">a</a>`,
		"svg pictures": `<svg><image href="${url}/a.png"/><use href="${url}/b.svg#x"/><feImage href="${url}/c"/></svg>`,
		script: `<script src="${url}/a.js"></script><script>fetch("${url}")</script>`,
		handler: `<img src=x onerror="fetch('${url}')"><svg onload="fetch('${url}')">`,
		rules: `<script type=speculationrules>{"prefetch":[{"source":"list","urls":["${url}"]}]}</script>`,
	};
};

/** A server that says who came. */
async function listening(): Promise<{
	url: string;
	came: string[];
	first: Promise<true>;
	server: Server;
}> {
	const came: string[] = [];
	const { promise: first, resolve } = Promise.withResolvers<true>();
	const server = createServer((socket) => {
		const index = came.push("a connection") - 1;
		resolve(true);
		socket.on("error", () => {});
		socket.once("data", (bytes) => {
			came[index] = bytes.toString("latin1").split("\r\n", 1)[0] ?? "";
			socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
		});
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, came, first, server };
}

/** As a frame without scripts reads the texts. */
const connectingElements = (tab: Page, texts: readonly string[]) =>
	tab.evaluate(
		(list) =>
			list.flatMap((text) =>
				Array.from(
					new DOMParser()
						.parseFromString(text, "text/html")
						.querySelectorAll(
							"link, base, iframe, frame, object, embed, meta:not([http-equiv=x-dns-prefetch-control])",
						),
					({ tagName }) => tagName,
				),
			),
		[...texts],
	);

test("a page with outputs from a stranger asks nobody for anything, in Chromium", async (context) => {
	const browser = await startChromium(context);
	if (!browser) return;
	const [attacked, control] = await Promise.all([listening(), listening()]);
	try {
		const folder = temporaryFolder();
		const attacks = Object.values(connecting(attacked.url));
		writeFileSync(
			join(folder, "page.html"),
			page([
				...attacks.map((html) => output({ "text/html": html })),
				...attacks.map((html) => output({ "text/markdown": html })),
				...attacks.map((html) => prose(html)),
				...attacks.map((html) =>
					output({
						"image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject>${html}</foreignObject><image href="${attacked.url}/a.png"/></svg>`,
					}),
				),
				...attacks.map((html) => output({ "text/plain": html })),
				output(
					{ "image/png": `x" onerror="fetch('${attacked.url}')` },
					{
						"image/png": {
							alt: `"><link rel=preconnect href=${attacked.url}>`,
						},
					},
				),
				prose(`![a](${attacked.url}/a.png) <${attacked.url}>`),
				prose("![a](attachment:a.png)", {
					"a.png": {
						'image/png"onerror="x': "A",
						"image/png": '"><img src=x>',
					},
				}),
			]),
		);
		writeFileSync(
			join(folder, "control.html"),
			`<img src="${control.url}/a.png">`,
		);
		const tab = await browser.newPage();
		await tab.goto(pathToFileURL(join(folder, "page.html")).href);
		assert.equal(await tab.locator("iframe").count(), attacks.length);
		// What the first page was to ask for, it has asked for by then.
		const second = await browser.newPage();
		await second.goto(pathToFileURL(join(folder, "control.html")).href);
		assert.ok(
			await Promise.race([
				control.first,
				setTimeout(60_000, false, { ref: false }),
			]),
			"the browser does not connect where nothing keeps it from it",
		);
		assert.deepEqual(attacked.came, []);
		// A browser without a window makes no connection on a hint: there must be no hint.
		const frames = await tab
			.locator("iframe")
			.evaluateAll((all) => all.map((one) => one.getAttribute("srcdoc") ?? ""));
		assert.deepEqual(await connectingElements(second, frames), []);
		assert.deepEqual(
			await connectingElements(second, [
				connecting("")["a nested frame"] ?? "",
			]),
			["IFRAME"],
		);
	} finally {
		await browser.close();
		attacked.server.close();
		control.server.close();
	}
});

/** As deep as a notebook may be, but for its own levels; a deeper one is refused as a whole. */
const DEEP = 480;

test("no output of a stranger keeps the page from being made", () => {
	const deep = (open: string, close: string, times: number) =>
		open.repeat(times) + close.repeat(times);
	const list = "DEEP";
	for (const cell of [
		prose(">".repeat(5000)),
		prose("1. ".repeat(5000)),
		prose("![".repeat(50_000)),
		prose("_1".repeat(50_000)),
		prose("# ".repeat(50_000)),
		prose("![a](attachment:constructor) ![b](attachment:__proto__)", {}),
		prose("[a](%E0%A4%A) ![a](%E0%A4%A)"),
		output({ "application/json": list }),
		output({ "image/png": "AAAA" }, { "image/png": { alt: list } }),
		output({ "image/svg+xml": "<svg>\ud800</svg>" }),
		output({ "text/markdown": ">".repeat(5000) }),
		{ ...output({}), source: "a".repeat(100_000) },
		{ ...output({}), source: "\n".repeat(100_000) },
		prose(`\`\`\`ts\n${"_1".repeat(10_000)}\n\`\`\``),
	])
		assert.match(
			pageOf(textOf([cell]).replaceAll('"DEEP"', deep("[", "]", DEEP))),
			/<\/html>\s*$/,
		);
});

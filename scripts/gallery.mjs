// npm run gallery [WORD …]: a page of all pictures of the tests, or of those whose
// name contains a word. One that differs from its snapshot comes first, beside what it was.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { pinnedNode } from "../dist/kernel/owner/node.js";
import { runPinned } from "./pinned.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (process.execPath === pinnedNode()) await writeGallery();
// It reads TypeScript: no build stands between an edit and its picture.
else runPinned("scripts/gallery.mjs");

async function writeGallery() {
	const { pictures } = await import("../widgets/test-pictures.ts");
	const { render } = await import("../widgets/drawing/render.ts");
	const { escapeHtml } = await import("../widgets/text/html.ts");
	const wanted = process.argv.slice(2);
	const changed = [];
	const same = [];
	for (const [name, draw] of pictures) {
		if (wanted.length > 0 && !wanted.some((word) => name.includes(word)))
			continue;
		const { data } = await draw();
		const now = data["application/vnd.vegalite.v5+json"];
		const before = snapshot(name);
		const isSame = isDeepStrictEqual(JSON.parse(JSON.stringify(now)), before);
		const figures = [figure("now", data["image/png"])];
		if (!isSame && before !== undefined) {
			const { png } = await render(before);
			figures.unshift(figure("before", Buffer.from(png).toString("base64")));
		}
		(isSame ? same : changed).push(
			`<h2>${escapeHtml(name)}</h2>\n${figures.join("\n")}\n<pre>${escapeHtml(data["text/plain"])}</pre>`,
		);
	}
	const file = join(root, "out", "gallery.html");
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(
		file,
		`<!doctype html>
<meta charset="utf-8">
<title>Pictures</title>
<style>
body { font-family: sans-serif; margin: 2em }
figure { display: inline-block; margin: 0 2em 0 0; vertical-align: top }
img { zoom: 0.5 }
</style>
<h1>Changed: ${changed.length}</h1>
${changed.join("\n")}
<h1>As they were: ${same.length}</h1>
${same.join("\n")}
`,
	);
	console.log(
		`${changed.length} changed, ${same.length} as they were: ${file}`,
	);
}

/** The specification that is kept of a picture; undefined for a new one. */
function snapshot(name) {
	try {
		return JSON.parse(
			readFileSync(join(root, "widgets/snapshots", `${name}.json`), "utf8"),
		);
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
		return undefined;
	}
}

function figure(caption, base64) {
	return `<figure><figcaption>${caption}</figcaption><img src="data:image/png;base64,${base64}" alt=""></figure>`;
}

import { escapeHtml } from "../../widgets/text/html.ts";
import { ansiToHtml } from "./ansi.ts";
import type {
	Cell,
	CellOutput,
	CodeCell,
	Metadata,
	MimeData,
	Notebook,
} from "./format.ts";
import { framedHtml, NO_LOOK_UPS } from "./frame.ts";
import { highlightCell } from "./highlight.ts";
import { firstHeading, renderMarkdown } from "./markdown.ts";
import { LocalPictures } from "./pictures.ts";
import { STYLE } from "./style.ts";

export interface HtmlOptions {
	/** The page's title when no cell has a heading, e.g. the file's name. */
	readonly fallbackTitle: string;
	/** The notebook's folder: pictures in it that its prose names are built into the page. */
	readonly folder?: string;
	/** What made the page, e.g. "DeepDIVA 0.1.0". */
	readonly generator: string;
}

/**
 * A notebook as one HTML page. It has no script and makes no request (its
 * content policy forbids both), and it has no time stamp: the same notebook
 * gives the same bytes. Light or dark follows the reader's system.
 */
export function notebookToHtml(
	notebook: Notebook,
	options: HtmlOptions,
): string {
	const title =
		notebook.cells
			.filter((cell) => cell.cell_type === "markdown")
			.map((cell) => firstHeading(cell.source))
			.find((heading) => heading) ?? options.fallbackTitle;
	const pictures =
		options.folder === undefined
			? undefined
			: new LocalPictures(options.folder);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
${NO_LOOK_UPS}
<meta name="generator" content="${escapeHtml(options.generator)}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="made">${escapeHtml([options.generator, ...outcome(notebook)].join(" · "))}</p>
${notebook.cells.map((cell) => cellHtml(cell, pictures)).join("\n")}
</main>
</body>
</html>
`;
}

function outcome({ cells }: Notebook): string[] {
	const code = cells.filter(
		(cell): cell is CodeCell =>
			cell.cell_type === "code" && cell.source.trim() !== "",
	);
	const ran = code.filter((cell) => cell.executionCount !== undefined);
	const failed = code.filter((cell) =>
		cell.outputs.some((output) => output.output_type === "error"),
	);
	if (ran.length === 0) return ["not executed"];
	return [
		ran.length === code.length
			? `all ${code.length} code cells executed`
			: `${ran.length} of ${code.length} code cells executed`,
		...(failed.length > 0
			? [
					`error in ${failed.map((cell) => `[${cell.executionCount ?? " "}]`).join(", ")}`,
				]
			: []),
	];
}

function cellHtml(cell: Cell, pictures: LocalPictures | undefined): string {
	switch (cell.cell_type) {
		case "markdown":
			return `<section class="prose">${renderMarkdown(cell.source, {
				...(cell.attachments ? { attachments: cell.attachments } : {}),
				...(pictures ? { pictures } : {}),
			})}</section>`;
		case "raw":
			return `<pre class="raw">${escapeHtml(cell.source)}</pre>`;
		case "code": {
			if (cell.source.trim() === "" && cell.outputs.length === 0) return "";
			const count = cell.executionCount ?? " ";
			return `<section class="cell">
<div class="count">[${count}]</div>
<pre class="code"><code>${highlightCell(cell.source)}</code></pre>
${cell.outputs.map(outputHtml).join("\n")}
</section>`;
		}
	}
}

function outputHtml(output: CellOutput): string {
	switch (output.output_type) {
		case "stream":
			return `<pre class="output ${output.name}">${ansiToHtml(output.text)}</pre>`;
		case "error": {
			const text =
				output.traceback.join("\n") || `${output.ename}: ${output.evalue}`;
			return `<pre class="output error" role="alert">${ansiToHtml(text)}</pre>`;
		}
		default:
			return `<div class="output">${bundleHtml(output.data, output.metadata)}</div>`;
	}
}

/**
 * The representations that a page without scripts shows: a picture if there is
 * one, and its text for readers who cannot see it.
 */
function bundleHtml(data: MimeData, metadata: Metadata): string {
	const text = (mime: string): string | undefined => {
		const value = data[mime];
		return typeof value === "string" && value !== "" ? value : undefined;
	};
	const plain = text("text/plain");
	for (const mime of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
		const base64 = text(mime);
		if (base64 !== undefined)
			return pictureHtml(
				`data:${mime};base64,${base64.replace(/\s/g, "")}`,
				metadata[mime],
				plain,
			);
	}
	const svg = text("image/svg+xml");
	if (svg !== undefined)
		// As <img>, an SVG can run no script and load nothing.
		return pictureHtml(
			`data:image/svg+xml,${encodeURIComponent(svg.toWellFormed())}`,
			metadata["image/svg+xml"],
			plain,
		);
	const html = text("text/html");
	if (html !== undefined) return framedHtml(html);
	const markdown = text("text/markdown");
	if (markdown !== undefined)
		return `<div class="prose">${renderMarkdown(markdown)}</div>`;
	if (plain !== undefined) {
		// A single long line is wrapped. Several lines may be a table, whose
		// columns must stay aligned.
		const wrap = plain.trimEnd().includes("\n") ? "" : ' class="wrap"';
		return `<pre${wrap}>${ansiToHtml(plain)}</pre>`;
	}
	const json = jsonText(data["application/json"]);
	if (json !== undefined) return `<pre>${escapeHtml(json)}</pre>`;
	const types = Object.keys(data).join(", ");
	return types === ""
		? ""
		: `<p class="made">an output only a notebook can show (${escapeHtml(types)})</p>`;
}

function jsonText(value: unknown): string | undefined {
	try {
		return JSON.stringify(value, undefined, 2);
	} catch {
		return undefined; // It is too deep, or too long.
	}
}

function pictureHtml(
	source: string,
	metadata: unknown,
	plain: string | undefined,
): string {
	const {
		width,
		height,
		alt: said,
	} = (metadata ?? {}) as { width?: unknown; height?: unknown; alt?: unknown };
	const alt =
		typeof said === "string" ? said : (plain?.split("\n", 1)[0] ?? "picture");
	const size = [
		typeof width === "number" ? ` width="${width}"` : "",
		typeof height === "number" ? ` height="${height}"` : "",
	].join("");
	const numbers =
		plain !== undefined && plain !== alt
			? `<details><summary>as text</summary><pre>${ansiToHtml(plain)}</pre></details>`
			: "";
	return `<figure><img src="${escapeHtml(source)}" alt="${escapeHtml(alt)}"${size}>${numbers}</figure>`;
}

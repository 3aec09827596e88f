import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Marked, type Token, type Tokens } from "marked";
import { escapeHtml } from "../../widgets/html.ts";
import type { Attachments } from "./format.ts";
import { highlightCell } from "./highlight.ts";

export interface MarkdownOptions {
	/** Pictures pasted into the cell, linked as `attachment:name`. */
	readonly attachments?: Attachments;
	/** Where relative picture links start; they stay links when absent. */
	readonly folder?: string;
}

const PICTURE_TYPES: Readonly<Record<string, string>> = {
	".png": "image/png",
	".jpg": "image/jpeg",
	".jpeg": "image/jpeg",
	".gif": "image/gif",
	".webp": "image/webp",
	".svg": "image/svg+xml",
};
const TYPESCRIPT = /^(typescript|ts|javascript|js)$/i;

/**
 * Markdown as HTML that is safe to open and asks nobody for anything: raw HTML
 * shows as text, script links lose their target, local pictures are built in,
 * remote ones become links.
 */
export function renderMarkdown(
	source: string,
	options: MarkdownOptions = {},
): string {
	const marked = new Marked({
		gfm: true,
		renderer: {
			html: ({ text }) => escapeHtml(text),
			code: ({ text, lang }) =>
				`<pre class="code"><code>${lang && TYPESCRIPT.test(lang) ? highlightCell(text) : escapeHtml(text)}</code></pre>\n`,
			link({ href, tokens }) {
				const text = this.parser.parseInline(tokens);
				return isSafeLink(href)
					? `<a href="${escapeHtml(href)}">${text}</a>`
					: text;
			},
			image: ({ href, text }) => {
				const data = pictureData(href, options);
				const label = escapeHtml(text || href);
				if (data !== undefined)
					return `<img src="${escapeHtml(data)}" alt="${escapeHtml(text)}">`;
				return isSafeLink(href)
					? `<a href="${escapeHtml(href)}">${label}</a>`
					: label;
			},
			table(token) {
				// Wide tables scroll by themselves instead of widening the page.
				return `<div class="scroll">${tableHtml(token, (tokens) => this.parser.parseInline(tokens))}</div>\n`;
			},
		},
	});
	return marked.parse(source, { async: false });
}

/** The text of the first heading, without its markup; undefined when there is none. */
export function firstHeading(source: string): string | undefined {
	const heading = new Marked()
		.lexer(source)
		.find((token): token is Tokens.Heading => token.type === "heading");
	return heading && plainText(heading.tokens).trim();
}

function plainText(tokens: readonly Token[]): string {
	return tokens
		.map((token) =>
			"tokens" in token && token.tokens
				? plainText(token.tokens)
				: "text" in token
					? String(token.text)
					: "",
		)
		.join("");
}

function isSafeLink(href: string): boolean {
	const scheme = /^\s*([a-z][a-z\d+.-]*):/i.exec(href)?.[1]?.toLowerCase();
	return scheme === undefined || ["http", "https", "mailto"].includes(scheme);
}

function pictureData(
	href: string,
	{ attachments, folder }: MarkdownOptions,
): string | undefined {
	if (href.startsWith("attachment:")) {
		const name = decoded(href.slice("attachment:".length));
		for (const [type, data] of Object.entries(attachments?.[name] ?? {}))
			if (type.startsWith("image/") && typeof data === "string")
				return type === "image/svg+xml"
					? `data:${type},${encodeURIComponent(data)}`
					: `data:${type};base64,${data}`;
		return undefined;
	}
	if (href.startsWith("data:image/")) return href;
	const type = PICTURE_TYPES[extname(href).toLowerCase()];
	if (
		type === undefined ||
		folder === undefined ||
		/^[a-z]+:|^\/\//i.test(href)
	)
		return undefined;
	try {
		const bytes = readFileSync(resolve(folder, decoded(href)));
		return `data:${type};base64,${bytes.toString("base64")}`;
	} catch {
		// A missing picture shows as its link, as it would in any other reader.
		return undefined;
	}
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function tableHtml(
	{ header, rows, align }: Tokens.Table,
	inline: (tokens: Token[]) => string,
): string {
	const row = (cells: readonly Tokens.TableCell[], tag: "th" | "td") =>
		`<tr>${cells
			.map(
				(cell, column) =>
					`<${tag}${align[column] ? ` style="text-align:${align[column]}"` : ""}>${inline(cell.tokens)}</${tag}>`,
			)
			.join("")}</tr>`;
	return `<table><thead>${row(header, "th")}</thead><tbody>${rows
		.map((cells) => row(cells, "td"))
		.join("")}</tbody></table>`;
}

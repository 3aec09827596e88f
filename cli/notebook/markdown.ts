import { Marked, type Token, type Tokens } from "marked";
import { escapeHtml } from "../../widgets/text/html.ts";
import type { Attachments } from "./format.ts";
import { highlightCell } from "./highlight.ts";
import { isPictureType, type LocalPictures } from "./pictures.ts";

export interface MarkdownOptions {
	/** Pictures pasted into the cell, linked as `attachment:name`. */
	readonly attachments?: Attachments;
	/** Pictures in the notebook's folder. Without this, they stay links. */
	readonly pictures?: LocalPictures;
}

const TYPESCRIPT = /^(typescript|ts|javascript|js)$/i;

/**
 * Longest Markdown that is parsed. Nobody writes more, and the parser would
 * take long; it is shown as source.
 */
const MOST_CHARACTERS = 30_000;

/** The data of an embedded picture. It does not count towards that length. */
const DATA = /(?<![A-Za-z\d+/])[A-Za-z\d+/]{100,}/g;

/**
 * Markdown as HTML that is safe to open and requests nothing: raw HTML is shown
 * as text, script links lose their target, local pictures are embedded, remote
 * ones become links. Text that is too long or nested too deeply is shown as
 * source.
 */
export function renderMarkdown(
	source: string,
	options: MarkdownOptions = {},
): string {
	return (
		parsed(source, () => rendered(source, options)) ??
		`<pre class="raw">${escapeHtml(source)}</pre>`
	);
}

/**
 * Undefined for text that is too long, or too deeply nested: the parser is
 * recursive in the levels of a list.
 */
function parsed<T>(source: string, parse: () => T): T | undefined {
	if (
		source.length > MOST_CHARACTERS &&
		source.replace(DATA, "").length > MOST_CHARACTERS
	)
		return undefined;
	try {
		return parse();
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

function rendered(source: string, options: MarkdownOptions): string {
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
	return parsed(source, () => {
		const heading = new Marked()
			.lexer(source)
			.find((token): token is Tokens.Heading => token.type === "heading");
		return heading && plainText(heading.tokens).trim();
	});
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

/** Browsers skip control characters and spaces before and within a scheme. */
function isSafeLink(href: string): boolean {
	const read = href.replace(/[\p{Cc}\p{Cf}\s]+/gu, "");
	const scheme = /^([a-z][a-z\d+.-]*):/i.exec(read)?.[1]?.toLowerCase();
	return scheme === undefined || ["http", "https", "mailto"].includes(scheme);
}

function pictureData(
	href: string,
	{ attachments = {}, pictures }: MarkdownOptions,
): string | undefined {
	if (href.startsWith("attachment:"))
		return attached(decoded(href.slice("attachment:".length)), attachments);
	if (/^data:image\//i.test(href)) return href;
	// A missing picture shows as its link, as it would in any other reader.
	return /^[a-z][a-z\d+.-]+:/i.test(href)
		? undefined
		: pictures?.dataUrl(decoded(href));
}

function attached(name: string, attachments: Attachments): string | undefined {
	if (!Object.hasOwn(attachments, name)) return undefined;
	for (const [type, data] of Object.entries(attachments[name] ?? {}))
		if (isPictureType(type) && typeof data === "string")
			return type === "image/svg+xml"
				? `data:${type},${encodeURIComponent(data.toWellFormed())}`
				: `data:${type};base64,${data}`;
	return undefined;
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

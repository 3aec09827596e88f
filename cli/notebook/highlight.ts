import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { parseCell } from "../../cell/cell.ts";
import { escapeHtml } from "../../widgets/text/html.ts";

hljs.registerLanguage("typescript", typescript);

/**
 * A cell's source as HTML: TypeScript with highlight.js' classes, magics
 * with their own (`magic`, `magic-name`, `magic-key`).
 */
export function highlightCell(source: string): string {
	const parsed = parseCell(source);
	const magics = new Set(parsed.magics.map(({ line }) => line));
	const parts: string[] = [];
	let code: string[] = [];
	const endCode = () => {
		if (code.length > 0) parts.push(highlightCode(code.join("\n")));
		code = [];
	};
	for (const [index, line] of source.split("\n").entries()) {
		if (magics.has(index + 1)) {
			endCode();
			parts.push(highlightMagic(line));
		} else code.push(line);
	}
	if (parsed.text === undefined) endCode();
	else if (code.length > 0) parts.push(escapeHtml(code.join("\n")));
	return parts.join("\n");
}

/**
 * Longer code and lines are data, or generated: highlighting them would take a
 * minute.
 */
const MOST_CHARACTERS = 20_000;
const MOST_IN_LINE = 1_000;

const isLong = (code: string) =>
	code.length > MOST_CHARACTERS ||
	code.split("\n").some((line) => line.length > MOST_IN_LINE);

/** TypeScript (or JavaScript) alone; without colours where it is too long for them. */
export function highlightCode(code: string): string {
	if (isLong(code)) return escapeHtml(code);
	return hljs.highlight(code, { language: "typescript", ignoreIllegals: true })
		.value;
}

const WORDS =
	/(?<quoted>"[^"]*"|'[^']*')|(?<key>(?<![\w$])[A-Za-z_$][\w$]*)(?==)|(?<option>(?<!\S)--?[A-Za-z][\w-]*)|(?<number>(?<![\w.])-?\d[\d_.]*(?:e[-+]?\d+)?(?!\w))/g;

function highlightMagic(line: string): string {
	const [, indent = "", mark = "", name = "", rest = ""] =
		/^(\s*)(%%?dd\b|%%?|!)(\s*[\w-]+)?(.*)$/s.exec(line) ?? [];
	let html = "";
	let from = 0;
	for (const match of rest.matchAll(WORDS)) {
		const { quoted, key, option } = match.groups ?? {};
		const style =
			quoted !== undefined
				? "hljs-string"
				: key !== undefined
					? "magic-key"
					: option !== undefined
						? "magic-option"
						: "hljs-number";
		html += `${escapeHtml(rest.slice(from, match.index))}<span class="${style}">${escapeHtml(match[0])}</span>`;
		from = match.index + match[0].length;
	}
	return `${indent}<span class="magic"><span class="magic-mark">${mark}</span><span class="magic-name">${escapeHtml(name)}</span>${html}${escapeHtml(rest.slice(from))}</span>`;
}

import { escapeHtml } from "../../widgets/text/html.ts";

/** Colours and styles as terminals know them: ECMA-48 §8.3.117, "SGR". */
interface Style {
	bold: boolean;
	dim: boolean;
	italic: boolean;
	underline: boolean;
	inverse: boolean;
	/** A class name (`red`, `bright-red`) or a CSS colour (`rgb(…)`). */
	foreground: string;
	background: string;
}

const PLAIN: Style = {
	bold: false,
	dim: false,
	italic: false,
	underline: false,
	inverse: false,
	foreground: "",
	background: "",
};

const NAMES = [
	"black",
	"red",
	"green",
	"yellow",
	"blue",
	"magenta",
	"cyan",
	"white",
] as const;

// Control sequences, operating system commands (links, titles), other escapes.
const ESCAPE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/\u001b\[([\d;:]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Terminal text as HTML: escaped, its colours as `<span>`s with classes
 * `ansi-red`, `ansi-on-bright-blue`, `ansi-bold`, …; cursor movements and other
 * control characters are dropped.
 */
export function ansiToHtml(text: string): string {
	let style: Style = { ...PLAIN };
	let html = "";
	let from = 0;
	for (const match of text.matchAll(ESCAPE)) {
		html += styled(text.slice(from, match.index), style);
		from = match.index + match[0].length;
		if (match[2] === "m") style = applied(style, match[1] ?? "");
	}
	return html + styled(text.slice(from), style);
}

function styled(text: string, style: Style): string {
	if (text === "") return "";
	const escaped = escapeHtml(text);
	const classes: string[] = [];
	const css: string[] = [];
	for (const flag of ["bold", "dim", "italic", "underline", "inverse"] as const)
		if (style[flag]) classes.push(`ansi-${flag}`);
	colour(style.foreground, "ansi-", "color");
	colour(style.background, "ansi-on-", "background");
	if (classes.length === 0 && css.length === 0) return escaped;
	const attributes = [
		classes.length > 0 ? ` class="${classes.join(" ")}"` : "",
		css.length > 0 ? ` style="${css.join(";")}"` : "",
	].join("");
	return `<span${attributes}>${escaped}</span>`;

	function colour(value: string, prefix: string, property: string): void {
		if (value.startsWith("rgb")) css.push(`${property}:${value}`);
		else if (value !== "") classes.push(prefix + value);
	}
}

function applied(before: Style, parameters: string): Style {
	const style = { ...before };
	const codes = parameters.split(/[;:]/).map(Number);
	for (let i = 0; i < codes.length; i++) {
		const code = codes[i] as number;
		if (code === 0) Object.assign(style, PLAIN);
		else if (code === 1) style.bold = true;
		else if (code === 2) style.dim = true;
		else if (code === 3) style.italic = true;
		else if (code === 4) style.underline = true;
		else if (code === 7) style.inverse = true;
		else if (code === 22) style.bold = style.dim = false;
		else if (code === 23) style.italic = false;
		else if (code === 24) style.underline = false;
		else if (code === 27) style.inverse = false;
		else if (code === 39) style.foreground = "";
		else if (code === 49) style.background = "";
		else if (code === 38 || code === 48) {
			const [value, used] = extended(codes.slice(i + 1));
			if (code === 38) style.foreground = value;
			else style.background = value;
			i += used;
		} else {
			const name = NAMES[code % 10];
			if (name === undefined) continue;
			if (code >= 30 && code < 38) style.foreground = name;
			else if (code >= 40 && code < 48) style.background = name;
			else if (code >= 90 && code < 98) style.foreground = `bright-${name}`;
			else if (code >= 100 && code < 108) style.background = `bright-${name}`;
		}
	}
	return style;
}

/** After 38 or 48: `5;n` of the 256-colour palette, or `2;r;g;b`. Returns the colour and how many codes it took. */
function extended(codes: readonly number[]): [string, number] {
	const byte = (value: number | undefined) =>
		Math.min(255, Math.max(0, value || 0));
	if (codes[0] === 2)
		return [`rgb(${codes.slice(1, 4).map(byte).join(",")})`, 4];
	if (codes[0] !== 5) return ["", 0];
	const n = byte(codes[1]);
	if (n < 16) return [`${n < 8 ? "" : "bright-"}${NAMES[n % 8]}`, 2];
	if (n >= 232) {
		const grey = 8 + 10 * (n - 232);
		return [`rgb(${grey},${grey},${grey})`, 2];
	}
	// xterm's 6 × 6 × 6 cube: levels 0, 95, 135, …, 255.
	const level = (i: number) => (i === 0 ? 0 : 55 + 40 * i);
	const cube = n - 16;
	return [
		`rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`,
		2,
	];
}

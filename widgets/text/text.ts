import { isolated, oneLine, withoutHalves } from "../../base/shown-text.ts";

export { plural } from "../../base/plural.ts";

export interface Column {
	readonly header: string;
	/** Numbers stand right, words left (default). */
	readonly align?: "left" | "right";
}

/** A column of numbers. */
export const right = (header: string): Column => ({ header, align: "right" });

/** East Asian wide letters and emoji take two columns of a terminal. */
const WIDE =
	/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Marks stand on the letter before them; joiners and isolates are not seen. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;

/** Columns a text takes in a monospaced font. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const letter of text)
		width += WIDE.test(letter) ? 2 : WITHOUT_WIDTH.test(letter) ? 0 : 1;
	return width;
}

const WIDEST_NAME = 60;

/** A name that users gave, where it is shown among others: in one line, visible, and not longer than a line. */
export const shownName = (name: string): string =>
	name === "" ? '""' : truncate(oneLine(name), WIDEST_NAME);

/** `text` cut to at most `width` columns, with an ellipsis where it was cut. */
export function truncate(text: string, width: number): string {
	if (displayWidth(text) <= width) return text;
	let kept = "";
	let used = 1;
	for (const letter of text) {
		used += displayWidth(letter);
		if (used > width) break;
		kept += letter;
	}
	return width < 1 ? "" : `${withoutHalves(kept)}…`;
}

/** Parts joined by `separator` into lines of at most `width` columns; a part is never broken. */
export function wrapped(
	parts: readonly string[],
	separator: string,
	width: number,
): string[] {
	const lines: string[] = [];
	for (const part of parts) {
		const longer = [...lines.slice(-1), part].join(separator);
		if (lines.length > 0 && displayWidth(longer) <= width)
			lines[lines.length - 1] = longer;
		else lines.push(part);
	}
	return lines;
}

/** `text` filled up with spaces to `width` columns. */
export function pad(
	text: string,
	width: number,
	align: "left" | "right" = "left",
): string {
	const space = " ".repeat(Math.max(0, width - displayWidth(text)));
	return align === "right" ? space + text : text + space;
}

/**
 * A number with `digits` significant digits, e.g. `0.9312`, `12.30`, `1.5e-7`.
 * Whole numbers below a million keep every digit.
 */
export function formatNumber(value: number, digits = 4): string {
	if (!Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (Number.isInteger(value) && size < 1e6) return String(value);
	if (size >= 1e6 || size < 1e-4) return value.toExponential(digits - 1);
	if (size >= 10 ** digits) return String(Math.round(value));
	return value.toPrecision(digits);
}

/** A share in [0, 1] as a percentage, e.g. `93.1 %`; `–` when it is not defined. */
export function formatPercent(share: number): string {
	return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : "–";
}

/** An aligned text table with a rule under its header, each row in one line; lines carry no trailing spaces. */
export function table(
	columns: readonly Column[],
	content: readonly (readonly string[])[],
): string {
	const cell = (text: string) => isolated(oneLine(text));
	const rows = content.map((row) => row.map(cell));
	const headers = columns.map(({ header }) => cell(header));
	const widths = columns.map((_, index) =>
		Math.max(
			displayWidth(headers[index] ?? ""),
			...rows.map((row) => displayWidth(row[index] ?? "")),
		),
	);
	const line = (cells: readonly string[]) =>
		columns
			.map((column, index) =>
				pad(cells[index] ?? "", widths[index] ?? 0, column.align),
			)
			.join("  ")
			.trimEnd();
	return [
		line(headers),
		widths.map((width) => "─".repeat(width)).join("  "),
		...rows.map(line),
	].join("\n");
}

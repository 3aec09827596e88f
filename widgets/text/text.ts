import { isolated, oneLine } from "../../base/shown-text.ts";
import { displayWidth, pad, truncate } from "../../base/text-width.ts";

export { plural } from "../../base/plural.ts";

export interface Column {
	readonly header: string;
	/** Numbers are aligned right, words left (default). */
	readonly align?: "left" | "right";
}

/** A column of numbers. */
export const right = (header: string): Column => ({ header, align: "right" });

const WIDEST_NAME = 60;

/**
 * A name by users, to be shown among others: in one line, everything visible,
 * bounded in length.
 */
export const shownName = (name: string): string =>
	name === "" ? '""' : truncate(oneLine(name), WIDEST_NAME);

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

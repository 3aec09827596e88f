import { displayWidth, pad } from "../../../base/text-width.ts";
import { formatNumber } from "../../text/text.ts";
import type { Row } from "./rows.ts";

/** Columns between the lowest and the highest value. */
const WIDTH = 41;

/**
 * Rows of estimates in letters, for a terminal: `●` the estimate, `├──┤` its interval, `·` single values.
 * @param zero a place that is marked in every row
 */
export function rowsText(
	title: string,
	rows: readonly Row[],
	zero?: number,
): string {
	const values = rows.flatMap(({ value, interval, dots }) => [
		...(value === undefined ? [] : [value]),
		...(interval ? [interval.low, interval.high] : []),
		...dots,
	]);
	if (zero !== undefined) values.push(zero);
	const low = Math.min(...values);
	const high = Math.max(...values);
	const column = (value: number) =>
		high > low
			? Math.round(((value - low) / (high - low)) * (WIDTH - 1))
			: Math.floor(WIDTH / 2);
	const labels = Math.max(...rows.map(({ label }) => displayWidth(label)));
	const indent = " ".repeat(labels === 0 ? 0 : labels + 2);
	const line = (row: Row) =>
		`${labels === 0 ? "" : `${pad(row.label, labels)}  `}${drawn(row, column, zero)}  ${row.text}`;
	const ends = [low, high].map((end) => formatNumber(end, 3));
	return [
		title,
		...rows.map(line),
		...(!(low < high)
			? []
			: [
					`${indent}${pad(ends[0] ?? "", WIDTH - displayWidth(ends[1] ?? ""))}${ends[1]}`,
				]),
	].join("\n");
}

function drawn(
	{ value, interval, dots }: Row,
	column: (value: number) => number,
	zero: number | undefined,
): string {
	const letters = Array.from({ length: WIDTH }, () => " ");
	const put = (value: number, letter: string) => {
		letters[column(value)] = letter;
	};
	if (zero !== undefined) put(zero, "┊");
	if (interval) {
		letters.fill("─", column(interval.low), column(interval.high));
		put(interval.low, "├");
		put(interval.high, "┤");
	}
	for (const dot of dots) put(dot, "·");
	if (value !== undefined) put(value, "●");
	return letters.join("");
}

import { readFileSync, writeFileSync } from "node:fs";
import type { Row } from "./row.ts";

/** The page that the table is part of. From the sources and from dist/ alike, it is that of the sources. */
export const page = new URL("README.md", import.meta.url);

const BEGIN = "<!-- coverage: written by `npm run coverage:numbers` -->";
const END = "<!-- end of coverage -->";

/** "0" where not a bit differs, else one digit: what a change of the last bit does to the rest says nothing. */
const magnitude = (error: number): string =>
	error === 0 ? "0" : error.toExponential(0);

const headings = [
	"",
	"types",
	"forward",
	"gradient",
	"gradient of the gradient",
	"compared with",
	"worst, forward",
	"worst, gradient",
];

const cellsOf = (row: Row): string[] => [
	`\`${row.name}\``,
	row.dtypes.join(", "),
	row.forward,
	row.gradient,
	row.second,
	row.oracles.join(", "),
	magnitude(row.worst.forward),
	row.gradient === "right" ? magnitude(row.worst.gradient ?? 0) : "",
];

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

const plural = (kind: Row["kind"]) =>
	`${kind[0]?.toUpperCase()}${kind.slice(1)}s`;

/** The table, one for each kind of row. */
export function tableOf(rows: readonly Row[], count: number): string {
	const kinds = [...new Set(rows.map(({ kind }) => kind))];
	const tables = kinds.map((kind) => {
		const own = rows.filter((row) => row.kind === kind);
		return [
			`### ${plural(kind)}: ${own.length}`,
			"",
			line(headings),
			line(headings.map(() => "---")),
			...own.map((row) => line(cellsOf(row))),
		].join("\n");
	});
	return [
		`${count} examples of each type for each operation, beside its edges and recorded cases.`,
		...tables,
	].join("\n\n");
}

/** What stands between the marks of the page. */
export function readTable(): string {
	const text = readFileSync(page, "utf8");
	return text
		.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END))
		.trim();
}

export function writeTable(table: string): void {
	const text = readFileSync(page, "utf8");
	const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
	if (from < 0 || to < from)
		throw new Error(
			`training/numbers/README.md has no place for the table: put ${BEGIN} and ${END} where it is to stand`,
		);
	writeFileSync(
		page,
		`${text.slice(0, from)}${BEGIN}\n\n${table}\n\n${text.slice(to)}`,
	);
}

import type { Fate, Verdict } from "./trial.ts";

const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

export const table = (
	head: readonly string[],
	rows: readonly (readonly (string | number)[])[],
): string =>
	[row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** A mistake's text is cut where it is longer. */
const MOST_CHARACTERS = 90;
const KEPT_AT_END = 25;

function code(text: string): string {
	const line = text.replace(/\s+/g, " ").trim();
	const short =
		line.length > MOST_CHARACTERS
			? `${line.slice(0, MOST_CHARACTERS - KEPT_AT_END)} … ${line.slice(-KEPT_AT_END)}`
			: line;
	return short === ""
		? "nothing"
		: `\`${short.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
}

export const placeOf = ({ file, source, mutant }: Verdict): string =>
	`${file}:${source.slice(0, mutant.start).split("\n").length}`;

/** What was planted: the text before and after. */
export const mistakeOf = ({ source, mutant }: Verdict): string =>
	`${code(source.slice(mutant.start, mutant.end))} → ${code(mutant.text)}`;

/** The line in which it begins. */
const lineOf = ({ source, mutant }: Verdict): string =>
	source
		.slice(source.lastIndexOf("\n", mutant.start) + 1)
		.split("\n", 1)
		.join("")
		.trim();

/** What no test noticed, by file and place. */
export const survivorsOf = (verdicts: readonly Verdict[]): Verdict[] =>
	verdicts
		.filter(({ fate }) => fate === "survived" || fate === "unseen")
		.sort(
			(one, other) =>
				one.file.localeCompare(other.file, "en") ||
				one.mutant.start - other.mutant.start,
		);

const FATES: Readonly<Record<Fate, string>> = {
	killed: "noticed",
	late: "did not end",
	survived: "survived",
	unseen: "no near test",
};

/** How many of each kind of mistake, or of each file, were planted, and what became of them. */
export function countsTable(
	head: string,
	verdicts: readonly Verdict[],
	kindOf: (verdict: Verdict) => string,
): string {
	const kinds = [...new Set(verdicts.map(kindOf))].sort();
	return table(
		[head, "planted", ...Object.values(FATES)],
		kinds.map((kind) => {
			const some = verdicts.filter((verdict) => kindOf(verdict) === kind);
			const counts = Object.keys(FATES).map(
				(fate) => some.filter((verdict) => verdict.fate === fate).length,
			);
			return [kind, some.length, ...counts];
		}),
	);
}

/** A survivor with its place, what was planted, the line, and the tests that were asked. */
export const describe = (verdict: Verdict): string =>
	[
		`${placeOf(verdict)} ${verdict.mutant.operator}: ${mistakeOf(verdict)}`,
		lineOf(verdict),
		verdict.tests.length > 0
			? `asked: ${verdict.tests.join(", ")}`
			: "no near test executes it",
	].join("\n\t");

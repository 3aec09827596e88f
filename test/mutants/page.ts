import { readFileSync, writeFileSync } from "node:fs";
import {
	countsTable,
	mistakeOf,
	placeOf,
	survivorsOf,
	table,
} from "./report.ts";
import type { Verdict } from "./trial.ts";

const BEGIN =
	"<!-- written by `npm run mutants -- --write`; the last column is by hand -->";
const END = "<!-- end of what is written -->";
const UNJUDGED = "not judged yet";

/** Where and how a sample was taken. */
export interface Sample {
	readonly date: string;
	readonly commit: string;
	readonly seed: string;
	readonly minutes: number;
	readonly jobs: number;
}

/** A survivor by file, operator and mistake, as the page shows them: lines move. */
const keyOf = ([place = "", operator = "", mistake = ""]: readonly string[]) =>
	[place.replace(/:\d+/, ""), operator, mistake].join(" ");

/** What the page says of each survivor in its last column. */
function judgements(page: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const line of page.split("\n")) {
		const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
		const [, place, operator, mistake, judged, end] = cells;
		if (judged && judged !== UNJUDGED && end === "")
			found.set(keyOf([place, operator, mistake] as string[]), judged);
	}
	return found;
}

/** Writes the figures and the survivors into the page; what was judged stays judged. */
export function writePage(
	path: string,
	verdicts: readonly Verdict[],
	{ date, commit, seed, minutes, jobs }: Sample,
): void {
	const page = readFileSync(path, "utf8");
	const from = page.indexOf(BEGIN);
	const to = page.indexOf(END);
	if (from < 0 || to < from)
		throw new Error(`${path} has no place for the figures of mutants`);
	const judged = judgements(page);
	const survivors = survivorsOf(verdicts);
	const rows = survivors.map((verdict) => {
		const cells = [
			`\`${placeOf(verdict)}\``,
			verdict.mutant.operator,
			mistakeOf(verdict),
		];
		return [...cells, judged.get(keyOf(cells)) ?? UNJUDGED];
	});
	const percent = ((100 * survivors.length) / verdicts.length).toFixed(1);
	const written = `${BEGIN}

${date}, commit ${commit}: ${verdicts.length} mistakes by seed \`${seed}\`, ${minutes} minutes with ${jobs} at a time. ${survivors.length} survive, ${percent} %.

${countsTable("mistake", verdicts, ({ mutant }) => mutant.operator)}

${table(["place", "mistake", "planted", "judged"], rows)}

${END}`;
	writeFileSync(
		path,
		page.slice(0, from) + written + page.slice(to + END.length),
	);
}

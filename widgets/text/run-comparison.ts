import { truncate } from "../../base/text-width.ts";
import type {
	ComparedRow,
	ComparedSection,
} from "../../experiment/record/store/comparison.ts";
import { formatNumber, plural, shownName, table } from "./text.ts";

/** Runs in one table; more runs come in a further table below. */
const RUNS_ABREAST = 5;
const WIDEST = 34;

/** Sections in which only differences are listed. */
const DIFFERENCES: ReadonlySet<ComparedSection> = new Set([
	"code",
	"data",
	"environment",
	"outputs",
]);

const valueText = (section: ComparedSection, value: unknown) => {
	if (value === undefined) return "–";
	// A parameter is shown exactly: it is no measurement.
	if (typeof value === "number" && section !== "parameters")
		return formatNumber(value, 6);
	return truncate(String(value).replace(/^sha256:(.{12}).*/, "$1…"), WIDEST);
};

/**
 * Runs side by side, a column each: all parameters and metrics, and of code,
 * data, environment and outputs what differs (`≠`) and how much is the same. A
 * run alone has nothing to differ from.
 */
export function runComparison(
	ids: readonly string[],
	rows: readonly ComparedRow[],
): string {
	const shown = rows.filter(
		({ section, differs }) => differs || !DIFFERENCES.has(section),
	);
	const parts: string[] = [];
	for (let from = 0; from < ids.length; from += RUNS_ABREAST) {
		const until = from + RUNS_ABREAST;
		let section = "";
		parts.push(
			table(
				["", "", "", ...ids.slice(from, until)].map((header) => ({ header })),
				shown.map((row) => {
					const first = row.section !== section;
					section = row.section;
					return [
						first ? row.section : "",
						shownName(row.name),
						row.differs ? "≠" : "",
						...row.values
							.slice(from, until)
							.map((value) => valueText(row.section, value)),
					];
				}),
			),
		);
	}
	const same = [...DIFFERENCES].flatMap((section) => {
		const all = rows.filter((row) => row.section === section);
		const equal = all.filter(({ differs }) => !differs).length;
		return equal > 0 ? [`${section}: ${equal} of ${all.length} the same`] : [];
	});
	if (ids.length === 1)
		return ["1 run; name another one to compare it with", ...parts].join(
			"\n\n",
		);
	return [
		`${plural(ids.length, "run")}, ≠: differs`,
		...parts,
		...(same.length > 0 ? [same.join(" · ")] : []),
	].join("\n\n");
}

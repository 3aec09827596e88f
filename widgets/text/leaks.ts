import { firstOf, oneLine } from "../../base/shown-text.ts";
import { truncate } from "../../base/text-width.ts";
import { shownName, table } from "./text.ts";

/** What a run read that a replay cannot repeat, as its record has it. */
export interface Leaks {
	readonly leaks: readonly {
		readonly kind: string;
		readonly what: string;
		readonly count: number;
		readonly place: string;
		readonly line: number;
		readonly code?: string;
	}[];
	readonly packages: readonly {
		readonly package: string;
		readonly what: string;
		readonly count: number;
	}[];
	readonly untraced: Readonly<Record<string, number>>;
}

/** Columns for a line of the user's code; longer lines are cut. */
const CODE_WIDTH = 48;
/** Most places that are listed; the record has all of them. */
const SHOWN = 12;

/** One line a place: kind, what was read, how often, where, and the line itself. */
export function leaksTable(
	{ leaks }: Pick<Leaks, "leaks">,
	shown = SHOWN,
): string {
	const rows = table(
		["kind", "read", "times", "where", "line"].map((header) => ({
			header,
			...(header === "times" ? { align: "right" } : {}),
		})),
		leaks
			.slice(0, shown)
			.map(({ kind, what, count, place, line, code }) => [
				kind,
				what,
				String(count),
				`${place}:${line}`,
				truncate(code ?? "", CODE_WIDTH),
			]),
	);
	return leaks.length > shown
		? `${rows}\n… and ${leaks.length - shown} more places`
		: rows;
}

const MOST_NAMED = 50;

/** What packages read, and what was counted but not traced; a line each. */
export function otherReads({ packages, untraced }: Leaks): string[] {
	const list = <T>(
		title: string,
		all: readonly T[],
		toText: (one: T) => string,
	) =>
		all.length === 0
			? []
			: [oneLine(`${title}: ${firstOf(all, MOST_NAMED, toText).join(", ")}`)];
	return [
		...list(
			"read by packages",
			packages,
			(one) =>
				`${shownName(one.what)} ${one.count}× in ${shownName(one.package)}`,
		),
		...list(
			"read too often to be traced",
			Object.entries(untraced),
			([what, count]) => `${shownName(what)} ${count}× more`,
		),
	];
}

/** In one line, for many runs: `Date.now 3×, process.env.HOME 1×`, the most frequent first. */
export function leaksLine({ leaks }: Leaks): string {
	const counts = new Map<string, number>();
	for (const { what, count } of leaks)
		counts.set(what, (counts.get(what) ?? 0) + count);
	return [...counts]
		.toSorted(([, a], [, b]) => b - a)
		.map(([what, count]) => `${shownName(what)} ${count}×`)
		.join(", ");
}

/** What stays below a run that leaked; empty for one that did not. */
export function leaksText(report: Leaks): string {
	if (report.leaks.length === 0) return "";
	return [
		"read here, and not the same in a replay:",
		leaksTable(report),
		...otherReads(report),
	].join("\n");
}

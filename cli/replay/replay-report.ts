import { firstOf, shown, shownValue } from "../../base/shown-text.ts";
import {
	boundaryUpTo,
	displayWidth,
	inTwoColumns,
	truncate,
} from "../../base/text-width.ts";
import {
	type ComparedPart,
	isIdentical,
	isWithinTolerance,
} from "../../experiment/replay/compare.ts";
import type { EnvironmentDifference } from "../../experiment/replay/environment.ts";
import type { ReplayResult } from "../../experiment/replay/replay.ts";
import { leaksTable } from "../../widgets/text/leaks.ts";
import { formatNumber, right, table } from "../../widgets/text/text.ts";
import { print, printJson, printVerdict, quoted } from "../print.ts";

const short = (digest: string | undefined) =>
	digest === undefined ? "–" : digest.replace(/^(sha256:.{12}).*/, "$1…");

/** A longer text, such as an error's message, is cut to where it differs. */
const WIDEST_VALUE = 60;
/** Characters shown before the first difference. */
const CONTEXT = 15;

/** What was recorded and replayed, as columns of a table. */
export function shownValues(recorded?: string, replayed?: string): string[] {
	const [one, other] = [short(recorded), short(replayed)];
	let same = 0;
	while (same < one.length && one[same] === other[same]) same++;
	const start =
		one === other ? 0 : boundaryUpTo(one, Math.max(0, same - CONTEXT));
	return [one, other].map((text) =>
		displayWidth(text) <= WIDEST_VALUE
			? text
			: truncate(`${start > 0 ? "…" : ""}${text.slice(start)}`, WIDEST_VALUE),
	);
}

/** The parts as a table. Where numbers differ, it says by how much. */
function comparisonTable(parts: readonly ComparedPart[]): string {
	const measured = parts.some(({ difference }) => difference);
	return table(
		[
			...["part", "recorded", "replayed", "verdict"].map((header) => ({
				header,
			})),
			...(measured
				? ["differing", "max ulps", "max abs", "max rel"].map(right)
				: []),
		],
		parts.map(({ part, recorded, replayed, verdict, difference }) => [
			shownValue(part, WIDEST_VALUE),
			...shownValues(recorded, replayed),
			verdict,
			...(difference
				? [
						`${difference.differing} of ${difference.numbers}`,
						formatNumber(difference.maxUlps),
						formatNumber(difference.maxAbsolute),
						formatNumber(difference.maxRelative),
					]
				: []),
		]),
	);
}

/** Possible reasons for a replay that came out different. */
function elsewhereText(differences: readonly EnvironmentDifference[]): string {
	if (differences.length === 0)
		return "what differs here: nothing; the environment is as recorded";
	return [
		"what differs here:",
		...inTwoColumns(
			differences.map(({ name, recorded, here }) => [
				shownValue(name, WIDEST_VALUE),
				shown`${short(recorded)} → ${short(here)}`,
			]),
		),
	].join("\n");
}

/**
 * Most parts that a verdict names, so that it stays on the screen; the table
 * names all.
 */
const MOST_NAMED = 12;

/** JSON has no infinity. */
export const infinityAsText = (_: string, value: unknown): unknown =>
	value === Number.POSITIVE_INFINITY ? "Infinity" : value;

interface ReportOptions {
	readonly json: boolean;
	readonly tolerance: number | undefined;
	/** Why it was not executed in the run's own project. */
	readonly rebuilt?: string | undefined;
	/** Files of the recorded work tree that are missing here. */
	readonly lacks?: readonly string[];
}

/**
 * Prints how a replay came out.
 * @returns whether it is identical, or within the tolerance if one is given
 */
export function reportReplay(
	run: string,
	result: ReplayResult,
	options: ReportOptions,
): boolean {
	const { parts, failure } = result;
	const identical = failure === undefined && isIdentical(parts);
	const passed = failure === undefined && isWithinTolerance(parts);
	const verdict = { identical, passed };
	if (options.json)
		printJson(jsonOf(run, result, options, verdict), infinityAsText);
	else {
		printDetails(result, options, identical);
		printVerdict(
			verdictText(run, result, options, verdict),
			identical ? "good" : passed ? "open" : "bad",
		);
	}
	return passed;
}

interface Verdict {
	readonly identical: boolean;
	/** Identical, or within the tolerance. */
	readonly passed: boolean;
}

function jsonOf(
	run: string,
	{ parts, failure, otherNumerics, elsewhere, leaks }: ReplayResult,
	{ tolerance, rebuilt, lacks = [] }: ReportOptions,
	{ identical, passed }: Verdict,
): Record<string, unknown> {
	return {
		run,
		identical,
		...(rebuilt === undefined ? {} : { rebuilt }),
		...(tolerance === undefined ? {} : { tolerance, withinTolerance: passed }),
		failure,
		...(identical || lacks.length === 0 ? {} : { lacks }),
		...(otherNumerics ? { otherNumerics } : {}),
		...(elsewhere && !identical ? { elsewhere } : {}),
		...(leaks && !identical ? { leaks } : {}),
		parts,
	};
}

/** What differs, and what may be why. */
function printDetails(
	{ parts, failure, otherNumerics, elsewhere, leaks }: ReplayResult,
	{ lacks = [] }: ReportOptions,
	identical: boolean,
): void {
	if (otherNumerics && !identical)
		print(
			shown`other numerics: ${otherNumerics.recorded ?? "not on record"} → ${otherNumerics.replayed}. The kernels that compute tensors are not those of the run; the version of deepdiva that recorded it has them`,
		);
	if (parts.length > 0) print(comparisonTable(parts));
	if (failure !== undefined) print(quoted(failure));
	if (elsewhere && !identical) print(elsewhereText(elsewhere));
	if (leaks && !identical)
		print(
			`the run also read these, and their values are not on record:\n${leaksTable({ leaks })}`,
		);
	if (!identical && lacks.length > 0)
		print(
			`the run had these files, and its recorded code lacks them:\n${lacks.map((line) => shown`  ${line}`).join("\n")}`,
		);
}

function verdictText(
	run: string,
	{ parts, failure }: ReplayResult,
	{ tolerance }: ReportOptions,
	{ identical, passed }: Verdict,
): string {
	if (identical)
		return shown`identical: all ${parts.length} parts of run ${run}`;
	const within = passed ? `, but within the tolerance of ${tolerance}` : "";
	const different = firstOf(
		parts.filter(({ verdict }) => verdict !== "identical"),
		MOST_NAMED,
		({ part, verdict }) => `${shownValue(part, WIDEST_VALUE)} (${verdict})`,
	);
	const failed =
		failure === undefined ? [] : ["the code did not run as recorded"];
	return `NOT identical${within}: ${[...different, ...failed].join(", ")}`;
}

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import { isExport } from "../../experiment/record/export/names.ts";
import {
	isIdentical,
	isWithinTolerance,
} from "../../experiment/replay/compare.ts";
import { isScript } from "../../experiment/replay/exported-script.ts";
import { type OpenRun, openRun } from "../../experiment/replay/reference.ts";
import {
	checkRecord,
	type RecordCheck,
} from "../../experiment/replay/replay.ts";
import { plural, shownName, table } from "../../widgets/text/text.ts";
import { print, printError, printJson, quoted } from "../print.ts";
import type { ReplayOptions } from "./replay-options.ts";
import { infinityAsText, reportReplay } from "./replay-report.ts";
import { interruptible, replayStored } from "./replay-stored.ts";
import {
	type Author,
	authorOf,
	heldBy,
	isAgreed,
	isForeign,
	whatRuns,
} from "./stranger.ts";

/**
 * The zip files of a folder that is neither a run nor an export; any other path
 * itself.
 */
export function archivesIn(reference: string): string[] {
	if (
		!statSync(reference, { throwIfNoEntry: false })?.isDirectory() ||
		existsSync(join(reference, "run.json")) ||
		isExport(reference)
	)
		return [reference];
	const archives = readdirSync(reference)
		.filter((name) => name.endsWith(".zip"))
		.sort()
		.map((name) => join(reference, name));
	return archives.length > 0 ? archives : [reference];
}

/** One of several runs, or why it could not be opened. */
interface Submitted {
	readonly reference: string;
	readonly open?: OpenRun;
	readonly checked?: RecordCheck;
	readonly author?: Author;
	readonly foreign?: boolean;
	/** Why it is not executed. */
	readonly problem?: string;
}

async function submitted(reference: string): Promise<Submitted> {
	let open: OpenRun | undefined;
	try {
		if (isScript(reference))
			throw new UsageError(
				"a script is replayed by itself, and not among others",
			);
		open = await openRun(reference);
		const checked = checkRecord(open.stored);
		const foreign = isForeign(open);
		const author = checked.refusal ? undefined : await authorOf(open.stored);
		return {
			...{ reference, open, checked, foreign },
			...(author ? { author } : {}),
			...(checked.refusal?.failure === undefined
				? {}
				: { problem: checked.refusal.failure }),
		};
	} catch (error) {
		return {
			reference,
			...(open ? { open } : {}),
			problem: (error as Error).message,
		};
	}
}

const CERTIFICATES: Readonly<Record<Author["certificate"], string>> = {
	none: "none",
	"unknown key": "by a key not known here",
	"known key": "yours",
};

function listing(all: readonly Submitted[]): string {
	return table(
		["from", "run", "experiment", "executes", "certificate", "record"].map(
			(header) => ({ header }),
		),
		all.map(({ reference, open, author, problem }) => [
			oneLine(reference),
			shownName(open?.stored.record.id ?? "–"),
			shownName(open?.stored.record.experiment ?? "–"),
			open ? whatRuns(open.stored.record) : "–",
			author ? CERTIFICATES[author.certificate] : "–",
			problem === undefined ? "holds" : oneLine(problem).slice(0, 80),
		]),
	);
}

/** How one of them came out. */
interface Outcome {
	readonly from: string;
	readonly run?: string;
	readonly experiment?: string;
	readonly identical: boolean;
	/** Where a tolerance was given. */
	readonly withinTolerance?: boolean;
	readonly failure?: string;
	readonly parts: readonly unknown[];
	readonly passed: boolean;
}

/**
 * Replays runs one after the other: lists them first and asks once for all;
 * each gets a verdict of its own, whether others fail or not; a table comes at
 * the end.
 * @param isShutOff was the sandbox asked for by name? Then nobody need be asked
 */
export function replaySeveral(
	references: readonly string[],
	options: ReplayOptions,
	isShutOff: boolean,
): Promise<number> {
	refuseOptions(options);
	return interruptible(async (signal) => {
		const all: Submitted[] = [];
		try {
			for (const reference of references) {
				all.push(await submitted(reference));
				signal.throwIfAborted();
			}
			printError(listing(all));
			const { sandbox } = options.fence ?? {};
			const count = all.filter(({ problem }) => problem === undefined).length;
			printError(
				`${plural(count, "run")} of ${all.length} can be executed, one after the other, ${heldBy(sandbox)}; to look at one first, which executes nothing: deepdiva runs show FROM`,
			);
			if (
				count > 0 &&
				!options.yes &&
				!isShutOff &&
				!(await isAgreed("Execute them?", sandbox, signal))
			) {
				printError("nothing was executed");
				return 1;
			}
			return await executeAll(all, options, signal);
		} finally {
			for (const { open } of all) open?.close();
		}
	});
}

async function executeAll(
	all: readonly Submitted[],
	options: ReplayOptions,
	signal: AbortSignal,
): Promise<number> {
	const outcomes: Outcome[] = [];
	for (const one of all) {
		outcomes.push(await outcomeOf(one, options, signal));
		signal.throwIfAborted();
	}
	if (options.json)
		printJson(
			outcomes.map(({ passed: _, ...shown }) => shown),
			infinityAsText,
		);
	else
		print(
			`\n${table(
				["from", "run", "experiment", "verdict"].map((header) => ({ header })),
				outcomes.map((outcome) => [
					oneLine(outcome.from),
					shownName(outcome.run ?? "–"),
					shownName(outcome.experiment ?? "–"),
					verdictOf(outcome),
				]),
			)}`,
		);
	return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

const verdictOf = ({ identical, passed, parts, failure }: Outcome): string =>
	identical
		? "identical"
		: passed
			? "within the tolerance"
			: parts.length > 0 || failure === undefined
				? "NOT identical"
				: "NOT executed to its end";

async function outcomeOf(
	{ reference, open, checked, foreign = true, problem }: Submitted,
	{ json = false, tolerance, fence, installScripts = false }: ReplayOptions,
	signal: AbortSignal,
): Promise<Outcome> {
	const about = {
		from: reference,
		...(open
			? {
					run: open.stored.record.id,
					experiment: open.stored.record.experiment,
				}
			: {}),
	};
	if (!json) print(`\n${oneLine(reference)}`);
	try {
		if (!open || !checked || problem !== undefined)
			throw new UsageError(problem ?? "it could not be opened");
		const result = await replayStored(open, {
			...{ tolerance, signal, checked, foreign, installScripts },
			...(fence ? { fence } : {}),
			say: (text) => {
				if (!json) print(oneLine(text));
			},
		});
		const { parts, failure } = result;
		const passed = json
			? failure === undefined && isWithinTolerance(parts)
			: reportReplay(open.stored.record.id, result, {
					...{ json, tolerance },
					...{ rebuilt: result.rebuilt, lacks: result.lacks },
				});
		return {
			...about,
			identical: failure === undefined && isIdentical(parts),
			...(tolerance === undefined ? {} : { withinTolerance: passed }),
			...(failure === undefined ? {} : { failure }),
			...{ parts, passed },
		};
	} catch (error) {
		const failure = (error as Error).message;
		if (!json) print(quoted(failure));
		return { ...about, identical: false, failure, parts: [], passed: false };
	}
}

/** @throws UsageError for options that only make sense for one run */
function refuseOptions({ certificate, here, data }: ReplayOptions): void {
	const [option] = [
		...(certificate === undefined ? [] : ["certificate"]),
		...(here ? ["here"] : []),
		...(data && data.size > 0 ? ["data"] : []),
	];
	if (option !== undefined)
		throw new UsageError(
			`deepdiva replay: --${option} is about one run; replay that one by itself`,
		);
}

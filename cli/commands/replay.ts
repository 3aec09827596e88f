import { UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import { isScript } from "../../experiment/replay/exported-script.ts";
import { type OpenRun, openRun } from "../../experiment/replay/reference.ts";
import { checkRecord } from "../../experiment/replay/replay.ts";
import { checkDataNames } from "../../experiment/replay/workplace.ts";
import type { MagicOption, ValuesOf } from "../../magics/arguments/argument.ts";
import { defineCommand } from "../command.ts";
import { readDataPlaces } from "../data-places.ts";
import { print, printError } from "../print.ts";
import type { ReplayOptions } from "../replay/replay-options.ts";
import { reportReplay } from "../replay/replay-report.ts";
import { replayExported } from "../replay/replay-script.ts";
import { archivesIn, replaySeveral } from "../replay/replay-several.ts";
import { replaySigner } from "../replay/replay-signer.ts";
import { interruptible, replayStored } from "../replay/replay-stored.ts";
import {
	announcement,
	authorOf,
	isAgreed,
	isForeign,
} from "../replay/stranger.ts";
import type { Fence } from "../sandbox/launcher.ts";
import { DEFAULT_LIMITS, MEBIBYTE } from "../sandbox/limits.ts";
import { openSandbox } from "../sandbox/sandbox.ts";

/**
 * Replays a run and prints the comparison; 0 when all parts are identical, or
 * within the tolerance where one is given, else 1. Where the code changed since
 * the run, the recorded one is rebuilt for the time of the replay.
 */
export function replay(
	reference: string,
	options: ReplayOptions = {},
): Promise<number> {
	return interruptible(async (signal) => {
		if (isScript(reference)) return replayExported(reference, options, signal);
		const run = await openRun(reference);
		try {
			return await replayOpen(reference, run, options, signal);
		} finally {
			run.close();
		}
	});
}

async function replayOpen(
	reference: string,
	{ stored, carried }: OpenRun,
	options: ReplayOptions,
	signal: AbortSignal,
): Promise<number> {
	const { json = false, tolerance, certificate, key, here, data } = options;
	const { installScripts = false, fence = {} } = options;
	const { record } = stored;
	if (here && carried)
		throw new UsageError(
			`deepdiva replay: --here executes run ${record.id} in its project, and an export is none; put the run folder under runs/${record.experiment} of a project`,
		);
	checkDataNames(data ?? new Map(), record);
	const sign =
		certificate === undefined
			? undefined
			: await replaySigner(certificate, stored, key, tolerance);
	const say = (text: string) => {
		if (!json) print(oneLine(text));
	};
	const checked = checkRecord(stored);
	const foreign = isForeign({ stored, carried });
	if (foreign && !checked.refusal) {
		const author = await authorOf(stored);
		const { sandbox } = fence;
		printError(announcement({ reference, stored, author, sandbox }));
		const agreed = options.yes || sandbox !== undefined;
		if (!agreed && !(await isAgreed("Execute it?", sandbox, signal))) {
			printError("nothing was executed");
			return 1;
		}
	}
	const result = await replayStored(
		{ stored, carried },
		{
			...{ tolerance, here, data, signal, say, checked, foreign },
			...{ installScripts, fence },
		},
	);
	const passed = reportReplay(record.id, result, {
		json,
		tolerance,
		rebuilt: result.rebuilt,
		lacks: result.lacks,
	});
	const signed = sign?.(result);
	if (signed !== undefined) say(signed);
	return passed ? 0 : 1;
}

/** How the code is confined. */
const FENCE_OPTIONS = [
	{
		name: "sandbox",
		type: "flag",
		description:
			"Execute it shut off from your files, the network and other processes, by bwrap or unshare (Linux).",
	},
	{
		name: "no-sandbox",
		type: "flag",
		description: "Of several runs: execute them with all your rights.",
	},
	{
		name: "time-limit",
		type: "number",
		above: 0,
		below: 1e9,
		placeholder: "MINUTES",
		description: "For each run. Default in a sandbox: 30.",
	},
	{
		name: "memory-limit",
		type: "number",
		above: 0,
		below: 1e9,
		placeholder: "MB",
		description: "For each run. Default in a sandbox: 4096.",
	},
	{
		name: "install-scripts",
		type: "flag",
		description:
			"Let npm run the install scripts of somebody else's packages, and read the .npmrc that came along.",
	},
] as const satisfies readonly MagicOption[];

/**
 * What confines the code. Several runs are sandboxed unless the user refuses
 * that, and everything in a sandbox has limits.
 * @throws UsageError where there is no sandbox, or options exclude each other
 */
function readFence(
	values: ValuesOf<[], typeof FENCE_OPTIONS>,
	isSeveral: boolean,
): Fence {
	const { "time-limit": minutes, "memory-limit": megabytes } = values;
	const { sandbox: isShutOff, "no-sandbox": isOpen } = values;
	if (isShutOff && isOpen)
		throw new UsageError(
			"deepdiva replay: --sandbox and --no-sandbox exclude each other",
		);
	if (isShutOff && values["install-scripts"])
		throw new UsageError(
			"deepdiva replay: --install-scripts lets packages run programs when they are installed, which is outside of the sandbox; leave out one of the two",
		);
	const limits = {
		...DEFAULT_LIMITS,
		...(minutes === undefined ? {} : { milliseconds: minutes * 60_000 }),
		...(megabytes === undefined ? {} : { memoryBytes: megabytes * MEBIBYTE }),
	};
	if (isShutOff || (isSeveral && !isOpen))
		return { sandbox: openSandbox(), limits };
	return isSeveral || minutes !== undefined || megabytes !== undefined
		? { limits }
		: {};
}

export const replayCommand = defineCommand({
	name: "replay",
	summary: "Executes a recorded run again and compares every part of it.",
	positionals: [
		{
			name: "runs",
			placeholder: "RUN|CRATE|SCRIPT",
			required: true,
			description:
				"An id, its beginning, or last; a run's folder or its ro-crate-metadata.json; what deepdiva runs export wrote (OUT.zip, OUT, or OUT#ID where it has several); a script that deepdiva export RUN wrote. Several runs, or a folder of zip files: one after the other, in a sandbox.",
			path: true,
			multiple: true,
		},
	],
	options: [
		{
			name: "tolerance",
			type: "number",
			least: 0,
			below: 1,
			placeholder: "REL",
			description:
				"Accept numbers that differ by no more than this, |a - b| / max(|a|, |b|); for example 1e-6.",
		},
		{
			name: "certificate",
			type: "text",
			placeholder: "FILE",
			description: "Add the outcome to this certificate of the run, signed.",
		},
		{
			name: "key",
			type: "text",
			placeholder: "FILE",
			description: "With --certificate: the private key. Default: your own.",
		},
		{
			name: "data",
			type: "text",
			placeholder: "NAME=DIR",
			multiple: true,
			description: "Where a data folder lies here, by its recorded path.",
		},
		{
			name: "here",
			type: "flag",
			description:
				"With the code and packages that are here now; by default the recorded ones are rebuilt where they differ.",
		},
		{
			name: "yes",
			type: "flag",
			description:
				"Execute somebody else's code without a question; outside of a sandbox it has all your rights.",
		},
		...FENCE_OPTIONS,
		{
			name: "json",
			type: "flag",
			description: "Print the comparison as JSON.",
		},
	],
	examples: [
		"deepdiva replay last",
		"deepdiva replay 3fa2c1d0",
		"deepdiva replay 3fa2c1d0 --tolerance 1e-6",
		"deepdiva replay run.zip --sandbox",
		"deepdiva replay handed-in/ --yes --time-limit 10",
		"deepdiva replay replay.ts",
	],
	async run({ values }) {
		const { runs, tolerance, certificate, key } = values;
		if (key !== undefined && certificate === undefined)
			throw new UsageError(
				"deepdiva replay: --key signs the outcome for a certificate; name it with --certificate",
			);
		const references = runs.flatMap(archivesIn);
		// A folder that holds a single archive is still replayed as a folder of
		// archives.
		const isSeveral = references.length > 1 || references[0] !== runs[0];
		const options: ReplayOptions = {
			json: values.json,
			here: values.here,
			data: readDataPlaces(values.data),
			yes: values.yes,
			installScripts: values["install-scripts"],
			...(certificate === undefined ? {} : { certificate }),
			...(key === undefined ? {} : { key }),
			...(tolerance === undefined ? {} : { tolerance }),
			fence: readFence(values, isSeveral),
		};
		return isSeveral
			? replaySeveral(references, options, values.sandbox)
			: replay(references[0] ?? "", options);
	},
});

import { UsageError } from "../../experiment/errors.ts";
import { isScript } from "../../experiment/replay/exported-script.ts";
import { type OpenRun, openRun } from "../../experiment/replay/reference.ts";
import { checkRecord } from "../../experiment/replay/replay.ts";
import {
	checkDataNames,
	type DataPlaces,
} from "../../experiment/replay/work-tree.ts";
import type { Command } from "../command.ts";
import { readDataPlaces } from "../data-places.ts";
import { reportReplay } from "../replay-report.ts";
import { replayExported } from "../replay-script.ts";
import { replaySigner } from "../replay-signer.ts";
import { interruptible, replayStored } from "../replay-stored.ts";
import { announcement, authorOf, isAgreed, isForeign } from "../stranger.ts";

export interface ReplayOptions {
	readonly json?: boolean;
	/** Largest relative difference that is let pass. */
	readonly tolerance?: number;
	/** A certificate to which the outcome is added, signed. */
	readonly certificate?: string;
	/** The private key that signs it. */
	readonly key?: string;
	/** In the present work tree, whatever became of the code. */
	readonly here?: boolean;
	/** Where data lie that are not where the record has them. */
	readonly data?: DataPlaces;
	/** Somebody else's code is executed unasked. */
	readonly yes?: boolean;
	/** npm may run the install scripts of somebody else's packages. */
	readonly installScripts?: boolean;
}

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
		if (!json) console.log(text);
	};
	const checked = checkRecord(stored);
	const foreign = isForeign({ stored, carried });
	if (foreign && !checked.refusal) {
		const author = await authorOf(stored);
		console.error(
			announcement({ reference, stored, author, fence: undefined }),
		);
		if (!options.yes && !(await isAgreed("Execute it?", signal))) {
			console.error("nothing was executed");
			return 1;
		}
	}
	const result = await replayStored(
		{ stored, carried },
		{
			...{ tolerance, here, data, signal, say, checked, foreign },
			installScripts: options.installScripts ?? false,
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

/** @throws UsageError */
function readTolerance(text: string): number {
	const tolerance = Number(text);
	if (text.trim() === "" || !(tolerance >= 0 && tolerance < 1))
		throw new UsageError(
			`deepdiva replay: --tolerance takes a relative difference from 0 to 1, for example 1e-6, not "${text}"`,
		);
	return tolerance;
}

export const replayCommand: Command = {
	name: "replay",
	summary: "Executes a recorded run again and compares every part of it.",
	positionals: [
		{
			name: "RUN|CRATE|SCRIPT",
			required: true,
			description:
				"An id, its beginning, or last; a run's folder or its ro-crate-metadata.json; what deepdiva runs export wrote (OUT.zip, OUT, or OUT#ID where it has several); a script that deepdiva export RUN wrote.",
			path: true,
		},
	],
	options: [
		{
			name: "tolerance",
			type: "text",
			placeholder: "REL",
			description:
				"Let pass what differs by no more, |a - b| / max(|a|, |b|), for example 1e-6.",
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
				"Execute somebody else's code with all your rights, without a question.",
		},
		{
			name: "install-scripts",
			type: "flag",
			description:
				"Let npm run the install scripts of somebody else's packages, and read the .npmrc that came along.",
		},
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
		"deepdiva replay run.zip",
		"deepdiva replay replay.ts",
	],
	run({ positionals: [reference = ""], flags, values }) {
		const tolerance = values.get("tolerance")?.[0];
		const certificate = values.get("certificate")?.[0];
		const key = values.get("key")?.[0];
		if (key !== undefined && certificate === undefined)
			throw new UsageError(
				"deepdiva replay: --key signs the outcome for a certificate; name it with --certificate",
			);
		return replay(reference, {
			json: flags.has("json"),
			here: flags.has("here"),
			yes: flags.has("yes"),
			installScripts: flags.has("install-scripts"),
			data: readDataPlaces(values.get("data")),
			...(certificate === undefined ? {} : { certificate }),
			...(key === undefined ? {} : { key }),
			...(tolerance === undefined
				? {}
				: { tolerance: readTolerance(tolerance) }),
		});
	},
};

import { UsageError } from "../../base/errors.ts";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
} from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { dirname, join, resolve } from "../../host/paths.ts";
import type { RunRecord } from "../record/record.ts";
import {
	listRuns,
	type StoredRun,
	verifyFiles,
} from "../record/store/store.ts";
import { recordedZone } from "../record/surroundings/time-zone.ts";
import { runsDirectory } from "../session.ts";
import {
	type ComparableRun,
	compareRuns,
	hasSameEnd,
	measureDifferences,
} from "./compare.ts";
import { differencesHere, environmentDifferences } from "./environment.ts";
import { oddLeftBehind } from "./left-behind.ts";
import { byRuleOf, leaksOf, type ReplayResult } from "./replay.ts";

/** What an exported script says of the run that it was made from: enough to compare with it by digest. */
export interface ScriptOrigin extends ComparableRun {
	readonly id: string;
	readonly experiment: string;
	readonly identity: string;
	/** Over all outputs. */
	readonly digest: string;
	/** What the run ran on; absent in a script that an earlier version made. */
	readonly environment?: RunRecord["environment"];
}

const MARK = "deepdiva-run:";

/** Lines of a comment at the top of the script. */
export function originNotes({
	id,
	experiment,
	identity,
	digest,
	seed,
	status,
	error,
	params,
	metrics,
	outputs,
	data,
	environment,
}: RunRecord): string[] {
	const origin: ScriptOrigin = {
		id,
		experiment,
		identity,
		digest,
		seed: { run: seed.run, streams: seed.streams },
		status,
		...(error ? { error: { name: error.name, message: error.message } } : {}),
		params: Object.fromEntries(
			Object.entries(params).map(([name, { value }]) => [name, { value }]),
		),
		metrics,
		outputs: Object.fromEntries(
			Object.entries(outputs).map(([name, { digest: one }]) => [
				name,
				{ digest: one },
			]),
		),
		data: data.map(({ path, root }) => ({ path, root })),
		environment: publicEnvironment(environment),
	};
	return [
		`From run ${id}. This compares what it computes with that run: deepdiva replay FILE.ts`,
		// A comment ends at these two, where JSON does not mind them.
		`${MARK} ${JSON.stringify(origin).replace(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`)}`,
	];
}

/** A script is passed on: nothing in it tells one machine from another of its kind, and a version says enough of a package. */
function publicEnvironment({
	machine: _,
	packages = {},
	...facts
}: RunRecord["environment"]): RunRecord["environment"] {
	return {
		...facts,
		packages: Object.fromEntries(
			Object.entries(packages as Record<string, { version?: string }>).map(
				([name, { version }]) => [name, { version }],
			),
		),
	};
}

export const isScript = (reference: string) => /\.[cm]?[jt]s$/.test(reference);

/** @throws UsageError for a script that is not there or does not say which run it comes from */
export function readOrigin(path: string): ScriptOrigin {
	if (!existsSync(path)) throw new UsageError(`there is no script ${path}`);
	const line = readFileSync(path, "utf8")
		.split("\n")
		.find((one) => one.startsWith(`// ${MARK}`));
	if (line === undefined)
		throw new UsageError(
			`${path} does not say which run it comes from, so there is nothing to compare with; export a recorded run with: deepdiva export RUN -o ${path}`,
		);
	try {
		const origin = JSON.parse(
			line.slice(`// ${MARK}`.length),
		) as Partial<ScriptOrigin>;
		if (isWhole(origin)) return origin;
	} catch {
		// Told below, as what lacks a field.
	}
	throw new UsageError(
		`the line "// ${MARK} …" of ${path} is damaged; export the run again with: deepdiva export RUN -o ${path}`,
	);
}

const isWhole = (origin: Partial<ScriptOrigin>): origin is ScriptOrigin =>
	[origin.id, origin.experiment, origin.identity, origin.digest].every(
		(one) => typeof one === "string",
	) &&
	typeof origin.seed?.run === "string" &&
	typeof origin.status === "string" &&
	typeof origin.outputs === "object" &&
	Object.values(origin.outputs).every(
		(one) => typeof one?.digest === "string",
	) &&
	Array.isArray(origin.data);

/**
 * The recorded run of a script, where it is still here: of the project around
 * the working directory, or around the script.
 * @throws UsageError where the script says something else of it than its record does
 */
export function recordedOrigin(
	path: string,
	{ id, digest }: ScriptOrigin,
): StoredRun | undefined {
	const roots = new Set([
		runsDirectory(),
		runsDirectory(dirname(resolve(path))),
	]);
	for (const root of roots)
		for (const stored of listRuns(root).runs) {
			if (stored.record.id !== id) continue;
			if (stored.record.digest !== digest)
				throw new UsageError(
					`${path} names digest ${digest} of run ${id}, and the run in ${stored.directory} has ${stored.record.digest}; export the run again`,
				);
			return stored;
		}
	return undefined;
}

/** Runs a script in the guard; resolves to an error's text when it failed. */
export type ExecuteScript = (
	script: {
		readonly path: string;
		/** Where its runs are recorded. */
		readonly runsDirectory: string;
		/** What `TZ` is to be. */
		readonly timeZone?: string;
	},
	signal?: AbortSignal,
) => Promise<string | undefined>;

/** How an exported script is replayed. */
export interface ScriptReplayOptions {
	/** The run that it comes from, if that is here. */
	readonly recorded: StoredRun | undefined;
	/** Largest relative difference that is let pass. */
	readonly tolerance?: number | undefined;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/**
 * Runs an exported script where it lies and compares the run that it makes with
 * the recorded one: part by part by digest, and where that run is given, also
 * by how far numbers lie apart.
 */
export async function replayScript(
	path: string,
	origin: ScriptOrigin,
	execute: ExecuteScript,
	{ recorded, tolerance, signal }: ScriptReplayOptions,
): Promise<ReplayResult> {
	const into = mkdtempSync(join(tmpdir(), "deepdiva-replay-"));
	const environment = recorded?.record.environment ?? origin.environment;
	const timeZone = recordedZone(environment ?? {});
	try {
		const failure = await execute(
			{
				path: resolve(path),
				runsDirectory: into,
				...(timeZone === undefined ? {} : { timeZone }),
			},
			signal,
		);
		signal?.throwIfAborted();
		const odd = oddLeftBehind(into);
		if (odd !== undefined) return { parts: [], failure: odd };
		const problems = recorded ? verifyFiles(recorded) : [];
		const made = madeBy(into, origin);
		if (!made)
			return {
				parts: [],
				failure: failure ?? `the script started no run "${origin.experiment}"`,
				...(environment ? { elsewhere: differencesHere(environment) } : {}),
				...leaksOf(recorded?.record),
			};
		const replayed = byRuleOf(origin, made);
		const parts = compareRuns(origin, replayed.record, problems);
		const { record } = replayed;
		return {
			parts: recorded
				? measureDifferences(parts, recorded, replayed, tolerance)
				: parts,
			failure: hasSameEnd(origin, record) ? undefined : failure,
			environment: record.environment,
			// The script itself does not say; what runs now is the same code.
			...leaksOf((recorded ?? replayed).record),
			...(environment
				? { elsewhere: environmentDifferences(environment, record.environment) }
				: {}),
		};
	} finally {
		rmSync(into, { recursive: true, force: true });
	}
}

/** The run of the same identity, else of the same name: a changed parameter makes another identity. */
function madeBy(
	root: string,
	{ identity, experiment }: ScriptOrigin,
): StoredRun | undefined {
	const { runs } = listRuns(root);
	return (
		runs.findLast(({ record }) => record.identity === identity) ??
		runs.findLast(({ record }) => record.experiment === experiment)
	);
}

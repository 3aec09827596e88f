import { UsageError } from "../../base/errors.ts";
import {
	decodeSafetensors,
	encodeSafetensors,
	type NamedTensors,
} from "../../formats/safetensors.ts";
import { existsSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import type { LeakReport } from "../leaks/report.ts";
import type { RunRecord } from "./record.ts";
import type { RecorderState } from "./recorder.ts";
import type { RunLookup } from "./store/experiment-runs.ts";
import { readFileOf, textOf } from "./store/folder-files.ts";
import { requireSealed, type StoredRun, statusOf } from "./store/store.ts";

/** In a run's folder, as long as it is not finished. */
export const CHECKPOINT_FILE = "checkpoint.safetensors";

/** Where a run stood: with it, the rest comes out as if it had never stopped. */
export interface Checkpoint {
	/** What was done, e.g. the epochs. */
	readonly step: number;
	readonly tensors: NamedTensors;
	/** Whatever else the code wants back, as JSON. */
	readonly values: Readonly<Record<string, unknown>>;
	/** How many numbers each stream had given. */
	readonly streams: Readonly<Record<string, number>>;
	readonly recorded: RecorderState;
	/** What the code had read that a replay cannot repeat; absent in checkpoints of earlier versions. */
	readonly leaks?: LeakReport;
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
	const { tensors, ...rest } = checkpoint;
	return encodeSafetensors(tensors, {
		format: "deepdiva-checkpoint-1",
		state: JSON.stringify(rest),
	});
}

/** @throws UsageError when the file is damaged */
export function readCheckpoint(directory: string): Checkpoint {
	const path = join(directory, CHECKPOINT_FILE);
	const content = readFileOf(directory, CHECKPOINT_FILE);
	if (!content)
		throw new UsageError(
			`${path} is no plain file, or too large: it cannot be resumed from; run without --resume`,
		);
	const { tensors, metadata } = decodeSafetensors(content, path);
	if (metadata.format !== "deepdiva-checkpoint-1" || !metadata.state)
		throw new UsageError(
			`${path} was not written by this version of deepdiva: it cannot be resumed from; run without --resume`,
		);
	return { ...JSON.parse(metadata.state), tensors };
}

/**
 * The run whose checkpoint an unfinished run is resumed from: its own, or that
 * of the run that it had resumed itself, where it ended before it kept another.
 */
export function resumePoint(
	run: StoredRun,
	runs: RunLookup,
): StoredRun | undefined {
	const seen = new Set<string>();
	let at: StoredRun | undefined = run;
	// Records that name each other in a circle lead nowhere.
	while (at && !seen.has(at.record.id)) {
		if (!["failed", "interrupted"].includes(statusOf(at))) return undefined;
		if (existsSync(join(at.directory, CHECKPOINT_FILE))) return at;
		const { id, resumed }: RunRecord = at.record;
		seen.add(id);
		at = resumed === undefined ? undefined : runs.runWithId(resumed);
	}
	return undefined;
}

/** @throws UsageError that says why a run cannot be resumed */
export function requireResumable(
	found: StoredRun | undefined,
	{
		experiment,
		rootSeed,
	}: { readonly experiment: string; readonly rootSeed: string },
	runs: RunLookup,
): StoredRun {
	if (!found)
		throw new UsageError(
			`there is no run ${experiment} with these parameters and root seed ${rootSeed} to resume; run it without --resume`,
		);
	requireSealed(found);
	const { id } = found.record;
	const status = statusOf(found);
	if (status === "finished")
		throw new UsageError(
			`run ${id} has finished: there is nothing to resume; run it again without --resume`,
		);
	if (status === "diverged")
		throw new UsageError(
			`run ${id} has diverged, and going on would compute the same; mend its cause (a smaller learning rate, the data, the loss) and run it without --resume`,
		);
	if (status === "running")
		throw new UsageError(
			`run ${id} is still running; wait for its end, or stop it first`,
		);
	const point = resumePoint(found, runs);
	if (!point)
		throw new UsageError(
			`run ${id} has no checkpoint to resume from: it ended before its first one, or its code keeps none (await dd.checkpoint(epoch, { model })); run it without --resume`,
		);
	return point;
}

/** Was the run made by this code? The line of its magic may differ: `--resume` stands in it. */
export function isOfSource(
	{ directory, record: { source } }: StoredRun,
	text: string,
): boolean {
	const code = (whole: string) =>
		whole.replace(/^[ \t]*%{1,2}dd\b.*$/gm, "").trim();
	if (!source.file) return false;
	try {
		return code(textOf(directory, source.file)) === code(text);
	} catch {
		return false;
	}
}

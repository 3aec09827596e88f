import { renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { gitLine } from "./git-command.ts";
import { dropSnapshot } from "./git-snapshot.ts";
import type { RunRecord } from "./record.ts";
import { type StoredRun, statusOf } from "./store.ts";

/** @throws UsageError for a run that is still running */
export function requireEnded(run: StoredRun): void {
	if (statusOf(run) !== "running") return;
	const { id, process } = run.record;
	throw new UsageError(
		`run ${id} is running${process ? ` (process ${process.pid} on ${process.host})` : ""}; interrupt it first`,
	);
}

/**
 * Removes a run's folder, and the snapshot of its code from the repository
 * around it. A damaged run has a folder, but no record to say more.
 * @throws UsageError for a run that is still running
 */
export async function removeRun(
	directory: string,
	record: RunRecord | undefined,
): Promise<void> {
	if (record) requireEnded({ directory, record });
	const experiment = dirname(resolve(directory));
	// A run is there or not, also when this process is ended half-way.
	const leaving = join(experiment, `.removed-${basename(directory)}`);
	renameSync(directory, leaving);
	await dropSnapshots(dirname(dirname(experiment)), record?.git);
	rmSync(leaving, { recursive: true, force: true });
	try {
		rmdirSync(experiment);
	} catch {
		// Other runs are there.
	}
}

async function dropSnapshots(
	project: string,
	git: RunRecord["git"],
): Promise<void> {
	if (!git || git.mode === "ignore" || !git.snapshot) return;
	const { ref, submodules = [] } = git.snapshot;
	let top: string;
	try {
		top = await gitLine(project, ["rev-parse", "--show-toplevel"]);
	} catch {
		return; // The folder was moved out of its repository, or git is gone.
	}
	for (const place of ["", ...submodules])
		await dropSnapshot(join(top, place), ref);
}

import { UsageError } from "../../../base/errors.ts";
import {
	existsSync,
	renameSync,
	rmdirSync,
	rmSync,
} from "../../../host/files.ts";
import { basename, dirname, join, resolve } from "../../../host/paths.ts";
import { letGoOfCode } from "../../code/code-refs.ts";
import { gitLine } from "../../code/git-command.ts";
import { dropFormerRef } from "../../code/git-snapshot.ts";
import { recordedCode } from "../../code/recorded-code.ts";
import type { RunRecord } from "../record.ts";
import { listRuns, type StoredRun, statusOf } from "./store.ts";

/** @throws UsageError for a run that is still running */
export function requireEnded(run: StoredRun): void {
	if (statusOf(run) !== "running") return;
	const { id, process } = run.record;
	throw new UsageError(
		`run ${id} is running${process ? ` (process ${process.pid} on ${process.host})` : ""}; interrupt it first`,
	);
}

/**
 * Removes a run's folder, and what its repository keeps of its code where no
 * other run needs that. A damaged run has a folder, but no record to say more.
 * @returns false where somebody else has removed it already
 * @param remaining the runs that stay, where their code has no other keeper; asked when one might go
 * @throws UsageError for a run that is still running
 */
export async function removeRun(
	directory: string,
	record: RunRecord | undefined,
	remaining?: () => readonly StoredRun[],
): Promise<boolean> {
	if (record) requireEnded({ directory, record });
	const experiment = dirname(resolve(directory));
	// A run is there or not, also when this process is ended half-way.
	const leaving = join(experiment, `.removed-${basename(directory)}`);
	try {
		renameSync(directory, leaving);
	} catch (error) {
		if (existsSync(directory)) throw error;
		return false;
	}
	const runs = dirname(experiment);
	await letGo(
		dirname(runs),
		record?.id ?? basename(directory).split("-").at(-1) ?? "",
		record?.git,
		remaining ?? (() => listRuns(runs).runs),
	);
	rmSync(leaving, { recursive: true, force: true });
	try {
		rmdirSync(experiment);
	} catch {
		// Other runs are there.
	}
	return true;
}

async function letGo(
	project: string,
	id: string,
	git: RunRecord["git"],
	remaining: () => readonly StoredRun[],
): Promise<void> {
	if (git?.mode === "ignore") return;
	let top: string;
	try {
		// Runs may lie outside of their repository.
		top = await gitLine(resolve(project, recordedCode(git)?.top ?? "."), [
			"rev-parse",
			"--show-toplevel",
		]);
	} catch {
		return; // The folder was moved out of its repository, or git is gone.
	}
	let commits: ReadonlySet<string | undefined> | undefined;
	await letGoOfCode(top, id, (commit) => {
		commits ??= new Set(
			remaining().map(({ record }) => recordedCode(record.git)?.commit),
		);
		return commits.has(commit);
	});
	if (!git?.snapshot) return;
	const { ref, submodules = [] } = git.snapshot;
	for (const place of ["", ...submodules])
		await dropFormerRef(join(top, place), ref).catch(() => undefined);
}

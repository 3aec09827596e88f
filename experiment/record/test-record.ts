import assert from "node:assert/strict";
import { join } from "node:path";
import { after } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { DivergedError } from "../divergence.ts";
import type { Params } from "../events.ts";
import { installRandom } from "../random/install.ts";
import { configureSession, type SessionOptions, session } from "../session.ts";
import type { ActiveRun } from "./active-run.ts";
import type { RunPlan, RunResult } from "./guard/plan.ts";
import { guard } from "./guard.ts";
import { readRun, type StoredRun } from "./store/store.ts";

/** A session for tests, in a project of its own. Returns its folder of runs. */
export function openTestSession(options: SessionOptions = {}): string {
	const project = temporaryFolder();
	const folder = join(project, "runs");
	process.chdir(project);
	process.env.DEEPDIVA_RUNS = folder;
	after(() => process.chdir(import.meta.dirname));
	installRandom();
	configureSession({ rootSeed: "42", ...options });
	return folder;
}

/** A plan for `guard` with nothing but a name. */
export function planOf(plan: Partial<RunPlan> = {}): RunPlan {
	return {
		experiment: "test",
		params: {} satisfies Params,
		origins: {},
		paths: [],
		data: [],
		repeat: 0,
		...plan,
	};
}

/** Runs a body in the guard and reads its record. */
export async function recordRun<T>(
	body: (run: ActiveRun) => T | Promise<T>,
	plan: Partial<RunPlan> = {},
): Promise<RunResult<T> & StoredRun> {
	const result = await guard(planOf(plan), body);
	if (!result) throw new Error("this run was left out of a replay");
	return { ...result, ...readRun(result.run.directory) };
}

/** The record of a run whose loss is lost. */
export async function recordDiverged(
	body: (run: ActiveRun) => unknown,
	plan: Partial<RunPlan> = {},
): Promise<StoredRun> {
	const before = session().recorded.length;
	await assert.rejects(guard(planOf(plan), body), DivergedError);
	return readRun(session().recorded[before] as string);
}

/** What is printed to standard error during a test, which does not show it. */
export function captureErrors(t: { after(work: () => void): void }): string[] {
	const texts: string[] = [];
	const { write } = process.stderr;
	process.stderr.write = (chunk: unknown) => {
		texts.push(String(chunk));
		return true;
	};
	t.after(() => {
		process.stderr.write = write;
	});
	return texts;
}

import type { Scalar } from "../../events.ts";
import { paramText } from "../../parameters/overrides/written.ts";
import { variedStreams } from "../identity.ts";
import { dataRoots, paramValues, type RunRecord } from "../record.ts";
import {
	isSealBroken,
	SEAL_BROKEN,
	type StoredRun,
	statusText,
} from "./store.ts";

export type ComparedSection =
	| "run"
	| "parameters"
	| "metrics"
	| "code"
	| "data"
	| "environment"
	| "outputs";

/** One fact of several runs, side by side. */
export interface ComparedRow {
	readonly section: ComparedSection;
	readonly name: string;
	/** One per run; undefined where a run has none. */
	readonly values: readonly (Scalar | undefined)[];
	readonly differs: boolean;
}

type Facts = Readonly<Record<string, Scalar | undefined>>;

/** What is recorded of a run, section by section. */
const SECTIONS: Readonly<Record<ComparedSection, (run: StoredRun) => Facts>> = {
	run: (run) => ({
		experiment: run.record.experiment,
		task: run.record.task,
		status: statusText(run),
		"root seed": run.record.seed.root,
		repeat: run.record.repeat,
		vary: variedStreams(run.record).vary?.join(","),
		started: run.record.started.slice(0, 19).replace("T", " "),
		seconds:
			run.record.milliseconds === undefined
				? undefined
				: run.record.milliseconds / 1000,
	}),
	parameters: ({ record }) =>
		Object.fromEntries(
			Object.entries(paramValues(record)).map(([name, value]) => [
				name,
				typeof value === "object" ? paramText(value) : value,
			]),
		),
	metrics: ({ record }) => record.metrics,
	code: ({ record }) => ({
		...gitFacts(record.git),
		...Object.fromEntries(
			["cell.ts", "cells.json", "script.ts"].map((file) => [
				file,
				record.files[file]?.sha256,
			]),
		),
	}),
	data: ({ record }) => dataRoots(record.data),
	environment: ({ record }) => flattened(record.environment),
	outputs: ({ record }) =>
		Object.fromEntries(
			Object.entries(record.outputs).map(([name, { digest }]) => [
				name,
				digest,
			]),
		),
};

function gitFacts(git: RunRecord["git"]): Facts {
	if (!git) return {};
	if (git.mode === "ignore") return { git: "ignored" };
	const { commit, branch, remote, dirty, tree } = git;
	return { commit, branch, remote, dirty, tree };
}

/** `{ a: { b: 1 } }` as `{ "a.b": 1 }`. */
export function flattened(value: unknown, path = ""): Facts {
	if (typeof value !== "object" || value === null)
		return { [path]: value as Scalar | undefined };
	if (Array.isArray(value)) return { [path]: value.map(String).join(" ") };
	return Object.assign(
		{},
		...Object.entries(value).map(([key, inner]) =>
			flattened(inner, path === "" ? key : `${path}.${key}`),
		),
	);
}

/** What stands above each run's column: also that its numbers are not as they were recorded. */
export const comparedNames = (runs: readonly StoredRun[]): string[] =>
	runs.map((run) =>
		isSealBroken(run) ? `${run.record.id} (${SEAL_BROKEN})` : run.record.id,
	);

/** Everything recorded of these runs, side by side; what none of them has is left out. */
export function compareRecords(runs: readonly StoredRun[]): ComparedRow[] {
	return Object.entries(SECTIONS).flatMap(([section, factsOf]) => {
		const facts = runs.map(factsOf);
		const names = new Set(facts.flatMap((one) => Object.keys(one)));
		return [...names].flatMap((name) => {
			const values = facts.map((one) =>
				Object.hasOwn(one, name) ? one[name] : undefined,
			);
			if (values.every((value) => value === undefined)) return [];
			return [
				{
					section: section as ComparedSection,
					name,
					values,
					differs: values.some((value) => value !== values[0]),
				},
			];
		});
	});
}

import { canonicalJson } from "../../../base/canonical.ts";
import type { RecordedDefinition } from "../../definitions/definition.ts";
import { definitionNotes } from "../../definitions/registry.ts";
import type { RunRecord } from "../record.ts";
import type { RunPlan } from "./plan.ts";

/** What users' code has defined by now, and where; a record's reader finds the code by it. */
export const recordedDefinitions = (): RecordedDefinition[] =>
	definitionNotes().map(({ kind, name, by }) => ({ kind, name, by }));

/** Were the task, and the model of its parameters, defined by the code that defines them now? */
export function hasDefinitions(
	{ definitions = [] }: RunRecord,
	plan: RunPlan,
): boolean {
	const names = [plan.task, plan.params.model];
	const used = (all: readonly RecordedDefinition[]) =>
		canonicalJson(all.filter(({ name }) => names.includes(name)));
	return used(definitions) === used(recordedDefinitions());
}

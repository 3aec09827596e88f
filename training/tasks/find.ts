import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { notesOf } from "../../experiment/definitions/registry.ts";
import { type Schema, schema } from "../../experiment/parameters/schema.ts";
import type { TaskSpec } from "../task.ts";
import { definedTask, taskNames } from "./define.ts";
import { tasks } from "./index.ts";

/**
 * The task of this name, built in or defined by users' code.
 * @throws UsageError with the nearest name
 */
export function findTask(name: string): TaskSpec {
	const builtIn = tasks.get(name);
	const task = builtIn ? withDefinedModels(builtIn) : definedTask(name);
	if (!task)
		throw new UsageError(
			`there is no task "${name}"${suggestion(String(name), taskNames())}`,
		);
	return task;
}

/** What help, completion and command lines know of a task; it need not be defined in this process. */
export interface TaskNote {
	readonly name: string;
	readonly summary: string;
	readonly fields: Schema["fields"];
}

/** All tasks, built in or defined, in this process or in the engine's. */
export const taskNotes = (): TaskNote[] => [
	...[...tasks.values()]
		.map(withDefinedModels)
		.map(({ name, summary, params: { fields } }) => ({
			name,
			summary,
			fields,
		})),
	...notesOf("task").map(({ name, summary, fields = {} }) => ({
		name,
		summary,
		fields,
	})),
];

export const taskNote = (name: string): TaskNote | undefined =>
	taskNotes().find((task) => task.name === name);

/** Where a task takes a model by name, those that were defined for its kind of input are among the choices. */
function withDefinedModels(task: TaskSpec): TaskSpec {
	const { takesModel, params } = task;
	const { model } = params.fields;
	if (!takesModel || !model?.choices) return task;
	const fitting = notesOf("model").filter(
		({ inputShape }) => inputShape && takesModel(inputShape),
	);
	if (fitting.length === 0) return task;
	const choices = [...model.choices, ...fitting.map(({ name }) => name)];
	return {
		...task,
		params: schema({ ...params.fields, model: { ...model, choices } }),
	};
}

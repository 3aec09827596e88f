import { inTwoColumns } from "../base/text-width.ts";
import { notesOf } from "../experiment/definitions/registry.ts";
import { expectation, type Field } from "../experiment/parameters/field.ts";
import { paramText } from "../experiment/parameters/overrides/written.ts";
import { type TaskNote, taskNote, taskNotes } from "../training/tasks/find.ts";

function rowOf([key, field]: [string, Field]): [string, string] {
	const { type, list, choices, least, most, above, below, description } = field;
	const isBounded = choices ?? least ?? most ?? above ?? below;
	const values =
		isBounded === undefined && type !== "integer" && !list
			? ""
			: expectation(field);
	return [
		`${key}=${paramText(field.default)}`,
		values !== "" && description !== ""
			? `${description} (${values})`
			: description + values,
	];
}

/** The page of a task: what `%dd run task=NAME --help` prints. */
function pageOfTask({ name, summary, fields }: TaskNote): string {
	const rows = Object.entries<Field>(fields).map(rowOf);
	return [
		summary,
		"",
		`Usage: %dd run task=${name}${rows.length > 0 ? " [KEY=VALUE …]" : ""}`,
		...(rows.length > 0
			? ["", "Parameters and their defaults:", ...inTwoColumns(rows)]
			: []),
	].join("\n");
}

/** The page of the task of this name; undefined where there is none. */
export function taskPage(name: string): string | undefined {
	const note = taskNote(name);
	return note && pageOfTask(note);
}

/** Tasks, and what users' code has defined, for `%help`. */
export function definitionLines(): string[] {
	const section = (
		title: string,
		rows: readonly (readonly [string, string])[],
	) => (rows.length === 0 ? [] : ["", title, ...inTwoColumns(rows)]);
	const defined = (kind: Parameters<typeof notesOf>[0]) =>
		notesOf(kind).map(({ name, summary }) => [name, summary] as const);
	return [
		...section(
			"Tasks, for %dd run task=NAME:",
			taskNotes().map(({ name, summary }) => [name, summary] as const),
		),
		...section("Models that were defined, for model=NAME:", defined("model")),
		...section(
			"Data sets that were defined, for dd.getData:",
			defined("data set"),
		),
		...section("Pictures that were defined, for dd.show:", defined("picture")),
	];
}

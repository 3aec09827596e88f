import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import { parseCell } from "../cell/cell.ts";
import type { Schema } from "../experiment/parameters/schema.ts";
import { parseMagic } from "../magics/registry.ts";
import { taskNote } from "../training/tasks/find.ts";
import type { Notebook } from "./notebook/format.ts";
import { notebookParameters } from "./notebook/parameters.ts";

/** The parameters of a task; none for one that does not exist. */
export const taskFields = (task = ""): Schema["fields"] =>
	taskNote(task)?.fields ?? {};

/**
 * Is it a task that the code will define when it runs? Its parameters are not
 * known before.
 */
export const isDefinedLater = (task: string | undefined): boolean =>
	task !== undefined && taskNote(task) === undefined;

/** Parameters that the runs of these cells declare, tasks included. */
function declaredParams(sources: readonly string[]): {
	declared: Set<string>;
	/** May there be more parameters, of tasks that the cells define? */
	open: boolean;
} {
	const declared = new Set<string>();
	let open = false;
	for (const source of sources)
		for (const { text, mark } of parseCell(source).magics) {
			let call: ReturnType<typeof parseMagic>;
			try {
				call = parseMagic(text, mark);
			} catch {
				continue; // The cell itself will say what is wrong, in its place.
			}
			if (!call.wraps || call.args === "help") continue;
			const { task, ...params } = Object.fromEntries(call.args.assignments);
			for (const key of Object.keys(params)) declared.add(key);
			for (const key of Object.keys(taskFields(task))) declared.add(key);
			// A file may name more.
			if (isDefinedLater(task) || call.args.values.config !== undefined)
				open = true;
		}
	return { declared, open };
}

/** The overrides of a notebook, divided by who declares them. */
export interface DividedOverrides {
	/** Declared by the cell tagged `parameters`. */
	readonly parameters: Readonly<Record<string, string>>;
	readonly ofRuns: Readonly<Record<string, string>>;
}

/**
 * Decides whether an override goes to the cell tagged `parameters`, to runs, or
 * to both. Refuses one that nobody declares before anything runs. Cells that
 * call `dd.run` in code, and tasks that cells define, may declare more
 * parameters, so such notebooks are checked at the end.
 */
export function divideOverrides(
	overrides: Readonly<Record<string, string>>,
	notebook: Notebook,
): DividedOverrides {
	const entries = Object.entries(overrides);
	if (entries.length === 0) return { parameters: {}, ofRuns: {} };
	const sources = notebook.cells
		.filter((cell) => cell.cell_type === "code")
		.map(({ source }) => source);
	const tagged = notebookParameters(notebook);
	const { declared: ofRuns, open } = declaredParams(sources);
	if (!open && !sources.some((source) => /\b(multi)?run\s*\(/.test(source)))
		refuseUndeclared(overrides, [...tagged.keys(), ...ofRuns]);
	return {
		parameters: Object.fromEntries(entries.filter(([key]) => tagged.has(key))),
		ofRuns: Object.fromEntries(
			entries.filter(([key]) => ofRuns.has(key) || !tagged.has(key)),
		),
	};
}

/** @throws UsageError for a key that nobody declares, with the nearest one */
export function refuseUndeclared(
	overrides: Readonly<Record<string, string>>,
	declared: readonly string[],
): void {
	for (const key of Object.keys(overrides))
		if (!declared.includes(key))
			throw new UsageError(
				declared.length === 0
					? `no run declares parameters, so there is no "${key}" to override`
					: `no run declares a parameter "${key}"${suggestion(key, declared)}`,
			);
}

import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { parseCell } from "../../cell/cell.ts";
import {
	INJECTED_TAG,
	PARAMETERS_TAG,
	parametersIn,
} from "../../cell/parameters.ts";
import { parseProgram } from "../../cell/syntax.ts";
import type { ParamValue } from "../../experiment/events.ts";
import { readTyped } from "../../experiment/parameters/params.ts";
import { literal } from "../../magics/arguments/run-arguments.ts";
import type { Cell, CodeCell, Notebook } from "./format.ts";

/** A cell's tags, as Jupyter stores them. */
export const tagsOf = ({ metadata }: Cell): Set<unknown> =>
	new Set(Array.isArray(metadata.tags) ? metadata.tags : []);

/** Has the cell one of papermill's tags? */
export const declaresParameters = (cell: Cell): boolean =>
	cell.cell_type === "code" &&
	[PARAMETERS_TAG, INJECTED_TAG].some((tag) => tagsOf(cell).has(tag));

/** The parameters that a notebook's cell tagged `parameters` declares, by name. */
export function notebookParameters({
	cells,
}: Pick<Notebook, "cells">): Map<string, ParamValue> {
	const cell = cells.find(
		(one) => one.cell_type === "code" && tagsOf(one).has(PARAMETERS_TAG),
	);
	if (!cell) return new Map();
	const { lines } = parseCell(cell.source);
	return new Map(
		parametersIn(parseProgram(lines.join("\n"), cell.source).body).map(
			({ name, value }) => [name, value],
		),
	);
}

/**
 * Sets parameters of a notebook as papermill does: a cell tagged
 * `injected-parameters` below the one tagged `parameters`, in place of an
 * earlier such cell.
 * @param overrides texts, read as the types of the defaults
 * @throws UsageError for a parameter that is not declared, or of another type
 */
export function injectParameters(
	notebook: Notebook,
	overrides: Readonly<Record<string, string>>,
): void {
	if (Object.keys(overrides).length === 0) return;
	const declared = notebookParameters(notebook);
	const lines = Object.entries(overrides).map(([key, text]) => {
		const value = declared.get(key);
		if (value === undefined)
			throw new UsageError(
				`no cell declares a parameter "${key}"${suggestion(key, [...declared.keys()])}`,
			);
		const given = readTyped(key, text, value);
		return `const ${key} = ${literal(given)};`;
	});
	const { cells } = notebook;
	const earlier = cells.findIndex((cell) => tagsOf(cell).has(INJECTED_TAG));
	const injected: CodeCell = {
		cell_type: "code",
		id: freeId(cells),
		metadata: { tags: [INJECTED_TAG] },
		source: ["// Parameters", ...lines].join("\n"),
		outputs: [],
	};
	if (earlier >= 0) cells.splice(earlier, 1, injected);
	else
		cells.splice(
			cells.findIndex((cell) => tagsOf(cell).has(PARAMETERS_TAG)) + 1,
			0,
			injected,
		);
}

function freeId(cells: readonly Cell[]): string {
	for (let i = 0; ; i++) {
		const id = i === 0 ? INJECTED_TAG : `${INJECTED_TAG}-${i}`;
		if (cells.every((cell) => cell.id !== id)) return id;
	}
}

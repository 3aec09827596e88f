import { dirname, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { findRun } from "../../experiment/record/store/store.ts";
import { BATCH_OPTION } from "../../magics/built-in/export.ts";
import { withConfigs } from "../../magics/config/config-line.ts";
import { learnMagicsOf } from "../../magics/defined.ts";
import { requestFor, writeExport } from "../../magics/export/exported.ts";
import type { ExportedCell } from "../../magics/exporter.ts";
import { defineCommand } from "../command.ts";
import type { Cell } from "../notebook/format.ts";
import { readOwnNotebook } from "../notebook/language.ts";
import { declaresParameters } from "../notebook/parameters.ts";
import { print } from "../print.ts";

export const exportCommand = defineCommand({
	name: "export",
	summary:
		"Writes a notebook, or what a run needs of it, as a script, its magics as calls of the library.",
	positionals: [
		{
			name: "path",
			placeholder: "NB.ipynb|ID",
			required: true,
			description:
				"The notebook, or a recorded run: its id or folder, or last.",
			path: true,
		},
	],
	options: [
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "FILE.ts",
			description: "The script; FILE.sh beside it runs it from a clone.",
		},
		{
			name: "run",
			type: "text",
			placeholder: "NAME",
			description:
				"Of a notebook: only what the last cell needs that starts a run of this name.",
		},
		BATCH_OPTION,
	],
	examples: [
		"deepdiva export experiment.ipynb -o replay.ts",
		"deepdiva export experiment.ipynb --run moons -o moons.ts --batch",
		"deepdiva export 3fa2c1d0 -o replay.ts",
	],
	async run({ values }) {
		const { path, output: file, run, batch } = values;
		if (file === undefined)
			throw new UsageError(
				"deepdiva export: name the script with -o, for example -o replay.ts",
			);
		if (path.endsWith(".ipynb")) {
			const folder = dirname(resolve(path));
			const cells = readOwnNotebook(path).cells.map((cell) =>
				cell.cell_type === "code"
					? { ...cell, source: withConfigs(cell.source, folder) }
					: cell,
			);
			learnMagicsOf(
				cells.flatMap(({ cell_type, source }) =>
					cell_type === "code" ? [source] : [],
				),
			);
			print(
				writeExport({
					file,
					cells: cells.flatMap(exportedCell),
					folder,
					batch,
					...(run === undefined ? {} : { run }),
				}),
			);
			return 0;
		}
		if (run !== undefined)
			throw new UsageError(
				`deepdiva export: --run chooses a run of a notebook, and ${path} is a run already; leave it out`,
			);
		const request = requestFor(findRun(path), file, batch);
		learnMagicsOf(request.cells.map(({ source }) => source));
		print(writeExport(request));
		return 0;
	},
});

/** @param index among all cells of the notebook, from 0 */
const exportedCell = (cell: Cell, index: number): ExportedCell[] =>
	cell.cell_type === "raw" || cell.source.trim() === ""
		? []
		: [
				{
					kind: cell.cell_type === "code" ? "code" : "markdown",
					source: cell.source,
					number: index + 1,
					parameters: declaresParameters(cell),
				},
			];

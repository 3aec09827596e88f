import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { StoredRun } from "../../experiment/record/store/store.ts";
import { recordedZone } from "../../experiment/record/surroundings/time-zone.ts";
import { RECORD_FORMAT } from "../../experiment/record-format.ts";
import { originNotes } from "../../experiment/replay/exported-script.ts";
import { recordedCells } from "../../experiment/replay/recorded-cells.ts";
import { writeScript } from "../../experiment/replay/script.ts";
import type { ExportedCell, ExportRequest } from "../exporter.ts";
import { batchOf } from "./batch.ts";
import { chooseCells } from "./chosen-cells.ts";
import { taker } from "./piece.ts";
import { runNameOf } from "./run-name.ts";
import { translateCells } from "./translate.ts";

/** Does one of the cells start a run of this name? */
export function startsRun(
	cells: readonly ExportedCell[],
	name: string,
): boolean {
	const take = taker();
	return cells.some((cell) => !cell.failed && runNameOf(take(cell)) === name);
}

/** Writes the script and its companion files; returns what to tell the user. */
export function writeExport(request: ExportRequest): string {
	const { file, cells, folder, run, origin = [], batch, ...session } = request;
	const { chosen, left, name } =
		run === undefined
			? { chosen: cells.filter(({ failed }) => !failed), left: [], name: "" }
			: chooseCells(cells, run);
	const notes = [
		...origin,
		...(left.length === 0
			? []
			: [
					`Run "${name}" alone: left out, since it does not need them, are`,
					...left.map(
						({ number, source }) => `  [${number}] ${firstLine(source)}`,
					),
				]),
	];
	const script = translateCells(chosen, {
		...session,
		folder: relative(dirname(resolve(file)), folder),
		notes,
	});
	const written = writeScript(
		file,
		script,
		batch ? { source: folder, ...batchOf(chosen, request) } : undefined,
	);
	return `wrote ${written.slice(0, -1).join(", ")} and ${written.at(-1)}${
		run === undefined
			? ""
			: `; run "${name}" needs ${chosen.filter(({ kind }) => kind === "code").length} cells, ${left.length} left out`
	}`;
}

/** A recorded run as a request: its cells, the seed of its session, its overrides. */
export function requestFor(
	stored: StoredRun,
	file: string,
	batch: boolean,
): ExportRequest {
	const { record } = stored;
	const { cells, folder } = recordedCells(stored);
	const timeZone = recordedZone(record.environment);
	if (!existsSync(folder))
		throw new UsageError(
			`run ${record.id} was executed in ${folder}, which does not exist; put the run folder where it was, under RUNS/${record.experiment} of its project`,
		);
	return {
		file,
		cells: cells.map(({ source, status }) => ({
			kind: "code",
			source,
			failed: status === "error",
		})),
		folder,
		run: true,
		seed: record.seed.boot,
		...(record.format === RECORD_FORMAT ? {} : { recordFormat: record.format }),
		...(timeZone === undefined ? {} : { timeZone }),
		overrides: record.overrides,
		...(record.vary ? { vary: record.vary } : {}),
		...(record.jobs === undefined ? {} : { jobs: record.jobs }),
		taskKeys: Object.keys(record.params),
		origin: originNotes(record),
		batch,
	};
}

const firstLine = (source: string) =>
	source
		.split("\n")
		.find((line) => line.trim() !== "")
		?.trim()
		.slice(0, 100) ?? "";

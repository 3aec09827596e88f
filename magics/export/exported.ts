import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { StoredRun } from "../../experiment/record/store/store.ts";
import { recordedZone } from "../../experiment/record/surroundings/time-zone.ts";
import {
	RECORD_FORMAT,
	type RecordFormat,
} from "../../experiment/record-format.ts";
import { originNotes } from "../../experiment/replay/exported-script.ts";
import { recordedCells } from "../../experiment/replay/recorded-cells.ts";
import { writeScript } from "../../experiment/replay/script.ts";
import { expandGrid } from "../../experiment/sweep/grid.ts";
import { listedValues, readRunArguments } from "../run-arguments.ts";
import { isMultirun, isRun } from "../run-calls.ts";
import { type Piece, taker } from "./piece.ts";
import { slice } from "./slice.ts";
import type { SourceCell } from "./source-cell.ts";
import { type ScriptOptions, translateCells } from "./translate.ts";

/** A cell that may go into the script. */
export interface ExportedCell extends SourceCell {
	/** Executed with an error: what it left behind cannot be had again. */
	readonly failed?: boolean;
}

/** What to export, and where it comes from. */
export interface ExportRequest {
	/** The script to write. */
	readonly file: string;
	/** The cells in the order in which they were executed. */
	readonly cells: readonly ExportedCell[];
	/** Relative paths and imports of the cells start here. */
	readonly folder: string;
	/** Name of the run that alone is wanted; true: the last cell. */
	readonly run?: string | true;
	readonly seed?: string;
	readonly recordFormat?: RecordFormat;
	/** What `TZ` was for the cells. */
	readonly timeZone?: string;
	readonly overrides?: Readonly<Record<string, string>>;
	readonly taskKeys?: readonly string[];
	/** Lines that say of which recorded run it is. */
	readonly origin?: readonly string[];
	/** Also what a cluster and a container need. */
	readonly batch: boolean;
}

/** The name that a cell's run is filed under, if its magic starts one. */
export function runNameOf({ wrapper }: Piece): string | undefined {
	if (!wrapper || !isRun(wrapper.call)) return undefined;
	const { args } = wrapper.call;
	if (args === "help") return undefined;
	return args.values.name ?? args.assignments.get("task") ?? "run";
}

/** Does one of the cells start a run of this name? */
export function startsRun(
	cells: readonly ExportedCell[],
	name: string,
): boolean {
	const take = taker();
	return cells.some((cell) => !cell.failed && runNameOf(take(cell)) === name);
}

/** Writes the script and what goes beside it; what to tell the user. */
export function writeExport(request: ExportRequest): string {
	const { cells, run } = request;
	const { chosen, left, name } =
		run === undefined
			? { chosen: cells.filter(({ failed }) => !failed), left: [], name: "" }
			: choose(cells, run);
	const notes = [
		...(request.origin ?? []),
		...(left.length === 0
			? []
			: [
					`Run "${name}" alone: left out, since it does not need them, are`,
					...left.map(
						({ number, source }) => `  [${number}] ${firstLine(source)}`,
					),
				]),
	];
	const options: ScriptOptions = {
		folder: relative(dirname(resolve(request.file)), request.folder),
		notes,
		...(request.seed === undefined ? {} : { seed: request.seed }),
		...(request.recordFormat === undefined
			? {}
			: { recordFormat: request.recordFormat }),
		...(request.timeZone === undefined ? {} : { timeZone: request.timeZone }),
		...(request.overrides === undefined
			? {}
			: { overrides: request.overrides }),
		...(request.taskKeys === undefined ? {} : { taskKeys: request.taskKeys }),
	};
	const written = writeScript(
		request.file,
		translateCells(chosen, options),
		request.batch
			? { source: request.folder, ...batchOf(chosen, request) }
			: undefined,
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

interface Numbered extends ExportedCell {
	readonly number: number;
}

function choose(
	cells: readonly ExportedCell[],
	run: string | true,
): { chosen: SourceCell[]; left: Numbered[]; name: string } {
	const numbered = cells.map((cell, i) => ({
		...cell,
		number: cell.number ?? i + 1,
	}));
	const take = taker();
	const code = numbered.flatMap((cell) => {
		if (cell.kind !== "code") return [];
		try {
			return [{ cell, piece: take(cell) }];
		} catch (error) {
			// What is no TypeScript did nothing.
			if (cell.failed) return [];
			throw error;
		}
	});
	const names = code.map(({ piece }) => runNameOf(piece));
	const index =
		run === true
			? code.length - 1
			: code.findLastIndex(({ cell }, i) => !cell.failed && names[i] === run);
	if (index < 0) {
		const known = names.filter((name) => name !== undefined);
		throw new UsageError(
			`no cell starts a run "${run}"${suggestion(String(run), [...new Set(known)])}`,
		);
	}
	const before = code.slice(0, index + 1);
	const kept = slice(before.map(({ piece }) => piece));
	const chosen: SourceCell[] = [];
	const left: Numbered[] = [];
	for (const [i, { cell, piece }] of before.entries()) {
		if (kept[i] === "whole") {
			if (cell.failed)
				throw new UsageError(
					`the run may need what cell ${cell.number} did, but the cell failed; execute it again without an error, then the run:\n${cell.source}`,
				);
			chosen.push(...textBefore(numbered, cell.number), cell);
		} else if (kept[i] === "imports" && !cell.failed)
			chosen.push({
				kind: "code",
				number: cell.number,
				source: piece.imports
					.map(({ node, code: text }) => text.slice(node.start, node.end))
					.join("\n"),
			});
		else left.push(cell);
	}
	left.push(...code.slice(index + 1).map(({ cell }) => cell));
	return { chosen, left, name: names[index] ?? "run" };
}

/** The text cells that stand directly above a cell. */
function textBefore(cells: readonly Numbered[], number: number): Numbered[] {
	const above = cells.slice(
		0,
		cells.findIndex((cell) => cell.number === number),
	);
	return above.slice(above.findLastIndex(({ kind }) => kind === "code") + 1);
}

/** What the files for clusters and containers must know: the members of the one multirun, and the data. */
function batchOf(
	cells: readonly SourceCell[],
	{ overrides = {}, taskKeys = [] }: ExportRequest,
): { members: number | undefined; data: string[] } {
	const take = taker();
	const calls = cells
		.filter(({ kind }) => kind === "code")
		.flatMap((cell) => {
			const { wrapper, verified } = take(cell);
			return [
				...verified.map((folder) => ({ folder })),
				...(wrapper ? [{ call: wrapper.call }] : []),
			];
		});
	const data: string[] = [];
	const sizes: number[] = [];
	for (const one of calls) {
		if ("folder" in one) {
			data.push(one.folder);
			continue;
		}
		if (!isRun(one.call)) continue;
		const { args } = one.call;
		if (args === "help") continue;
		const {
			task,
			params,
			overrides: own,
			data: folders,
		} = readRunArguments(args);
		data.push(...folders);
		if (!isMultirun(one.call) || one.call.args === "help") continue;
		const given = Object.entries({
			...own,
			...overrides,
		}).filter(
			([key]) =>
				key in params || (task !== undefined && taskKeys.includes(key)),
		);
		const points = expandGrid(
			listedValues({ params: { ...params, ...Object.fromEntries(given) } }),
		);
		sizes.push(points.length * (one.call.args.values.n ?? 5));
	}
	return {
		members: sizes.length === 1 ? sizes[0] : undefined,
		data: [...new Set(data)],
	};
}

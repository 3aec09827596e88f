import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { ExportedCell } from "../exporter.ts";
import { type Piece, taker } from "./piece.ts";
import { runNameOf } from "./run-name.ts";
import { type Kept, slice } from "./slice.ts";
import type { SourceCell } from "./source-cell.ts";

interface Numbered extends ExportedCell {
	readonly number: number;
}

interface Taken {
	readonly cell: Numbered;
	readonly piece: Piece;
}

/** The cells of a script for one run. */
export interface ChosenCells {
	readonly chosen: readonly SourceCell[];
	/** Code cells that the run does not need. */
	readonly left: readonly Numbered[];
	/** The run's. */
	readonly name: string;
}

/**
 * The cells that one run needs, and the texts above them.
 * @param run its name; true: the last cell
 * @throws UsageError when no cell starts the run, or it needs a cell that failed
 */
export function chooseCells(
	cells: readonly ExportedCell[],
	run: string | true,
): ChosenCells {
	const numbered = cells.map((cell, i) => ({
		...cell,
		number: cell.number ?? i + 1,
	}));
	const code = takeAll(numbered);
	const index = run === true ? code.length - 1 : indexOfRun(code, run);
	const before = code.slice(0, index + 1);
	const kept = slice(before.map(({ piece }) => piece));
	const chosen = before.flatMap((taken, i) =>
		chosenOf(taken, kept[i] ?? "nothing", numbered),
	);
	const numbers = new Set(chosen.map(({ number }) => number));
	const last = code[index];
	return {
		chosen,
		left: code.flatMap(({ cell }) => (numbers.has(cell.number) ? [] : [cell])),
		name: (last && runNameOf(last.piece)) ?? "run",
	};
}

/**
 * The parsed code cells. A cell that failed because it is no TypeScript had no
 * effect, so it is left out.
 */
function takeAll(cells: readonly Numbered[]): Taken[] {
	const take = taker();
	return cells.flatMap((cell) => {
		if (cell.kind !== "code") return [];
		try {
			return [{ cell, piece: take(cell) }];
		} catch (error) {
			if (cell.failed) return [];
			throw error;
		}
	});
}

/** Of the last cell that starts the run. */
function indexOfRun(code: readonly Taken[], run: string): number {
	const names = code.map(({ piece }) => runNameOf(piece));
	const index = code.findLastIndex(
		({ cell }, i) => !cell.failed && names[i] === run,
	);
	if (index >= 0) return index;
	const known = names.filter((name) => name !== undefined);
	throw new UsageError(
		`no cell starts a run "${run}"${suggestion(run, [...new Set(known)])}`,
	);
}

/** The part of a cell that goes into the script, below the texts above it. */
function chosenOf(
	{ cell, piece }: Taken,
	kept: Kept,
	all: readonly Numbered[],
): (SourceCell & { readonly number: number })[] {
	if (kept === "imports" && !cell.failed)
		return [
			{
				kind: "code",
				number: cell.number,
				source: piece.imports
					.map(({ node, code }) => code.slice(node.start, node.end))
					.join("\n"),
			},
		];
	if (kept !== "whole") return [];
	if (cell.failed)
		throw new UsageError(
			`the run may need what cell ${cell.number} did, but the cell failed; execute it again without an error, then the run:\n${cell.source}`,
		);
	return [...textBefore(all, cell.number), cell];
}

/** The text cells that stand directly above a cell. */
function textBefore(cells: readonly Numbered[], number: number): Numbered[] {
	const above = cells.slice(
		0,
		cells.findIndex((cell) => cell.number === number),
	);
	return above.slice(above.findLastIndex(({ kind }) => kind === "code") + 1);
}

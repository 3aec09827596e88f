import { flattened } from "../../experiment/parameters/nested.ts";
import { expandGrid } from "../../experiment/sweep/grid.ts";
import { listedValues, readRunArguments } from "../arguments/run-arguments.ts";
import type { ExportRequest } from "../exporter.ts";
import type { MagicCall } from "../registry.ts";
import { isMultirun, isRun } from "../run-calls.ts";
import { taker } from "./piece.ts";
import type { SourceCell } from "./source-cell.ts";

/** What the files for clusters and containers are made from. */
interface Batch {
	/**
	 * Number of members, if the script has exactly one multirun; else undefined.
	 */
	readonly members: number | undefined;
	/** Data folders. */
	readonly data: string[];
}

type Given = Pick<ExportRequest, "overrides" | "taskKeys">;

/** What the cells' runs need on a cluster or in a container. */
export function batchOf(cells: readonly SourceCell[], given: Given): Batch {
	const take = taker();
	const data: string[] = [];
	const sizes: number[] = [];
	for (const cell of cells) {
		if (cell.kind !== "code") continue;
		const { wrapper, verified } = take(cell);
		data.push(...verified);
		if (!wrapper) continue;
		data.push(...foldersOf(wrapper.call));
		const size = membersOf(wrapper.call, given);
		if (size !== undefined) sizes.push(size);
	}
	return {
		members: sizes.length === 1 ? sizes[0] : undefined,
		data: [...new Set(data)],
	};
}

/** The data folders that a run's arguments name. */
function foldersOf(call: MagicCall): readonly string[] {
	if (!isRun(call) || call.args === "help") return [];
	return readRunArguments(call.args).data;
}

/** How many runs a multirun makes; undefined for other magics. */
function membersOf(
	call: MagicCall,
	{ overrides = {}, taskKeys = [] }: Given,
): number | undefined {
	if (!isMultirun(call) || call.args === "help") return undefined;
	const { task, params, overrides: own } = readRunArguments(call.args);
	const given = Object.entries({ ...own, ...overrides }).filter(
		([key]) => key in params || (task !== undefined && taskKeys.includes(key)),
	);
	const points = expandGrid(
		flattened(
			listedValues({
				...(task === undefined ? {} : { task }),
				params: { ...params, ...Object.fromEntries(given) },
			}),
		),
	);
	return points.length * (call.args.values.n ?? 5);
}

import { isRun } from "../run-calls.ts";
import type { Piece } from "./piece.ts";

/** The name that a cell's run is filed under, if its magic starts one. */
export function runNameOf({ wrapper }: Piece): string | undefined {
	if (!wrapper || !isRun(wrapper.call)) return undefined;
	const { args } = wrapper.call;
	if (args === "help") return undefined;
	return args.values.name ?? args.assignments.get("task") ?? "run";
}

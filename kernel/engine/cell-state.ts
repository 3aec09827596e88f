import type { ParamTree } from "../../experiment/events.ts";
import type { Execution } from "./hidden-state/witness.ts";
import { perScope } from "./interrupt/cell-local.ts";

/** What one cell that runs keeps beside its code. */
export interface CellState {
	/** The value of its last expression. */
	result: unknown;
	/** The parameters of the run that a wrapping magic makes of it. */
	params: ParamTree;
	/** Code that the front end is to put in its place, e.g. by `%load`. */
	nextInput: string | undefined;
	/** Notes what the cell leaves behind; a run may ask for it. */
	execution: Execution | undefined;
}

/** Gives the state of the cell that the calling code belongs to. */
export type CellStates = () => CellState;

export const createCellStates = (): CellStates =>
	perScope(() => ({
		result: undefined,
		params: {},
		nextInput: undefined,
		execution: undefined,
	}));

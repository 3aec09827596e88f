import type { Family } from "../family.ts";
import { cells } from "./cells.ts";
import { gathers } from "./gathers.ts";
import { pads } from "./pads.ts";
import { shapes } from "./shapes.ts";
import { slices } from "./slices.ts";

/** Operations that move numbers: shapes, parts, places. */
export const arrays: Family = {
	name: "arrays",
	ops: [...shapes, ...slices, ...pads, ...gathers, ...cells],
	recorded: "arrays",
};

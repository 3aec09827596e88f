import type { Family } from "../family.ts";
import { counts } from "./counts.ts";
import { extremes } from "./extremes.ts";
import { sums } from "./sums.ts";

/** Operations that make one number of many, or a line of a line. */
export const reductions: Family = {
	name: "reductions",
	ops: [...sums, ...extremes, ...counts],
	recorded: "reductions",
};

import type { MagicOption } from "./argument.ts";

/** What groups of runs are compared with, of `%dd multirun`, `%dd compare` and `deepdiva runs compare`. */
export const BASELINE_OPTION = {
	name: "baseline",
	type: "text",
	placeholder: "GROUP",
	description:
		"Of runs under several seeds: compare with the best mean, the first group, a group (lr=0.1), or in pairs. Default: best, where the metric's name says which end is better.",
} as const satisfies MagicOption;

import type { MagicOption, ValuesOf } from "../../magics/arguments/argument.ts";
import { BASELINE_OPTION } from "../../magics/arguments/baseline.ts";

/** Options of `deepdiva runs`, whatever its action. */
export const RUNS_OPTIONS = [
	{
		name: "where",
		type: "text",
		multiple: true,
		placeholder: "CONDITION",
		description:
			'NAME=VALUE of a parameter, metric, status, … of a run; also !=, <, <=, >, >= (in quotes: "accuracy>0.9").',
	},
	{
		name: "sort",
		type: "text",
		placeholder: "NAME",
		description: "Sort runs by a parameter or metric; -NAME: large to small.",
	},
	{
		name: "members",
		type: "flag",
		description:
			"list: a row for each run. By default a multirun is one row, unless --where or --sort ask for runs; --json has every run always.",
	},
	{
		name: "yes",
		type: "flag",
		description: "rm: do not ask.",
	},
	{
		name: "output",
		short: "o",
		type: "text",
		placeholder: "OUT",
		description:
			"export: the folder to write, or a zip file where it ends in .zip.",
	},
	{
		name: "force",
		type: "flag",
		description: "export: replace an earlier export.",
	},
	{
		...BASELINE_OPTION,
		description: `compare: ${BASELINE_OPTION.description}`,
	},
	{ name: "json", type: "flag", description: "Print JSON." },
] as const satisfies readonly MagicOption[];

export type RunsValues = ValuesOf<[], typeof RUNS_OPTIONS>;

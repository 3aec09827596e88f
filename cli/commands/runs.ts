import { UsageError } from "../../base/errors.ts";
import type { Command } from "../command.ts";
import { compareCommand } from "../runs/compare.ts";
import { exportCommand } from "../runs/export.ts";
import { listCommand } from "../runs/list.ts";
import { removeCommand } from "../runs/remove.ts";
import { showCommand } from "../runs/show.ts";

const ACTIONS = ["list", "show", "compare", "rm", "export"] as const;

export const runsCommand: Command = {
	name: "runs",
	summary: "Lists, shows, compares, removes and exports recorded runs.",
	positionals: [
		{
			name: "ACTION",
			required: false,
			description: `${ACTIONS.join(", ")}. Default: list.`,
			choices: ACTIONS,
		},
		{
			name: "RUN",
			required: false,
			description:
				"An id, its beginning, a folder, or last; show: also an export (OUT.zip, OUT, OUT#ID), of which nothing is executed.",
			path: true,
			multiple: true,
		},
	],
	options: [
		{
			name: "where",
			type: "text",
			multiple: true,
			placeholder: "CONDITION",
			description:
				'NAME=VALUE of a parameter, metric, status, … ; also !=, <, <=, >, >= (in quotes: "accuracy>0.9").',
		},
		{
			name: "sort",
			type: "text",
			placeholder: "NAME",
			description: "Sort by a parameter or metric; -NAME: large to small.",
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
		{ name: "json", type: "flag", description: "Print JSON." },
	],
	examples: [
		"deepdiva runs",
		'deepdiva runs --where lr=0.1 --where "accuracy>0.9" --sort -accuracy',
		"deepdiva runs show last",
		"deepdiva runs compare 3fa2 91bc",
		"deepdiva runs rm 3fa2c1d0 --yes",
		"deepdiva runs export 3fa2c1d0 -o run.zip",
	],
	async run(args) {
		const [action = "list", ...references] = args.positionals;
		switch (action) {
			case "show":
				requireNoMore(action, references.slice(1));
				return showCommand(references[0] ?? "last", args);
			case "compare":
				return compareCommand(references, args);
			case "rm":
				return removeCommand(references, args);
			case "export":
				return exportCommand(references, args);
			default:
				requireNoMore(action, references);
				return listCommand(args);
		}
	},
};

function requireNoMore(action: string, words: readonly string[]): void {
	if (words.length > 0)
		throw new UsageError(
			`deepdiva runs ${action}: "${words[0]}" is one word too many`,
		);
}

import { UsageError } from "../../base/errors.ts";
import { defineCommand } from "../command.ts";
import { compareCommand } from "../runs/compare.ts";
import { exportCommand } from "../runs/export.ts";
import { listCommand } from "../runs/list.ts";
import { RUNS_OPTIONS } from "../runs/options.ts";
import { removeCommand } from "../runs/remove.ts";
import { showCommand } from "../runs/show.ts";

const ACTIONS = ["list", "show", "compare", "rm", "export"] as const;

export const runsCommand = defineCommand({
	name: "runs",
	summary: "Lists, shows, compares, removes and exports recorded runs.",
	positionals: [
		{
			name: "action",
			placeholder: "ACTION",
			default: "list",
			description: `${ACTIONS.join(", ")}. Default: list.`,
			choices: ACTIONS,
		},
		{
			name: "runs",
			placeholder: "RUN",
			description:
				"An id, its beginning, a folder, or last; show: also an export (OUT.zip, OUT, OUT#ID), of which nothing is executed.",
			path: true,
			multiple: true,
		},
	],
	options: RUNS_OPTIONS,
	examples: [
		"deepdiva runs",
		'deepdiva runs --where lr=0.1 --where "accuracy>0.9" --sort -accuracy',
		"deepdiva runs show last",
		"deepdiva runs compare 3fa2 91bc",
		"deepdiva runs compare --where experiment=moons --baseline lr=0.1",
		"deepdiva runs rm 3fa2c1d0 --yes",
		"deepdiva runs export 3fa2c1d0 -o run.zip",
	],
	async run({ values }) {
		const { action, runs: references } = values;
		switch (action) {
			case "show":
				requireNoMore(action, references.slice(1));
				return showCommand(references[0] ?? "last", values);
			case "compare":
				return compareCommand(references, values);
			case "rm":
				return removeCommand(references, values);
			case "export":
				return exportCommand(references, values);
			default:
				requireNoMore(action, references);
				return listCommand(values);
		}
	},
});

function requireNoMore(action: string, words: readonly string[]): void {
	if (words.length > 0)
		throw new UsageError(
			`deepdiva runs ${action}: "${words[0]}" is one word too many`,
		);
}

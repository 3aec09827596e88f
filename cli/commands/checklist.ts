import { dirname, resolve } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import { shown } from "../../base/shown-text.ts";
import { withMark } from "../../experiment/record/check/written-mark.ts";
import {
	askedChecklist,
	checklistArguments,
} from "../../magics/built-in/checklist.ts";
import type { Command } from "../command.ts";
import { print } from "../print.ts";

export const checklistCommand: Command = {
	...checklistArguments,
	options: [
		...checklistArguments.options,
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "FILE.md",
			description: "Write it as Markdown, with links to the evidence.",
		},
	],
	examples: [
		"deepdiva checklist last",
		"deepdiva checklist 3fa2c1d0 --form acl -o checklist.md",
	],
	async run(args) {
		const checklist = await askedChecklist(args);
		const { unpacked } = checklist;
		try {
			const output = args.values.get("output")?.[0];
			if (output === undefined) {
				print(checklist.text(unpacked ?? process.cwd()));
				return 0;
			}
			const path = resolve(output);
			const from = unpacked ?? dirname(path);
			writeFileAtomic(path, withMark(checklist.markdown(from)));
			print(shown`wrote ${output}`);
			return 0;
		} finally {
			checklist.close();
		}
	},
};

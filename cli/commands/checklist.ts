import { dirname, resolve } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import { shown } from "../../base/shown-text.ts";
import { withMark } from "../../experiment/record/check/written-mark.ts";
import {
	askedChecklist,
	checklistArguments,
} from "../../magics/built-in/checklist.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

export const checklistCommand = defineCommand({
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
	async run({ values }) {
		const checklist = await askedChecklist(values);
		const { unpacked } = checklist;
		try {
			const { output } = values;
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
});

import type { ArgumentSpec, Magic, MagicArguments } from "./definition.ts";
import type { Display } from "./live.ts";

/** What the magic and the command have in common. */
export const checklistArguments: ArgumentSpec = {
	name: "checklist",
	summary:
		"Answers a reproducibility checklist from a run's record; what it cannot know is listed as open.",
	positionals: [
		{
			name: "RUN",
			required: false,
			description: "An id, its beginning, a run's folder, or last (default).",
			path: true,
		},
	],
	options: [
		{
			name: "form",
			type: "text",
			placeholder: "mlrc|acl",
			description:
				"mlrc, the ML Reproducibility Checklist 2.0 (default), or acl, the Responsible NLP Checklist of ACL Rolling Review.",
		},
	],
	examples: [],
};

/** A checklist to be shown; paths are relative to the folder `from`. */
interface ShownChecklist {
	text(from: string): string;
	markdown(from: string): string;
}

/**
 * The checklist that the arguments ask for. Loaded when it is first asked for.
 * @throws UsageError for a form or a run that is not known
 */
export async function askedChecklist({
	positionals: [reference = "last"],
	values,
}: MagicArguments): Promise<ShownChecklist> {
	const [
		{ checklistMarkdown, checklistText, fillIn, findForm },
		{ findRun, requireSealed },
	] = await Promise.all([
		import("../experiment/checklist/checklist.ts"),
		import("../experiment/record/store.ts"),
	]);
	const form = findForm(values.get("form")?.[0] ?? "mlrc");
	const run = findRun(reference);
	requireSealed(run);
	const checklist = fillIn(form, run);
	return {
		text: (from) => checklistText(checklist, from),
		markdown: (from) => checklistMarkdown(checklist, from),
	};
}

export const checklistMagic: Magic = {
	...checklistArguments,
	wraps: false,
	ofRecords: true,
	examples: ["%dd checklist", "%dd checklist --form acl 3fa2c1d0"],
	async run(args) {
		const checklist = await askedChecklist(args);
		const { display } = globalThis as unknown as { display: Display };
		display(
			{
				"text/markdown": checklist.markdown(process.cwd()),
				"text/plain": checklist.text(process.cwd()),
			},
			{ raw: true },
		);
	},
	// A script is run for its results; its runs have the command line for this.
	toCode: () => undefined,
};

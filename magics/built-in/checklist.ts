import type { Display } from "../../widgets/live/place.ts";
import type {
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "../arguments/argument.ts";
import { defineMagic } from "../definition.ts";

/** What the magic and the command have in common. */
export const checklistArguments = {
	name: "checklist",
	summary:
		"Answers a reproducibility checklist from a run's record; what it cannot know is listed as open.",
	positionals: [
		{
			name: "run",
			placeholder: "RUN",
			default: "last",
			description:
				"An id, its beginning, a run's folder, an export (OUT.zip, OUT, OUT#ID), or last (default).",
			path: true,
		},
	],
	options: [
		{
			name: "form",
			type: "text",
			choices: ["mlrc", "acl"],
			default: "mlrc",
			description:
				"mlrc, the ML Reproducibility Checklist 2.0 (default), or acl, the Responsible NLP Checklist of ACL Rolling Review.",
		},
	],
} as const satisfies {
	readonly name: string;
	readonly summary: string;
	readonly positionals: readonly MagicPositional[];
	readonly options: readonly MagicOption[];
};

type ChecklistValues = ValuesOf<
	typeof checklistArguments.positionals,
	typeof checklistArguments.options
>;

/** A checklist to be shown. Paths in it are relative to the folder `from`. */
interface ShownChecklist {
	text(from: string): string;
	markdown(from: string): string;
	/**
	 * The temporary folder that an archive was unpacked to; evidence is named by
	 * its place in the archive.
	 */
	readonly unpacked?: string;
	/** Removes the unpacked files. */
	close(): void;
}

/**
 * The checklist that the arguments ask for. Loaded when it is first asked for.
 * @throws UsageError for a form or a run that is not known
 */
export async function askedChecklist({
	run,
	form: name,
}: ChecklistValues): Promise<ShownChecklist> {
	const [
		{ checklistMarkdown, checklistText, fillIn, findForm },
		{ requireSealed },
		{ openRun },
	] = await Promise.all([
		import("../../experiment/checklist/checklist.ts"),
		import("../../experiment/record/store/store.ts"),
		import("../../experiment/replay/reference.ts"),
	]);
	const form = findForm(name);
	const { stored, unpacked, close } = await openRun(run);
	try {
		requireSealed(stored);
		const checklist = fillIn(form, stored);
		return {
			text: (from) => checklistText(checklist, from),
			markdown: (from) => checklistMarkdown(checklist, from),
			...(unpacked === undefined ? {} : { unpacked }),
			close,
		};
	} catch (error) {
		close();
		throw error;
	}
}

export const checklistMagic = defineMagic({
	...checklistArguments,
	wraps: false,
	ofRecords: true,
	examples: ["%dd checklist", "%dd checklist --form acl 3fa2c1d0"],
	async run({ values }) {
		const checklist = await askedChecklist(values);
		const from = checklist.unpacked ?? process.cwd();
		const { display } = globalThis as unknown as { display: Display };
		try {
			display(
				{
					"text/markdown": checklist.markdown(from),
					"text/plain": checklist.text(from),
				},
				{ raw: true },
			);
		} finally {
			checklist.close();
		}
	},
	// Left out of scripts: a script is executed for its results, and the command
	// line has a checklist for its runs.
	toCode: () => undefined,
});

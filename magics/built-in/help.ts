import { defineMagic } from "../definition.ts";
import {
	findMagic,
	lookUp,
	magics,
	pageOf,
	spelledMagic,
} from "../registry.ts";
import { definitionLines, taskPage } from "../task-page.ts";
import { usage } from "../usage.ts";

export const helpMagic = defineMagic({
	name: "help",
	mark: "%",
	summary: "Lists the magics.",
	positionals: [
		{
			name: "name",
			placeholder: "NAME",
			description: "Show the page of this magic or task.",
		},
	],
	options: [],
	wraps: false,
	examples: ["%help", "%help run"],
	async run({ values: { name } }, { print }) {
		if (name === undefined) return print(overview());
		const task = lookUp(name) ? undefined : taskPage(name);
		print(task ?? pageOf(findMagic(name)));
	},
	toCode: () => undefined,
});

/** Every magic, and how to see more. */
function overview(): string {
	const all = magics();
	const left = all.map((magic) =>
		magic.mark === "!" ? usage(magic, "!") : spelledMagic(magic),
	);
	const width = Math.max(...left.map(({ length }) => length));
	return [
		...all.map(
			({ summary }, i) => `${(left[i] as string).padEnd(width)}  ${summary}`,
		),
		...definitionLines(),
		"",
		"%help NAME, or --help after a magic's name, shows its arguments.",
	].join("\n");
}

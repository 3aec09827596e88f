import { defineMagic } from "../definition.ts";

export const resetMagic = defineMagic({
	name: "reset",
	mark: "%",
	summary: "Forgets the names that cells have declared.",
	positionals: [],
	options: [],
	wraps: false,
	examples: ["%reset"],
	async run(_args, { names, print }) {
		const forgotten = names.forget();
		print(
			forgotten.length === 0
				? "no cell has declared a name"
				: `forgotten: ${forgotten.join(", ")}; imported modules, the working folder and %env stay as they are`,
		);
	},
	toCode: () => undefined,
});

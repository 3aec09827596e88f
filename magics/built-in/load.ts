import { readFileSync } from "node:fs";
import { UsageError } from "../../base/errors.ts";
import { defineMagic } from "../definition.ts";

export const loadMagic = defineMagic({
	name: "load",
	mark: "%",
	summary:
		"Puts a file's code in place of the cell; a terminal prints it instead.",
	positionals: [
		{
			name: "file",
			placeholder: "FILE",
			required: true,
			description: "The file.",
			path: true,
		},
	],
	options: [],
	wraps: false,
	examples: ["%load helper.ts"],
	async run({ values: { file: name } }, { setNextInput }) {
		let code: string;
		try {
			code = readFileSync(name, "utf8");
		} catch (error) {
			const { code: reason } = error as NodeJS.ErrnoException;
			throw new UsageError(
				reason === "ENOENT"
					? `%load: there is no file ${name} in ${process.cwd()}`
					: `%load: ${name} cannot be read (${reason}); name a text file`,
			);
		}
		setNextInput(`// %load ${name}\n${code.trimEnd()}`);
	},
	toCode: () => undefined,
});

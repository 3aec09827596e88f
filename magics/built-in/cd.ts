import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { homeFolder } from "../../base/home.ts";
import { defineMagic } from "../definition.ts";

const HOME = /^~(?=$|[/\\])/;

export const cdMagic = defineMagic({
	name: "cd",
	mark: "%",
	summary:
		"Changes the working folder: paths, require, import.meta and the imports of later cells start there.",
	positionals: [
		{
			name: "folder",
			placeholder: "DIR",
			required: true,
			description: "The folder; ~ is your home.",
			path: true,
		},
	],
	options: [],
	wraps: false,
	examples: ["%cd data", "%cd .."],
	async run({ values: { folder: name } }, { print }) {
		const folder = resolve(name.replace(HOME, () => homeFolder()));
		if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
			throw new UsageError(
				`%cd: ${folder} is no folder; the working folder is still ${process.cwd()}`,
			);
		process.chdir(folder);
		print(process.cwd());
	},
	toCode({ values: { folder: name } }) {
		const rest = name.replace(HOME, "");
		return rest === name
			? `process.chdir(${JSON.stringify(name)});`
			: `process.chdir(process.getBuiltinModule("node:os").homedir() + ${JSON.stringify(rest)});`;
	},
});

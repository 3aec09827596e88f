import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { makeFolder, writeFileAtomic } from "../../base/files.ts";
import { defineCommand } from "../command.ts";
import { newFiles } from "../notebook/new-folder.ts";
import { print } from "../print.ts";

/** @throws UsageError for a name that some system or shell cannot handle */
function checkedName(name: string): string {
	const refuse = (problem: string): never => {
		throw new UsageError(`deepdiva new: ${problem}`);
	};
	if (/[/\\]/.test(name)) {
		const path = name.replaceAll("\\", "/");
		refuse(
			`NAME is the name of a folder here, and "${name}" is a path; go where it shall be: cd ${dirname(path)} && deepdiva new ${basename(path)}`,
		);
	}
	if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(name) || name.endsWith("."))
		refuse(
			`a folder cannot be named "${name}": begin with a letter or digit, then letters, digits, ".", "_" and "-"`,
		);
	if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name))
		refuse(`"${name}" is the name of a device on Windows; choose another`);
	if (Buffer.byteLength(name) > 100)
		refuse("the name has more than 100 bytes; choose a shorter one");
	return name;
}

/** @throws UsageError unless the folder is empty or can be made */
function requireEmpty(folder: string): void {
	if (!existsSync(folder)) return;
	if (!statSync(folder).isDirectory())
		throw new UsageError(
			`deepdiva new: ${folder} is a file; nothing was written. Choose another name`,
		);
	if (readdirSync(folder).length > 0)
		throw new UsageError(
			`deepdiva new: the folder ${folder} is not empty; nothing was written. Choose another name, or empty it`,
		);
}

export const newCommand = defineCommand({
	name: "new",
	summary: "Makes a folder to begin in: a notebook, and a place for data.",
	positionals: [
		{
			name: "name",
			placeholder: "NAME",
			required: true,
			description:
				"The name of the folder, which is made here, and of its notebook.",
		},
	],
	options: [],
	examples: ["deepdiva new moons"],
	async run({ values }) {
		const name = checkedName(values.name);
		const folder = resolve(name);
		requireEmpty(folder);
		const files = newFiles(name);
		try {
			makeFolder(folder);
			for (const [path, content] of Object.entries(files))
				writeFileAtomic(join(folder, path), content);
		} catch (error) {
			throw new UsageError(
				`deepdiva new: ${folder} cannot be written: ${(error as Error).message}`,
			);
		}
		print(
			[
				`made ${name} with ${Object.keys(files).join(", ")}`,
				`in Jupyter        cd ${name} && jupyter lab ${name}.ipynb`,
				`without Jupyter   cd ${name} && deepdiva execute ${name}.ipynb --html out/${name}.html`,
			].join("\n"),
		);
		return 0;
	},
});

import {
	appendFileSync,
	existsSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { temporaryName } from "../../base/files.ts";
import { defineMagic } from "../definition.ts";

/** Ends the file's last line with a line break. */
const asFile = (text: string) => (/\n$|^$/.test(text) ? text : `${text}\n`);

export const writefileMagic = defineMagic({
	name: "writefile",
	mark: "%",
	summary: "Writes the rest of the cell into a file, as it stands.",
	positionals: [
		{
			name: "file",
			placeholder: "FILE",
			required: true,
			description: "The file.",
			path: true,
		},
	],
	options: [
		{
			name: "append",
			short: "a",
			type: "flag",
			description: "Append to the file instead of replacing it.",
		},
	],
	wraps: "text",
	examples: ["%%writefile helper.ts", "%%writefile -a notes.txt"],
	async run({ values: { file: name, append } }, { text = "", print }) {
		const file = resolve(name);
		const present = statSync(file, { throwIfNoEntry: false });
		if (present?.isDirectory())
			throw new UsageError(`%%writefile: ${name} is a folder; name a file`);
		if (!existsSync(dirname(file)))
			throw new UsageError(
				`%%writefile: there is no folder ${dirname(file)}; make it first: !mkdir -p ${dirname(name)}`,
			);
		if (append) {
			appendFileSync(file, asFile(text));
			print(`${present ? "appended to" : "wrote"} ${name}`);
			return;
		}
		const temporary = temporaryName(file);
		try {
			writeFileSync(temporary, asFile(text), { flag: "wx" });
			renameSync(temporary, file);
		} finally {
			rmSync(temporary, { force: true });
		}
		print(`${present ? "overwrote" : "wrote"} ${name}`);
	},
	toCode: ({ values: { file: name, append } }, text = "") =>
		`process.getBuiltinModule("node:fs").${append ? "appendFileSync" : "writeFileSync"}(${JSON.stringify(name)}, ${JSON.stringify(asFile(text))});`,
});

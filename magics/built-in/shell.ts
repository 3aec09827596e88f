import { UsageError } from "../../base/errors.ts";
import { runCommand } from "../command.ts";
import { defineMagic } from "../definition.ts";

/** Commands that change only the shell's own process, which then ends. */
const CHANGES_ONLY_ITSELF = /^(?:cd|export|source|\.)\s[^;&|]*$/;

export const shellMagic = defineMagic({
	name: "!",
	mark: "!",
	summary: "Runs a command in the shell.",
	positionals: [
		{
			name: "command",
			placeholder: "COMMAND",
			required: true,
			description:
				"What the shell runs. It gets no input. An exit code other than 0 is shown; it does not fail the cell.",
		},
	],
	options: [],
	line: "text",
	wraps: false,
	examples: ["!git status", "!ls data | head -3"],
	check({ values: { command } }) {
		const [, word] = /^(cd|export)\b/.exec(command) ?? [];
		if (word && CHANGES_ONLY_ITSELF.test(command))
			throw new UsageError(
				`!${word} would change the command's own shell only, which ends with it; write ${word === "cd" ? "%cd DIR" : "%env NAME=value"}`,
			);
	},
	async run({ values: { command } }, { signal }) {
		const code = await runCommand(command, [], { shell: true, signal });
		if (code !== 0)
			process.stderr.write(`the command ended with exit code ${code}\n`);
	},
	toCode: ({ values: { command } }) =>
		`process.getBuiltinModule("node:child_process").spawnSync(${JSON.stringify(command)}, { shell: true, stdio: "inherit" });`,
});

import { historyPath } from "../../kernel/server/history.ts";
import { defineCommand } from "../command.ts";
import { runPlain } from "../repl/plain.ts";
import { runInteractive } from "../repl/repl.ts";

export const replCommand = defineCommand({
	name: "repl",
	summary: "Runs TypeScript as it is typed, with all magics.",
	positionals: [],
	options: [
		{
			name: "seed",
			type: "text",
			placeholder: "SEED",
			description: "Root seed until %dd seed sets another one.",
		},
	],
	examples: ["deepdiva repl", "echo '1 + 1' | deepdiva repl"],
	run({ values }) {
		const rootSeed = values.seed;
		const options = {
			cwd: process.cwd(),
			...(rootSeed === undefined ? {} : { rootSeed }),
		};
		const { stdin, stdout, stderr, env } = process;
		// A dumb terminal has no cursor that could be moved.
		return stdin.isTTY && stdout.isTTY && env.TERM !== "dumb"
			? runInteractive(stdin, stdout, {
					...options,
					historyPath: historyPath(),
				})
			: runPlain(stdin, stdout, stderr, options);
	},
});

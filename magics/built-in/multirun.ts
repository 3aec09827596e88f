import type { FailPolicy } from "../../experiment/sweep/fail-policy.ts";
import type { Magic, MagicArguments } from "../definition.ts";
import {
	bodyFor,
	checkMultirunArguments,
	FAIL_OPTION,
	listedValues,
	RUN_ASSIGNMENTS,
	RUN_OPTIONS,
	RUN_POSITIONALS,
	readFail,
	readRunArguments,
	runCode,
} from "../run-arguments.ts";

export const multirunMagic: Magic = {
	name: "multirun",
	summary:
		"Runs the rest of the cell, or a task, several times, each under its own seed.",
	positionals: RUN_POSITIONALS,
	options: [
		{
			name: "n",
			short: "n",
			type: "integer",
			description: "Repeats of each combination of parameters. Default 5.",
		},
		...RUN_OPTIONS,
		FAIL_OPTION,
	],
	assignments: `${RUN_ASSIGNMENTS} KEY=V1,V2 spans a grid.`,
	wraps: true,
	check: checkMultirunArguments,
	examples: [
		"%dd multirun -n 5 task=points set=spiral",
		"%dd multirun moons -n 3 lr=0.1,0.01",
	],
	async run(args, { body }) {
		const { params, ...options } = readRunArguments(args);
		// Loaded when first needed: it brings all of TensorFlow.js.
		const { multirun } = await import("../../training/run.ts");
		await multirun(
			{
				...options,
				...multirunOptions(args),
				params: listedValues({ ...options, params }),
			},
			bodyFor(options.task, body, "multirun") as Parameters<typeof multirun>[1],
		);
	},
	toCode: (args, body) =>
		runCode(
			"dd.multirun",
			args,
			listedValues(readRunArguments(args)),
			multirunOptions(args),
			body,
		),
};

function multirunOptions(args: MagicArguments): {
	n?: number;
	fail?: FailPolicy;
} {
	const n = args.values.get("n")?.[0];
	return { ...(n === undefined ? {} : { n: Number(n) }), ...readFail(args) };
}

import {
	bodyFor,
	checkMultirunArguments,
	listedValues,
	MULTIRUN_OPTIONS,
	type MultirunArguments,
	RUN_ASSIGNMENTS,
	RUN_POSITIONALS,
	readRunArguments,
	runCode,
} from "../arguments/run-arguments.ts";
import { defineMagic } from "../definition.ts";

/** The options of the library that only a multirun has. */
const multirunOptions = ({
	n,
	fail,
	jobs,
	resume,
	code,
}: MultirunArguments["values"]) => ({
	...(n === undefined ? {} : { n }),
	...(resume ? { resume } : {}),
	...(code === undefined ? {} : { code }),
	...(fail === undefined ? {} : { fail }),
	...(jobs === undefined ? {} : { jobs }),
});

export const multirunMagic = defineMagic({
	name: "multirun",
	summary:
		"Runs the rest of the cell, or a task, several times, each under its own seed.",
	positionals: RUN_POSITIONALS,
	options: MULTIRUN_OPTIONS,
	assignments: `${RUN_ASSIGNMENTS} KEY=V1,V2 spans a grid.`,
	wraps: true,
	check: (args) => checkMultirunArguments(args),
	examples: [
		"%dd multirun -n 5 task=points set=spiral",
		"%dd multirun moons -n 3 lr=0.1,0.01",
		"%dd multirun -n 10 --jobs 4 task=points",
		"%dd multirun moons -n 10 lr=0.1,0.01 --resume",
	],
	async run(args, { body }) {
		const { params, ...options } = readRunArguments(args);
		// Loaded when first needed: it brings all of TensorFlow.js.
		const { multirun } = await import("../../training/run.ts");
		await multirun(
			{
				...options,
				...multirunOptions(args.values),
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
			multirunOptions(args.values),
			body,
		),
});

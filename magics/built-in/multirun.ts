import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { readMultirunConfig } from "../../experiment/sweep/config-file.ts";
import {
	bodyFor,
	checkMultirunArguments,
	listedValues,
	MULTIRUN_OPTIONS,
	type MultirunArguments,
	RUN_ASSIGNMENTS,
	RUN_POSITIONALS,
	readRunArguments,
	readVaryOption,
	runCode,
} from "../arguments/run-arguments.ts";
import { isTaken } from "../config/config-line.ts";
import { defineMagic } from "../definition.ts";

/** The options of the library that only a multirun has. */
const multirunOptions = ({
	n,
	vary,
	fail,
	jobs,
	resume,
	code,
	baseline,
}: MultirunArguments["values"]) => ({
	...(n === undefined ? {} : { n }),
	...readVaryOption({ vary }),
	...(resume ? { resume } : {}),
	...(code === undefined ? {} : { code }),
	...(fail === undefined ? {} : { fail }),
	...(jobs === undefined ? {} : { jobs }),
	...(baseline === undefined ? {} : { baseline }),
});

/** A file that could be read has become a part of the line before the cell began. @throws UsageError that says why this one could not */
function requireTaken({ config }: MultirunArguments["values"]): void {
	if (config === undefined || isTaken(config)) return;
	readMultirunConfig(resolve(config), config);
	throw new UsageError(
		`--config ${config}: the file was not there when the cell began; run the cell again`,
	);
}

export const multirunMagic = defineMagic({
	name: "multirun",
	summary:
		"Runs the rest of the cell, or a task, several times, each under its own seed.",
	positionals: RUN_POSITIONALS,
	options: MULTIRUN_OPTIONS,
	assignments: `${RUN_ASSIGNMENTS} KEY=V1,V2 spans a grid; so do choice(…), range(…), glob(…), sort(…) and shuffle(…). [V1,V2] is one value, a list; a.b=V gives an object.`,
	wraps: true,
	check: (args) => checkMultirunArguments(args),
	examples: [
		"%dd multirun -n 5 task=points set=spiral",
		"%dd multirun -n 10 --jobs 4 task=points",
		"%dd multirun moons -n 10 lr=0.1,0.01 --resume",
		"%dd multirun -n 10 --vary init task=points",
		"%dd multirun moons -n 6 lr=0.1,0.01,1 --baseline lr=0.1",
		"%dd multirun moons -n 3 lr=0.1,0.01 units=range(2,5)",
		"%dd multirun --config multirun.yaml lr=0.3",
	],
	async run(args, { body }) {
		requireTaken(args.values);
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
	toCode(args, body) {
		requireTaken(args.values);
		return runCode(
			"dd.multirun",
			args,
			listedValues(readRunArguments(args)),
			multirunOptions(args.values),
			body,
		);
	},
});

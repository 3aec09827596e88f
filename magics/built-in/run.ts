import {
	bodyFor,
	checkRunArguments,
	RUN_ASSIGNMENTS,
	RUN_OPTIONS,
	RUN_POSITIONALS,
	readRunArguments,
	runCode,
	singleValues,
} from "../arguments/run-arguments.ts";
import { defineMagic } from "../definition.ts";

export const runMagic = defineMagic({
	name: "run",
	summary: "Runs the rest of the cell, or a task, in the guard and records it.",
	positionals: RUN_POSITIONALS,
	options: RUN_OPTIONS,
	assignments: RUN_ASSIGNMENTS,
	wraps: true,
	check: checkRunArguments,
	examples: [
		"%dd run spiral lr=0.1 epochs=20",
		"%dd run task=points set=spiral lr=0.1",
		"%dd run digits --data data/digits -p lr=0.3",
	],
	async run(args, { body }) {
		const { params, ...options } = readRunArguments(args);
		// Loaded when first needed: it brings all of TensorFlow.js.
		const { run } = await import("../../training/run.ts");
		await run(
			{ ...options, params: singleValues({ ...options, params }) },
			bodyFor(options.task, body, "run"),
		);
	},
	toCode: (args, body) =>
		runCode("dd.run", args, singleValues(readRunArguments(args)), {}, body),
});

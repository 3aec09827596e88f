import { existsSync } from "node:fs";
import { UsageError } from "../../base/errors.ts";
import { defineMagic } from "../definition.ts";

export const compareMagic = defineMagic({
	name: "compare",
	summary:
		"Shows recorded runs side by side: what differs, and how they ended.",
	positionals: [
		{
			name: "runs",
			placeholder: "RUN",
			description:
				"An id, its beginning, or last. Default: the runs of this session.",
			multiple: true,
		},
	],
	options: [],
	wraps: false,
	ofRecords: true,
	examples: ["%dd compare", "%dd compare 3fa2 91bc"],
	async run({ values }, { print }) {
		const [
			{ comparedNames, compareRecords },
			{ brokenSeals, findRun, readRun },
			{ session },
			{ runComparison },
		] = await Promise.all([
			import("../../experiment/record/store/comparison.ts"),
			import("../../experiment/record/store/store.ts"),
			import("../../experiment/session.ts"),
			import("../../widgets/text/run-comparison.ts"),
		]);
		const runs =
			values.runs.length > 0
				? values.runs.map((reference) => findRun(reference))
				: session().recorded.filter(existsSync).map(readRun);
		if (runs.length === 0)
			throw new UsageError(
				'nothing was recorded in this session yet; name runs, for example "%dd compare last" ("deepdiva runs" lists them)',
			);
		print(
			[
				...brokenSeals(runs),
				runComparison(comparedNames(runs), compareRecords(runs)),
			].join("\n"),
		);
	},
	// Left out of scripts: a script is executed for its results, and the command
	// line compares them.
	toCode: () => undefined,
});

import { UsageError } from "../../base/errors.ts";
import { BASELINE_OPTION } from "../arguments/baseline.ts";
import { defineMagic } from "../definition.ts";

export const compareMagic = defineMagic({
	name: "compare",
	summary:
		"Shows recorded runs side by side: what differs, how they ended, and statistics of runs under several seeds.",
	positionals: [
		{
			name: "runs",
			placeholder: "RUN",
			description:
				"An id, its beginning, or last. Default: the runs of this session.",
			multiple: true,
		},
	],
	options: [BASELINE_OPTION],
	wraps: false,
	ofRecords: true,
	examples: [
		"%dd compare",
		"%dd compare 3fa2 91bc",
		"%dd compare --baseline lr=0.1",
	],
	async run({ values }, { print, show }) {
		const [
			{ comparedNames, compareRecords },
			{ brokenSeals, findRun, readIfThere },
			{ session },
			{ reportRuns },
			{ runComparison },
			{ formatReport },
			{ comparesGroups, effectsDrawing },
		] = await Promise.all([
			import("../../experiment/record/store/comparison.ts"),
			import("../../experiment/record/store/store.ts"),
			import("../../experiment/session.ts"),
			import("../../experiment/sweep/statistics/report/members.ts"),
			import("../../widgets/text/run-comparison.ts"),
			import("../../widgets/text/report/format.ts"),
			import("../../widgets/kinds/multirun/effects.ts"),
		]);
		const runs =
			values.runs.length > 0
				? values.runs.map((reference) => findRun(reference))
				: session().recorded.flatMap(
						(directory) => readIfThere(directory) ?? [],
					);
		if (runs.length === 0)
			throw new UsageError(
				'nothing was recorded in this session yet; name runs, for example "%dd compare last" ("deepdiva runs" lists them)',
			);
		const report = reportRuns(runs, { baseline: values.baseline });
		print(
			[
				...brokenSeals(runs),
				runComparison(comparedNames(runs), compareRecords(runs)),
				...(report ? ["", formatReport(report)] : []),
			].join("\n"),
		);
		if (report && values.baseline !== undefined && comparesGroups(report))
			await show(
				effectsDrawing(
					report,
					[...new Set(runs.map(({ record }) => record.experiment))].join(", "),
				),
			);
	},
	// Left out of scripts: a script is executed for its results, and the command
	// line compares them.
	toCode: () => undefined,
});

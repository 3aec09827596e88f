import { UsageError } from "../../base/errors.ts";
import {
	findMultirun,
	storedMultiruns,
} from "../../experiment/record/store/multiruns.ts";
import {
	brokenSeals,
	listRunSummaries,
} from "../../experiment/record/store/store.ts";
import { BASELINE_OPTION } from "../../magics/arguments/baseline.ts";
import {
	CODE_OPTION,
	JOBS_OPTION,
} from "../../magics/arguments/run-arguments.ts";
import { REPORT_FORMATS } from "../../widgets/text/report/format.ts";
import { defineCommand } from "../command.ts";
import { listMultiruns } from "../multirun/list.ts";
import { showMultirun } from "../multirun/show.ts";
import { printError } from "../print.ts";

const ACTIONS = ["list", "show", "resume"] as const;

export const multirunCommand = defineCommand({
	name: "multirun",
	summary:
		"Lists recorded multiruns, shows what their members say together, and computes what is missing.",
	positionals: [
		{
			name: "action",
			placeholder: "ACTION",
			default: "list",
			description: `${ACTIONS.join(", ")}. Default: list.`,
			choices: ACTIONS,
		},
		{
			name: "multirun",
			placeholder: "MULTIRUN",
			description:
				"An id, its beginning, the name of an experiment (its latest), or last.",
		},
	],
	options: [
		{
			name: "format",
			type: "text",
			choices: REPORT_FORMATS,
			description: "show: how. Default: text.",
		},
		{ ...BASELINE_OPTION, description: `show: ${BASELINE_OPTION.description}` },
		{
			name: "metric",
			type: "text",
			multiple: true,
			placeholder: "NAME",
			description: "show: this metric alone. Default: all.",
		},
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "FILE.svg",
			description:
				"show: draw curves, last values and, with --baseline, effect sizes to this file: .svg or .png.",
		},
		{
			name: "json",
			type: "flag",
			description: "Print JSON: show's is --format json.",
		},
		{
			...CODE_OPTION,
			description:
				"resume: about members that finished by other code than now: keep them, or compute them again.",
		},
		{
			...JOBS_OPTION,
			description:
				"resume: processes that compute members at the same time. Default 1.",
		},
	],
	examples: [
		"deepdiva multirun",
		"deepdiva multirun show last",
		"deepdiva multirun show moons --metric val_accuracy --baseline lr=0.1",
		"deepdiva multirun show 3f2a --format latex-rows",
		"deepdiva multirun show 3f2a --baseline lr=0.1 --output figure.svg",
		"deepdiva multirun resume 3f2a --jobs 2",
	],
	async run({ values }) {
		const { action, multirun: reference, format, json, output } = values;
		if (output !== undefined && action !== "show")
			throw new UsageError(
				"deepdiva multirun: --output is an option of show: deepdiva multirun show last --output FILE.svg",
			);
		const { runs, damaged } = listRunSummaries();
		for (const { message } of damaged) printError(`deepdiva: ${message}`);
		const multiruns = storedMultiruns(runs);
		if (action === "show") {
			if (json && format !== undefined && format !== "json")
				throw new UsageError(
					`deepdiva multirun show: --json and --format ${format} are two forms; leave one out`,
				);
			const multirun = findMultirun(reference ?? "last", multiruns);
			const options = { baseline: values.baseline, metrics: values.metric };
			if (output === undefined)
				return showMultirun(multirun, {
					...options,
					format: json ? "json" : (format ?? "text"),
				});
			if (json || format !== undefined)
				throw new UsageError(
					"deepdiva multirun show: --output draws, --format and --json print; leave one out",
				);
			const { drawMultirun } = await import("../multirun/draw.ts");
			return drawMultirun(multirun, output, options);
		}
		if (action === "resume") {
			if (reference === undefined)
				throw new UsageError(
					'deepdiva multirun resume needs a multirun: its id, its beginning, the name of its experiment, or last; "deepdiva multirun list" shows them',
				);
			const { resumeMultirun } = await import("../multirun/resume.ts");
			return resumeMultirun(findMultirun(reference, multiruns), {
				code: values.code,
				jobs: values.jobs,
			});
		}
		if (reference !== undefined)
			throw new UsageError(
				`deepdiva multirun list: "${reference}" is one word too many; one multirun is shown by: deepdiva multirun show ${reference}`,
			);
		listMultiruns(multiruns, { json });
		const counted = multiruns.flatMap(({ members }) => members);
		// A member that is taken over is counted in several.
		const broken = brokenSeals([...new Set(counted.map(({ run }) => run))]);
		for (const message of broken) printError(`deepdiva: ${message}`);
		return damaged.length + broken.length > 0 ? 1 : 0;
	},
});

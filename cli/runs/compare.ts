import { UsageError } from "../../base/errors.ts";
import {
	comparedNames,
	compareRecords,
} from "../../experiment/record/store/comparison.ts";
import {
	brokenSeals,
	isSealBroken,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import { reportRuns } from "../../experiment/sweep/statistics/report/members.ts";
import { formatReport } from "../../widgets/text/report/format.ts";
import { runComparison } from "../../widgets/text/run-comparison.ts";
import { print, printError, printJson } from "../print.ts";
import { namedRuns } from "./list.ts";
import type { RunsValues } from "./options.ts";

/** `deepdiva runs compare [RUN …]`: those named, else those that `--where` means. */
export function compareCommand(
	references: readonly string[],
	values: RunsValues,
): number {
	const runs = namedRuns(references, values);
	if (runs.length < 2)
		throw new UsageError(
			"deepdiva runs compare needs at least two runs: name them, or choose them with --where",
		);
	const ids = runs.map(({ record }) => record.id);
	const rows = compareRecords(runs);
	const broken = brokenSeals(runs);
	const code = broken.length > 0 ? 1 : 0;
	for (const message of broken) printError(`deepdiva: ${message}`);
	const statistics = reportRuns(runs, { baseline: values.baseline });
	if (values.json) {
		const sealBroken = runs.filter(isSealBroken).map(({ record }) => record.id);
		printJson({
			runs: ids,
			...(code === 0 ? {} : { sealBroken }),
			rows,
			...(statistics ? { statistics } : {}),
		});
		return code;
	}
	print(runComparison(comparedNames(runs), rows));
	if (statistics) print(`\n${formatReport(statistics)}`);
	const hint = differenceInCode(runs);
	if (hint) print(`\nthe code: ${hint}`);
	return code;
}

const COMMIT = /^(refs\/deepdiva\/code\/)?[0-9a-f]{40}([0-9a-f]{24})?$/;

/** How to see what the code of two runs differs in. */
function differenceInCode(runs: readonly StoredRun[]): string | undefined {
	const commits = runs.map(({ record: { git } }) =>
		git && git.mode !== "ignore"
			? (git.snapshot?.ref ?? git.commit)
			: undefined,
	);
	const trees = runs.map(({ record: { git } }) =>
		git && git.mode !== "ignore" ? git.tree : undefined,
	);
	const [a, b] = commits;
	if (runs.length !== 2 || !a || !b || trees[0] === trees[1]) return undefined;
	// A printed command will be pasted into a shell, so values of the record are
	// quoted.
	if (![a, b].every((commit) => COMMIT.test(commit))) return undefined;
	return `git diff ${a} ${b}`;
}

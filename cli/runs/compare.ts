import { UsageError } from "../../experiment/errors.ts";
import {
	comparedNames,
	compareRecords,
} from "../../experiment/record/comparison.ts";
import {
	brokenSeals,
	findRun,
	isSealBroken,
	type StoredRun,
} from "../../experiment/record/store.ts";
import type { MagicArguments } from "../../magics/definition.ts";
import { runComparison } from "../../widgets/run-comparison.ts";
import { chosenRuns } from "./list.ts";

/** `deepdiva runs compare [RUN …]`: those named, else those that `--where` means. */
export function compareCommand(
	references: readonly string[],
	args: MagicArguments,
): number {
	const runs =
		references.length > 0
			? references.map((reference) => findRun(reference))
			: args.values.has("where")
				? chosenRuns(args).runs
				: [];
	if (runs.length < 2)
		throw new UsageError(
			"deepdiva runs compare needs at least two runs: name them, or choose them with --where",
		);
	const ids = runs.map(({ record }) => record.id);
	const rows = compareRecords(runs);
	const broken = brokenSeals(runs);
	const code = broken.length > 0 ? 1 : 0;
	for (const message of broken) console.error(`deepdiva: ${message}`);
	if (args.flags.has("json")) {
		const sealBroken = runs.filter(isSealBroken).map(({ record }) => record.id);
		console.log(
			JSON.stringify(
				{ runs: ids, ...(code === 0 ? {} : { sealBroken }), rows },
				undefined,
				"\t",
			),
		);
		return code;
	}
	console.log(runComparison(comparedNames(runs), rows));
	const hint = differenceInCode(runs);
	if (hint) console.log(`\nthe code: ${hint}`);
	return code;
}

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
	return `git diff ${a} ${b}`;
}

import { UsageError } from "../../../../base/errors.ts";
import { suggestion } from "../../../../base/nearest.ts";

const BASELINES = ["best", "first", "pairs"];

/**
 * What groups may be compared with.
 * @param labels of all groups; "" for the only one
 * @throws UsageError for what is neither a group nor a word for some
 */
export function requireBaseline(
	labels: readonly string[],
	asked: string | undefined,
): void {
	const groups = labels.filter((label) => label !== "");
	if (asked === undefined || [...BASELINES, ...groups].includes(asked)) return;
	throw new UsageError(
		`there is no group "${asked}" to compare with; baseline is best, first, pairs, or a group${suggestion(asked, groups)}`,
	);
}

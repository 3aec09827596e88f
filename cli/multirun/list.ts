import { oneLine } from "../../base/shown-text.ts";
import type { StoredMultirun } from "../../experiment/record/store/multiruns.ts";
import { statusOf } from "../../experiment/record/store/store.ts";
import { varyText } from "../../experiment/sweep/vary.ts";
import { right, shownName, table } from "../../widgets/text/text.ts";
import { print, printJson } from "../print.ts";
import { shortTime } from "../runs/text.ts";

/** How many members came to which end. */
export function countsOf({ total, members }: StoredMultirun) {
	const statuses = members.map(({ run }) => statusOf(run));
	const count = (...which: readonly string[]) =>
		statuses.filter((status) => which.includes(status)).length;
	return {
		total,
		finished: count("finished"),
		failed: count("failed", "diverged"),
		running: count("running"),
		missing: total - count("finished", "failed", "diverged", "running"),
	};
}

/** `deepdiva multirun [list]`: the latest last. */
export function listMultiruns(
	multiruns: readonly StoredMultirun[],
	{ json }: { readonly json: boolean },
): void {
	if (json)
		printJson(
			multiruns.map((multirun) => {
				const { id, experiment, started, vary } = multirun;
				return {
					...{ id, experiment, started, ...countsOf(multirun) },
					...(vary ? { vary } : {}),
				};
			}),
		);
	else print(multiruns.length > 0 ? listing(multiruns) : "no multiruns yet");
}

const listing = (multiruns: readonly StoredMultirun[]): string =>
	table(
		[
			{ header: "multirun" },
			{ header: "began (UTC)" },
			{ header: "experiment" },
			...["members", "finished", "failed", "running", "missing"].map(right),
			...(multiruns.some(({ vary }) => vary) ? [{ header: "repeats" }] : []),
		],
		multiruns.map((multirun) => {
			const { total, finished, failed, running, missing } = countsOf(multirun);
			return [
				shownName(multirun.id),
				shortTime(multirun.started),
				shownName(multirun.experiment),
				...[total, finished, failed, running, missing].map(String),
				...(multirun.vary ? [oneLine(varyText(multirun.vary))] : []),
			];
		}),
	);

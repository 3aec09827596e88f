import { plural } from "../../base/plural.ts";
import { oneLine, shown } from "../../base/shown-text.ts";
import type { StoredMultirun } from "../../experiment/record/store/multiruns.ts";
import { brokenSeals, statusOf } from "../../experiment/record/store/store.ts";
import { reportMultirun } from "../../experiment/sweep/statistics/report/members.ts";
import {
	formatReport,
	type ReportFormat,
} from "../../widgets/text/report/format.ts";
import { print, printError } from "../print.ts";
import { shortTime } from "../runs/text.ts";

export interface ShowOptions {
	readonly format: ReportFormat;
	readonly baseline: string | undefined;
	/** Default: all. */
	readonly metrics: readonly string[];
}

/** `deepdiva multirun show ID`: its members together, and what became of those that are in no mean. */
export function showMultirun(
	multirun: StoredMultirun,
	{ format, baseline, metrics }: ShowOptions,
): number {
	const { members } = multirun;
	const report = reportMultirun(members, {
		...(baseline === undefined ? {} : { baseline }),
		...(metrics.length === 0 ? {} : { metrics }),
	});
	const body = formatReport(report, format);
	// Other formats are for programs, and have what failed in them or nothing to say of it.
	print(format === "text" ? [...head(multirun), body].join("\n") : body);
	const broken = brokenSeals(members);
	for (const message of broken) printError(`deepdiva: ${message}`);
	return broken.length > 0 ? 1 : 0;
}

function head(multirun: StoredMultirun): string[] {
	const { id, experiment, total, started, members } = multirun;
	const unfinished = members.filter((run) => statusOf(run) !== "finished");
	const missing = total - members.length;
	return [
		shown`multirun ${id} · ${experiment} · began ${shortTime(started)} UTC`,
		...unfinished.map((run) => {
			const { record } = run;
			const why = record.error
				? oneLine(`: ${record.error.name}: ${record.error.message}`)
				: "";
			return `${shown`run ${record.id} (repeat ${record.repeat}) ${statusOf(run)}`}${why}`;
		}),
		...(missing > 0
			? [
					`${missing} of ${plural(total, "member")} ${missing === 1 ? "is" : "are"} not on record under this id: not computed yet, or taken over from an earlier multirun; the same line with --resume computes what is missing and shows all`,
				]
			: []),
	];
}

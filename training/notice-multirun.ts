import type { NoticeEvent } from "../experiment/events.ts";
import { outsideOfRuns } from "../experiment/record/active-run.ts";
import { notify } from "../experiment/record/guard/notify.ts";
import type {
	MultirunInfo,
	RunOutcome,
} from "../experiment/record/observer.ts";
import { session, typedVary } from "../experiment/session.ts";
import { unusedVary } from "../experiment/sweep/vary.ts";

/** Tells whoever shows runs something about a multirun as a whole. */
export function noticeMultirun(
	info: MultirunInfo,
	level: NoticeEvent["level"],
	text: string,
): void {
	const { observers, redactor } = session();
	const notice: NoticeEvent = {
		type: "notice",
		level,
		text: redactor.text(`multirun ${info.experiment}: ${text}`),
	};
	outsideOfRuns(() =>
		notify(observers, (observer) => observer.multirunNoticed?.(info, notice)),
	);
}

/** Says of a multirun without repeats that `--vary`, which is for every multirun, finds nothing in it. */
export function noticeOneRepeat(multirun: MultirunInfo): void {
	const vary = typedVary();
	if (vary === undefined || multirun.repeats > 1) return;
	noticeMultirun(
		multirun,
		"info",
		`--vary ${vary.join(",")} has nothing to vary here: each run is computed once`,
	);
}

/** Warns of streams that were to differ between repeats and that no member drew from. */
export function warnOfUnused(
	multirun: MultirunInfo,
	ended: readonly { readonly outcome: RunOutcome }[],
): void {
	const { vary } = multirun;
	// Of members that were there before, nobody knows.
	const known = ended.flatMap(({ outcome }) =>
		outcome.drawn ? [outcome.drawn] : [],
	);
	if (!vary || known.length === 0) return;
	const text = unusedVary(vary, known.flat());
	if (text !== undefined) noticeMultirun(multirun, "warning", text);
}

import type { NoticeEvent } from "../experiment/events.ts";
import { outsideOfRuns } from "../experiment/record/active-run.ts";
import { notify } from "../experiment/record/guard/notify.ts";
import type {
	MultirunInfo,
	RunOutcome,
} from "../experiment/record/observer.ts";
import { session } from "../experiment/session.ts";
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

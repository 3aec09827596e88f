import type { NoticeEvent } from "../experiment/events.ts";
import { outsideOfRuns } from "../experiment/record/active-run.ts";
import { notify } from "../experiment/record/guard/notify.ts";
import type { MultirunInfo } from "../experiment/record/observer.ts";
import { session } from "../experiment/session.ts";

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

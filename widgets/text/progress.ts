import { oneLine } from "../../base/shown-text.ts";
import { displayWidth, truncate } from "../../base/text-width.ts";
import type { ProgressEvent } from "../../experiment/events.ts";
import { formatNumber, plural, shownName } from "./text.ts";

const WIDEST_BAR = 24;
const NARROWEST_BAR = 6;

/**
 * One line that says how far the work is, at most `width` columns wide:
 * `epoch 3/10 ━━━━╸───────  42 %  loss 0.31  val_accuracy 0.91`.
 * In a narrow line the bar shrinks first, then values go, last ones first.
 */
export function progressLine(event: ProgressEvent, width = 80): string {
	const counted =
		event.total === undefined
			? plural(event.done, event.unit)
			: `${event.unit} ${event.done}/${event.total}`;
	const label = oneLine(event.label ?? counted);
	const values = Object.entries(event.values ?? {}).map(
		([name, value]) => `  ${shownName(name)} ${formatNumber(value, 3)}`,
	);
	if (event.total === undefined) {
		const head = event.label === undefined ? label : `${label}  ${counted}`;
		return truncate(head + fitting(values, width - displayWidth(head)), width);
	}
	const share =
		event.total > 0 ? Math.min(1, Math.max(0, event.done / event.total)) : 1;
	// Rounded down, so that 100 % means that it is done.
	const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
	const room = width - displayWidth(label) - displayWidth(percent) - 2;
	const shown = fitting(values, room - NARROWEST_BAR);
	const length = Math.min(WIDEST_BAR, room - displayWidth(shown));
	if (length < NARROWEST_BAR) return truncate(`${label} ${percent}`, width);
	return `${label} ${bar(share, length)} ${percent}${shown}`;
}

/** As many of the first values as fit. */
function fitting(values: readonly string[], width: number): string {
	let text = "";
	for (const value of values) {
		if (displayWidth(text) + displayWidth(value) > width) break;
		text += value;
	}
	return text;
}

function bar(share: number, length: number): string {
	const halves = Math.floor(share * length * 2);
	const full = Math.floor(halves / 2);
	const half = halves % 2 === 1;
	return (
		"━".repeat(full) +
		(half ? "╸" : "") +
		"─".repeat(length - full - (half ? 1 : 0))
	);
}

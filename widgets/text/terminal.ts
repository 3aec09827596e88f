import type { RunEvent } from "../../experiment/events.ts";
import { pictureText } from "../kinds/index.ts";
import { progressLine } from "./progress.ts";
import { formatNumber, shownName } from "./text.ts";

export interface TerminalOptions {
	/** Columns of the terminal. Default: 80. */
	readonly width?: number;
}

/**
 * What a terminal shows of an event, without a line break at its end. Progress is
 * the line to overwrite; everything else is there to stay.
 */
export function terminalText(
	event: RunEvent,
	{ width = 80 }: TerminalOptions = {},
): string {
	switch (event.type) {
		case "progress":
			return progressLine(event, width);
		case "metric": {
			const values = Object.entries(event.values).map(
				([name, value]) => `  ${shownName(name)} ${formatNumber(value)}`,
			);
			return `step ${event.step}${values.join("")}`;
		}
		case "picture":
			return pictureText(event);
		case "artifact":
			return `kept artifact ${shownName(event.name)}`;
		case "notice":
			return event.level === "warning" ? `warning: ${event.text}` : event.text;
	}
}

import { now } from "../../base/clock.ts";
import { shownLines } from "../../base/shown-text.ts";
import {
	hasFailed,
	type RunInfo,
	type RunObserver,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import { runsTable } from "../text/runs-table.ts";
import { terminalText } from "../text/terminal.ts";
import { failureText, groupsOf, leakWarning, summaryLine } from "./run-text.ts";

/** Longest time between two drawings of the progress line. */
const INTERVAL_MILLISECONDS = 100;

interface Terminal {
	write(text: string): unknown;
	readonly isTTY?: boolean;
	readonly columns?: number;
}

const CLEAR_LINE = "\r\u001b[K";

/** Shows runs in a terminal: a progress bar while they go, a line when they end, a table for many. */
export function observeTerminal(terminal: Terminal): RunObserver {
	let drawn = 0;
	let pending = false;
	const live = terminal.isTTY === true;
	const print = (text: string) => {
		terminal.write(`${pending ? CLEAR_LINE : ""}${text}\n`);
		pending = false;
	};
	const warn = (outcomes: readonly RunOutcome[]) => {
		const warning = leakWarning(outcomes);
		if (warning !== "") print(warning);
	};
	const shown = (run: RunInfo) => run.recorded;
	return {
		multirunNoticed(_, { text }) {
			print(shownLines(text));
		},
		event(run, event) {
			if (!shown(run)) return;
			if (event.type === "notice") return print(shownLines(event.text));
			if (event.type !== "progress" || !live) return;
			const time = now();
			if (time - drawn < INTERVAL_MILLISECONDS) return;
			drawn = time;
			pending = true;
			terminal.write(
				CLEAR_LINE +
					terminalText(event, { width: (terminal.columns ?? 80) - 1 }),
			);
		},
		runEnded(run, outcome) {
			if (!shown(run)) return;
			print(summaryLine(run, outcome));
			if (run.multirun && hasFailed(outcome))
				print(shownLines(failureText(run, outcome)));
			if (!run.multirun) warn([outcome]);
		},
		multirunEnded(multirun, members) {
			if (members.length === 0) return;
			print(runsTable(groupsOf(multirun, members), multirun));
			warn(members.map(({ outcome }) => outcome));
		},
	};
}

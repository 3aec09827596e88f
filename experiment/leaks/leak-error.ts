import { UsageError } from "../../base/errors.ts";
import type { LeakReport } from "./report.ts";

/** The run read what a replay cannot repeat, and was told not to. */
export class LeakError extends UsageError {
	override readonly name = "LeakError";

	/** The message names places by their lines: counts and cell numbers may differ in a replay. */
	constructor({ leaks }: LeakReport) {
		super(
			`the run read what a replay cannot repeat:\n${[
				...new Set(
					leaks.map(
						({ what, line, code }) =>
							`  ${what} in line ${line}${code === undefined ? "" : `: ${code}`}`,
					),
				),
			].join("\n")}\n` +
				"pass it in as a parameter, draw from dd.rng(…), sort what a folder lists, or stop the clock with --freeze-time; --on-leak warn lets the run pass",
		);
	}
}

import { now } from "../base/clock.ts";
import type { DataProgress } from "../experiment/data/index.ts";
import { progressLine } from "../widgets/text/progress.ts";

/** Shorter work shows only its outcome. */
const QUIET_MILLISECONDS = 1_000;

/** Work on data as one line, redrawn in place; nothing where the output is no terminal. */
export function progressOn(
	terminal: NodeJS.WriteStream,
	quietMilliseconds = QUIET_MILLISECONDS,
) {
	const begin = now();
	let drawn = false;
	return {
		show(progress: DataProgress) {
			if (!terminal.isTTY || now() - begin < quietMilliseconds) return;
			drawn = true;
			terminal.write(
				`\r\u001b[K${progressLine({ type: "progress", ...progress }, terminal.columns - 1)}`,
			);
		},
		clear() {
			if (drawn) terminal.write("\r\u001b[K");
		},
	};
}

import { now } from "../base/clock.ts";
import { createTextPlace, type Display } from "../widgets/live/place.ts";
import { progressLine } from "../widgets/text/progress.ts";
import type { Work } from "./definition.ts";

/** Shorter work shows only its outcome. */
const QUIET_MILLISECONDS = 1_000;

/** A long piece of work as one line in the notebook, which its outcome replaces. */
export function createWork(
	display: Display,
	print: (line: string) => void,
	quietMilliseconds = QUIET_MILLISECONDS,
): Work {
	const begin = now();
	const line = createTextPlace(display);
	let shown = false;
	return {
		show(progress) {
			if (now() - begin < quietMilliseconds) return;
			shown = true;
			line.push(progressLine({ type: "progress", ...progress }));
		},
		async done(outcome) {
			if (!shown) return print(outcome);
			line.push(outcome);
			await line.flush();
		},
	};
}

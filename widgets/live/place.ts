import { messageOf } from "../../base/errors.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

/** Ten charts a second would freeze JupyterLab. */
const PICTURE_INTERVAL_MILLISECONDS = 2_000;
const TEXT_INTERVAL_MILLISECONDS = 100;

/** The part of the engine's `display` that is needed here. */
export type Display = (
	value: unknown,
	options?: { raw?: boolean },
) => { update(value: unknown): Promise<void> };

/**
 * An output that is updated in place. Drawing uses its own random stream: when it
 * happens depends on the clock. What cannot be drawn or shown is told on standard
 * error, and the run goes on.
 * @param raw what `draw` makes is a MIME bundle without metadata
 */
function createPlace<T>(
	display: Display,
	milliseconds: number,
	draw: (value: T) => unknown,
	raw: boolean,
): Throttle<T> {
	const streams = new StreamSet("display");
	let shown: ReturnType<Display> | undefined;
	return createThrottle<T>(milliseconds, async (value) => {
		try {
			const drawn = await withStreams(streams, async () => draw(value));
			if (shown) await shown.update(drawn);
			else shown = display(drawn, { raw });
		} catch (error) {
			process.stderr.write(
				`a picture could not be drawn: ${messageOf(error)}\n`,
			);
		}
	});
}

/** An output for lines of text. */
export const createTextPlace = (display: Display): Throttle<string> =>
	createPlace(display, TEXT_INTERVAL_MILLISECONDS, text, true);

/** An output for pictures. */
export const createPicturePlace = <T>(
	display: Display,
	draw: (value: T) => unknown,
): Throttle<T> =>
	createPlace(display, PICTURE_INTERVAL_MILLISECONDS, draw, false);

/** A text as a MIME bundle. */
export const text = (content: string) => ({ "text/plain": content });

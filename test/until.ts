/** Longer than anything that does come takes, however busy the machine is. */
const PATIENCE_MILLISECONDS = 120_000;

/**
 * Waits for what another process, or the garbage collector, does in its own time.
 * @param what is waited for, as the error has it where it does not come
 * @param step done between two looks
 */
export async function until(
	holds: () => boolean,
	what: string,
	step: () => unknown = () => new Promise((done) => setTimeout(done, 20)),
): Promise<void> {
	const end = performance.now() + PATIENCE_MILLISECONDS;
	while (!holds()) {
		if (performance.now() > end) throw new Error(`in vain: ${what}`);
		await step();
	}
}

import assert from "node:assert/strict";

/** Less cannot be told from nothing: some systems count a process's time in steps. */
const SHORTEST_MICROSECONDS = 4_000;

/** Times that the work on the long text is given to show how quick it is. */
const MOST_TRIES = 10;

/**
 * Checks that work takes time in proportion to the length of a text, and not to
 * its square. The least of several times counts: another process or the garbage
 * collector may lengthen any of them, and nothing shortens one.
 */
export function assertProportional(
	work: (length: number) => unknown,
	what: string,
): void {
	const time = (length: number) => {
		const begin = process.cpuUsage();
		work(length);
		const { user, system } = process.cpuUsage(begin);
		return user + system;
	};
	const short = Math.min(...[1, 2, 3, 4, 5].map(() => time(6_250)));
	// In proportion it is 16 times as much, in proportion to the square 256 times.
	const most = 64 * Math.max(short, SHORTEST_MICROSECONDS);
	let long = Number.POSITIVE_INFINITY;
	for (let tries = 0; long >= most && tries < MOST_TRIES; tries += 1)
		long = Math.min(long, time(100_000));
	assert.ok(long < most, `${what}: ${short} and ${long} microseconds`);
}

import assert from "node:assert/strict";

/** Less cannot be told from nothing: some systems count a process's time in steps. */
const SHORTEST_MICROSECONDS = 4_000;

/** Checks that work takes time in proportion to the length of a text, and not to its square. */
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
	const least = (length: number) => Math.min(...[1, 2].map(() => time(length)));
	const [short, long] = [least(6_250), least(100_000)];
	// In proportion it is 16 times as much, in proportion to the square 256 times.
	assert.ok(
		long < 64 * Math.max(short, SHORTEST_MICROSECONDS),
		`${what}: ${short} and ${long} microseconds`,
	);
}

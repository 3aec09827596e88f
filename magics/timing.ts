import { now } from "../base/clock.ts";

/** Milliseconds, or seconds from one second on, to three digits. */
const duration = (milliseconds: number): string =>
	milliseconds < 1000
		? `${Number(milliseconds.toPrecision(3))} ms`
		: `${Number((milliseconds / 1000).toPrecision(3))} s`;

/**
 * Runs code and prints how long it took: wall time, and CPU time of the whole
 * process, which is more than one thread. What the clock says goes nowhere else.
 * @example
 * await dd.time(async () => 6 * 7); // → 42
 * @param code may return a promise; its value is passed on
 */
export async function time<T>(code: () => T): Promise<Awaited<T>> {
	const cpu = process.cpuUsage();
	const start = now();
	const value = await code();
	const wall = now() - start;
	const { user, system } = process.cpuUsage(cpu);
	console.log(
		`wall time ${duration(wall)} · CPU time ${duration((user + system) / 1000)} (user ${duration(user / 1000)}, system ${duration(system / 1000)})`,
	);
	return value;
}

/**
 * Nanoseconds that one call takes, the best of some rounds: what else the
 * machine does only adds.
 * @param calls how many calls `work` makes
 */
export function bestOf(rounds, calls, work) {
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round++) {
		const begin = process.hrtime.bigint();
		work();
		best = Math.min(best, Number(process.hrtime.bigint() - begin) / calls);
	}
	return best;
}

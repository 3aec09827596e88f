const MOST_STEPS = 200;

/**
 * Where a continuous function has its zero between `low` and `high`, at which it has opposite signs:
 * regula falsi with the Illinois rule, a bisection wherever that gains too little.
 * @param tolerance of the answer, relative to its size above 1
 */
export function zeroOf(
	f: (x: number) => number,
	low: number,
	high: number,
	tolerance = 1e-13,
): number {
	let [a, b] = [low, high];
	let [fa, fb] = [f(a), f(b)];
	if (fa === 0) return a;
	if (fb === 0) return b;
	for (let step = 0; step < MOST_STEPS; step++) {
		const width = Math.abs(b - a);
		if (width <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))) break;
		// Every third step halves, so that a flat side cannot hold it up.
		const x = step % 3 === 2 ? (a + b) / 2 : (a * fb - b * fa) / (fb - fa);
		const fx = f(x);
		if (fx === 0) return x;
		if (fx > 0 === fb > 0) fa /= 2;
		else [a, fa] = [b, fb];
		[b, fb] = [x, fx];
	}
	return (a + b) / 2;
}

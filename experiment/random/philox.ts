/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw,
 * "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011). A block is a pure
 * function of (counter, key), so a stream needs no state but how far it was read.
 */
export const MULTIPLIER_0 = 0xd2511f53;
export const MULTIPLIER_1 = 0xcd9e8d57;
export const WEYL_0 = 0x9e3779b9;
export const WEYL_1 = 0xbb67ae85;
export const ROUNDS = 10;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
	const aLow = a & 0xffff;
	const aHigh = a >>> 16;
	const bLow = b & 0xffff;
	const bHigh = b >>> 16;
	const low = aLow * bLow;
	const middle = aHigh * bLow + (low >>> 16);
	const carry = aLow * bHigh + (middle % 0x10000);
	return (
		(aHigh * bHigh +
			Math.floor(middle / 0x10000) +
			Math.floor(carry / 0x10000)) >>>
		0
	);
}

/**
 * One block: writes four unsigned 32-bit words into `out`.
 * `counter` has four words and `key` two, least significant first.
 */
export function philox4x32(
	counter: ArrayLike<number>,
	key: ArrayLike<number>,
	out: Uint32Array,
): void {
	let c0 = counter[0] as number;
	let c1 = counter[1] as number;
	let c2 = counter[2] as number;
	let c3 = counter[3] as number;
	let k0 = key[0] as number;
	let k1 = key[1] as number;
	for (let round = 0; round < ROUNDS; round++) {
		const high0 = multiplyHigh(MULTIPLIER_0, c0);
		const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
		const high1 = multiplyHigh(MULTIPLIER_1, c2);
		const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
		c0 = (high1 ^ c1 ^ k0) >>> 0;
		c1 = low1;
		c2 = (high0 ^ c3 ^ k1) >>> 0;
		c3 = low0;
		k0 = (k0 + WEYL_0) >>> 0;
		k1 = (k1 + WEYL_1) >>> 0;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

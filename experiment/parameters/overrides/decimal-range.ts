/*
 * Ranges of decimal numbers without drift: 0, 0.1, 0.2, 0.3 and not 0.30000000000000004.
 * Numbers are counted as whole multiples of the smallest decimal place among them.
 */

/** digits · 10^exponent */
interface Decimal {
	readonly digits: bigint;
	readonly exponent: number;
}

/** A finite number as the shortest decimal that is read as it. */
function decimalOf(value: number): Decimal {
	const [mantissa = "0", exponent = "0"] = String(value).split("e");
	const [whole = "0", part = ""] = mantissa.split(".");
	return {
		digits: BigInt(whole + part),
		exponent: Number(exponent) - part.length,
	};
}

const scaled = ({ digits, exponent }: Decimal, to: number) =>
	digits * 10n ** BigInt(exponent - to);

export interface Range {
	readonly start: number;
	/** The first number that is not in it any more. */
	readonly stop: number;
	readonly step: number;
}

/**
 * start, start + step, … up to `stop`, which is left out; each is the double nearest to the exact decimal.
 * @param range finite numbers, a step other than 0
 * @param most the answer is cut off behind so many
 */
export function decimalRange(
	{ start, stop, step }: Range,
	most: number,
): number[] {
	const parts = [start, stop, step].map(decimalOf);
	const exponent = Math.min(...parts.map((part) => part.exponent));
	const [first = 0n, end = 0n, by = 0n] = parts.map((part) =>
		scaled(part, exponent),
	);
	const values: number[] = [];
	for (
		let at = first;
		(by > 0n ? at < end : at > end) && values.length < most;
		at += by
	)
		values.push(Number(`${at}e${exponent}`));
	return values;
}

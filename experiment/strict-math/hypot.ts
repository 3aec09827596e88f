const view = new DataView(new ArrayBuffer(8));

/** The power of two at or below a positive number, at least the smallest normal one. */
function powerOfTwoBelow(value: number): number {
	view.setFloat64(0, value);
	const exponent = view.getUint16(0) & 0x7ff0;
	view.setFloat64(0, 0);
	view.setUint16(0, Math.max(exponent, 0x10));
	return view.getFloat64(0);
}

/** x² less its rounded value (Dekker, 1971). */
function squareError(x: number, rounded: number): number {
	const split = 134217729 * x;
	const upper = split - (split - x);
	const lower = x - upper;
	return lower * lower - (rounded - upper * upper - 2 * upper * lower);
}

/**
 * sqrt(Σ x²), the sum in pairs of numbers; scaled, so that no square overflows
 * or vanishes. Of plain additions and square roots, so the same in every engine.
 */
export function hypot(...given: number[]): number {
	// Every value is converted, as the language wants it, before any is looked at.
	const values = given.map((value) => Math.abs(+value));
	if (values.includes(Number.POSITIVE_INFINITY))
		return Number.POSITIVE_INFINITY;
	let largest = 0;
	for (const value of values) {
		if (Number.isNaN(value)) return value;
		if (value > largest) largest = value;
	}
	if (largest === 0) return 0;
	const unit = powerOfTwoBelow(largest);
	let sum = 0;
	let low = 0;
	for (const value of values) {
		const scaled = value / unit;
		const square = scaled * scaled;
		const total = sum + square;
		const added = total - sum;
		low +=
			sum - (total - added) + (square - added) + squareError(scaled, square);
		sum = total;
	}
	const root = Math.sqrt(sum);
	const square = root * root;
	const rest = sum - square - squareError(root, square) + low;
	return (root + rest / (2 * root)) * unit;
}

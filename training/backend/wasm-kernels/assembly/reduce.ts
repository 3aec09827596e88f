// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Reductions of the middle one of three axes, `[outer, length, inner]`, without
 * gaps. `first` and `end` bound the outer places to compute. Sums and products
 * of floats are kept in 64 bits, in an order that only the sizes decide, and
 * are rounded once, at the end.
 */

const VALUE: usize = 4;

function low(four: v128): v128 {
	return f64x2.promote_low_f32x4(four);
}

function high(four: v128): v128 {
	return f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3));
}

/** The sum of a line of floats. */
function sumOfLine(x: usize, length: i32): f64 {
	const end = x + ((<usize>length) << 2);
	let a = f64x2.splat(0);
	let b = a;
	let c = a;
	let d = a;
	for (; x + 32 <= end; x += 32) {
		const one = v128.load(x);
		const two = v128.load(x + 16);
		a = f64x2.add(a, low(one));
		b = f64x2.add(b, high(one));
		c = f64x2.add(c, low(two));
		d = f64x2.add(d, high(two));
	}
	const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
	let total = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
	for (; x < end; x += VALUE) total += <f64>load<f32>(x);
	return total;
}

/**
 * Sums, each divided by `divisor`.
 *
 * @param x floats
 * @param y floats, `[outer, inner]`
 */
export function sumFloats(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	divisor: f64,
): void {
	const row = (<usize>inner) << 2;
	const block = row * <usize>length;
	x += <usize>first * block;
	y += <usize>first * row;
	for (let outer = first; outer < end; outer++, x += block, y += row) {
		if (inner == 1) {
			store<f32>(y, <f32>(sumOfLine(x, length) / divisor));
			continue;
		}
		let at: usize = 0;
		for (; at + 32 <= row; at += 32) {
			let a = f64x2.splat(0);
			let b = a;
			let c = a;
			let d = a;
			let from = x + at;
			for (let k = 0; k < length; k++, from += row) {
				const one = v128.load(from);
				const two = v128.load(from + 16);
				a = f64x2.add(a, low(one));
				b = f64x2.add(b, high(one));
				c = f64x2.add(c, low(two));
				d = f64x2.add(d, high(two));
			}
			const by = f64x2.splat(divisor);
			storeFour(y + at, f64x2.div(a, by), f64x2.div(b, by));
			storeFour(y + at + 16, f64x2.div(c, by), f64x2.div(d, by));
		}
		for (; at < row; at += VALUE) {
			let total: f64 = 0;
			let from = x + at;
			for (let k = 0; k < length; k++, from += row)
				total += <f64>load<f32>(from);
			store<f32>(y + at, <f32>(total / divisor));
		}
	}
}

function storeFour(y: usize, two: v128, others: v128): void {
	store<f32>(y, <f32>f64x2.extract_lane(two, 0));
	store<f32>(y + 4, <f32>f64x2.extract_lane(two, 1));
	store<f32>(y + 8, <f32>f64x2.extract_lane(others, 0));
	store<f32>(y + 12, <f32>f64x2.extract_lane(others, 1));
}

/** Sums of whole numbers, modulo 2³² as TensorFlow has them. */
export function sumIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
): void {
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let total: i32 = 0;
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			for (let k = 0; k < length; k++, from += (<usize>inner) << 2)
				total += load<i32>(from);
			store<i32>(y + ((<usize>(outer * inner + at)) << 2), total);
		}
}

/** Means of whole numbers, as floats. */
export function meanIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
): void {
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let total: f64 = 0;
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			for (let k = 0; k < length; k++, from += (<usize>inner) << 2)
				total += <f64>load<i32>(from);
			store<f32>(
				y + ((<usize>(outer * inner + at)) << 2),
				<f32>(total / <f64>length),
			);
		}
}

/** Products of floats. */
export function productFloats(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
): void {
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let product: f64 = 1;
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			for (let k = 0; k < length; k++, from += (<usize>inner) << 2)
				product *= <f64>load<f32>(from);
			store<f32>(y + ((<usize>(outer * inner + at)) << 2), <f32>product);
		}
}

/** Products of whole numbers, modulo 2³². */
export function productIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
): void {
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let product: i32 = 1;
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			for (let k = 0; k < length; k++, from += (<usize>inner) << 2)
				product *= load<i32>(from);
			store<i32>(y + ((<usize>(outer * inner + at)) << 2), product);
		}
}

/**
 * The largest floats, or with a `sign` of -1 the smallest. A NaN is what comes of
 * one; of nothing comes the smallest float there is, -Infinity, or the largest.
 */
export function extremeFloats(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	sign: i32,
): void {
	const isMax = sign > 0;
	const start: f32 = isMax ? -Infinity : Infinity;
	const row = (<usize>inner) << 2;
	const block = row * <usize>length;
	x += <usize>first * block;
	y += <usize>first * row;
	for (let outer = first; outer < end; outer++, x += block, y += row) {
		if (inner == 1) {
			store<f32>(y, extremeOfLine(x, length, start, isMax));
			continue;
		}
		let at: usize = 0;
		for (; at + 16 <= row; at += 16) {
			let best = f32x4.splat(start);
			let nan = i32x4.splat(0);
			let from = x + at;
			for (let k = 0; k < length; k++, from += row) {
				const values = v128.load(from);
				best = larger(best, values, isMax);
				nan = v128.or(nan, f32x4.ne(values, values));
			}
			// All bits of a lane that met one: NaN.
			best = v128.bitselect(f32x4.splat(NaN), best, nan);
			v128.store(y + at, best);
		}
		for (; at < row; at += VALUE) {
			let best = start;
			let from = x + at;
			for (let k = 0; k < length; k++, from += row) {
				const value = load<f32>(from);
				best = isMax ? max<f32>(best, value) : min<f32>(best, value);
			}
			store<f32>(y + at, best);
		}
	}
}

/** The larger of each two, or the smaller. Of NaN it takes no notice: one instruction, where the maximum that does has six. */
function larger(a: v128, b: v128, isMax: bool): v128 {
	return isMax ? f32x4.pmax(a, b) : f32x4.pmin(a, b);
}

/** The largest float of a line, or the smallest; NaN where there is one. */
function extremeOfLine(x: usize, length: i32, start: f32, isMax: bool): f32 {
	const end = x + ((<usize>length) << 2);
	let a = f32x4.splat(start);
	let b = a;
	let nan = i32x4.splat(0);
	for (; x + 32 <= end; x += 32) {
		const one = v128.load(x);
		const two = v128.load(x + 16);
		a = larger(a, one, isMax);
		b = larger(b, two, isMax);
		nan = v128.or(nan, v128.or(f32x4.ne(one, one), f32x4.ne(two, two)));
	}
	if (v128.any_true(nan)) return NaN;
	const all = larger(a, b, isMax);
	const lane0 = f32x4.extract_lane(all, 0);
	const lane1 = f32x4.extract_lane(all, 1);
	const lane2 = f32x4.extract_lane(all, 2);
	const lane3 = f32x4.extract_lane(all, 3);
	let best = start;
	if (isMax) best = max<f32>(max<f32>(lane0, lane1), max<f32>(lane2, lane3));
	else best = min<f32>(min<f32>(lane0, lane1), min<f32>(lane2, lane3));
	for (; x < end; x += VALUE) {
		const value = load<f32>(x);
		best = isMax ? max<f32>(best, value) : min<f32>(best, value);
	}
	return best;
}

/** Where a line has a float that it holds first: NaN, or one that equals `value`. */
function placeInLine(x: usize, value: f32): i32 {
	let at: usize = x;
	if (value != value) while (load<f32>(at) == load<f32>(at)) at += VALUE;
	else while (load<f32>(at) != value) at += VALUE;
	return <i32>((at - x) >> 2);
}

/** The largest whole numbers, or with a `sign` of -1 the smallest. */
export function extremeIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	sign: i32,
): void {
	const isMax = sign > 0;
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let best: i32 = isMax ? i32.MIN_VALUE : i32.MAX_VALUE;
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			for (let k = 0; k < length; k++, from += (<usize>inner) << 2) {
				const value = load<i32>(from);
				best = isMax ? max(best, value) : min(best, value);
			}
			store<i32>(y + ((<usize>(outer * inner + at)) << 2), best);
		}
}

/** The largest truth values, which is whether any is true; with a `sign` of -1, whether all are. */
export function extremeBooleans(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	sign: i32,
): void {
	const isAny = sign > 0;
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let result = !isAny;
			let from = x + <usize>(outer * length * inner + at);
			for (let k = 0; k < length; k++, from += inner)
				if ((load<u8>(from) != 0) == isAny) {
					result = isAny;
					break;
				}
			store<u8>(y + <usize>(outer * inner + at), <u8>result);
		}
}

/** Does `value` come before `best`? Every number comes before none that is NaN. */
function beats(value: f32, best: f32, isMax: bool): bool {
	return (
		(isMax ? value > best : value < best) || (value != value && best == best)
	);
}

/** Where the first of the largest floats is; a NaN exceeds every number. */
export function whereExtremeFloats(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	sign: i32,
): void {
	const isMax = sign > 0;
	const row = (<usize>inner) << 2;
	const block = row * <usize>length;
	x += <usize>first * block;
	y += <usize>first * row;
	for (let outer = first; outer < end; outer++, x += block, y += row) {
		if (inner == 1) {
			const best = extremeOfLine(
				x,
				length,
				isMax ? -Infinity : Infinity,
				isMax,
			);
			store<i32>(y, placeInLine(x, best));
			continue;
		}
		let at: usize = 0;
		for (; at + 16 <= row; at += 16) {
			let from = x + at;
			let best = v128.load(from);
			let places = i32x4.splat(0);
			for (let k = 1; k < length; k++) {
				from += row;
				const values = v128.load(from);
				const wins = v128.or(
					isMax ? f32x4.gt(values, best) : f32x4.lt(values, best),
					v128.and(f32x4.ne(values, values), f32x4.eq(best, best)),
				);
				best = v128.bitselect(values, best, wins);
				places = v128.bitselect(i32x4.splat(k), places, wins);
			}
			v128.store(y + at, places);
		}
		for (; at < row; at += VALUE) {
			let from = x + at;
			let best = load<f32>(from);
			let place = 0;
			for (let k = 1; k < length; k++) {
				from += row;
				const value = load<f32>(from);
				if (beats(value, best, isMax)) {
					best = value;
					place = k;
				}
			}
			store<i32>(y + at, place);
		}
	}
}

/** Where the first of the largest whole numbers is. */
export function whereExtremeIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	sign: i32,
): void {
	const isMax = sign > 0;
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < inner; at++) {
			let from = x + ((<usize>(outer * length * inner + at)) << 2);
			let best = load<i32>(from);
			let place = 0;
			for (let k = 1; k < length; k++) {
				from += (<usize>inner) << 2;
				const value = load<i32>(from);
				if (isMax ? value > best : value < best) {
					best = value;
					place = k;
				}
			}
			store<i32>(y + ((<usize>(outer * inner + at)) << 2), place);
		}
}

/** Four columns of a running sum or product. */
function runFour(
	x: usize,
	y: usize,
	length: i32,
	step: i32,
	isProduct: bool,
	isExclusive: bool,
): void {
	let a = f64x2.splat(isProduct ? 1 : 0);
	let b = a;
	for (let k = 0; k < length; k++, x += step, y += step) {
		if (isExclusive) storeFour(y, a, b);
		const values = v128.load(x);
		a = isProduct ? f64x2.mul(a, low(values)) : f64x2.add(a, low(values));
		b = isProduct ? f64x2.mul(b, high(values)) : f64x2.add(b, high(values));
		if (!isExclusive) storeFour(y, a, b);
	}
}

/** Running sums, or products, of floats along the middle axis, from its end on where `isReverse`. */
export function runFloats(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	isProduct: bool,
	isExclusive: bool,
	isReverse: bool,
): void {
	const row = inner << 2;
	const step = isReverse ? -row : row;
	const begin = isReverse ? row * (length - 1) : 0;
	for (let outer = first; outer < end; outer++) {
		const offset = <usize>(outer * length * row + begin);
		let at = 0;
		for (; at + 16 <= row; at += 16)
			runFour(
				x + offset + at,
				y + offset + at,
				length,
				step,
				isProduct,
				isExclusive,
			);
		for (; at < row; at += 4) {
			let so: f64 = isProduct ? 1 : 0;
			let place = offset + at;
			for (let k = 0; k < length; k++, place += step) {
				const value = <f64>load<f32>(x + place);
				const next = isProduct ? so * value : so + value;
				store<f32>(y + place, <f32>(isExclusive ? so : next));
				so = next;
			}
		}
	}
}

/** The same of whole numbers, modulo 2³². */
export function runIntegers(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	length: i32,
	inner: i32,
	isProduct: bool,
	isExclusive: bool,
	isReverse: bool,
): void {
	const row = inner << 2;
	const step = isReverse ? -row : row;
	const begin = isReverse ? row * (length - 1) : 0;
	for (let outer = first; outer < end; outer++)
		for (let at = 0; at < row; at += 4) {
			let so: i32 = isProduct ? 1 : 0;
			let place = <usize>(outer * length * row + begin + at);
			for (let k = 0; k < length; k++, place += step) {
				const value = load<i32>(x + place);
				const next = isProduct ? so * value : so + value;
				store<i32>(y + place, isExclusive ? so : next);
				so = next;
			}
		}
}

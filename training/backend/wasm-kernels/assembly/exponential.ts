// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Exponential functions of 32-bit floats, computed in 64 bits and rounded once, so that
 * every result is within one unit in the last place on every machine. Each takes a range
 * of numbers, `[first, end)`, two in each vector; the last of an odd range is computed
 * twice, by the same steps.
 */

import { logarithms } from "./elementwise";

const VALUE: usize = sizeof<f32>();

/** e^x for two x in [-708, 709]; of NaN it is NaN. Its series at what is left of x after whole multiples of log 2. */
function exponentials(x: v128): v128 {
	const twos = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
	// log 2 in two parts, of which the first has 32 digits.
	let r = f64x2.sub(x, f64x2.mul(twos, f64x2.splat(0.6931471803691238)));
	r = f64x2.sub(r, f64x2.mul(twos, f64x2.splat(1.9082149292705877e-10)));
	const one = f64x2.splat(1);
	let series = f64x2.splat(1.0 / 39916800);
	series = f64x2.add(f64x2.splat(1.0 / 3628800), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 362880), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 40320), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 5040), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 720), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 120), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 24), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(1.0 / 6), f64x2.mul(r, series));
	series = f64x2.add(f64x2.splat(0.5), f64x2.mul(r, series));
	series = f64x2.add(one, f64x2.mul(r, series));
	series = f64x2.add(one, f64x2.mul(r, series));
	const exponents = i64x2.extend_low_i32x4_s(
		i32x4.add(i32x4.trunc_sat_f64x2_s_zero(twos), i32x4.splat(1023)),
	);
	return f64x2.mul(series, i64x2.shl(exponents, 52));
}

/** Beyond these, e^x is 0 or infinite among 32-bit floats; NaN stays. */
function bounded(x: v128): v128 {
	// The second operand is what remains where the comparison with NaN fails.
	return f64x2.pmax(f64x2.pmin(x, f64x2.splat(110)), f64x2.splat(-110));
}

class Exp {}
class Expm1 {}
class Sigmoid {}
class Tanh {}
class Elu {}
class Softplus {}

function is<Op, Other>(): bool {
	return idof<Op>() == idof<Other>();
}

/** `near` where |x| is so small that 1 is nearly all of what `values` were taken from, and `values` elsewhere. */
function orNear(values: v128, near: v128, x: v128): v128 {
	return v128.bitselect(
		near,
		values,
		f64x2.lt(f64x2.abs(x), f64x2.splat(1e-5)),
	);
}

/** Of two numbers in 64 bits. */
function pairOf<Op>(x: v128): v128 {
	const one = f64x2.splat(1);
	const zero = f64x2.splat(0);
	if (is<Op, Sigmoid>())
		return f64x2.div(one, f64x2.add(one, exponentials(bounded(f64x2.neg(x)))));
	if (is<Op, Tanh>()) {
		// Beyond 20 it is 1, or -1.
		const twice = f64x2.add(x, x);
		const all = f64x2.sub(
			one,
			f64x2.div(f64x2.splat(2), f64x2.add(exponentials(bounded(twice)), one)),
		);
		// x · (1 - x² / 3), which has the sign of a 0.
		const third = f64x2.mul(f64x2.mul(x, x), f64x2.splat(1.0 / 3));
		return orNear(all, f64x2.mul(x, f64x2.sub(one, third)), x);
	}
	if (is<Op, Softplus>()) {
		// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), which is s - s² / 2 for a small s = e^-|x|.
		const s = exponentials(bounded(f64x2.neg(f64x2.abs(x))));
		const half = f64x2.mul(s, f64x2.splat(0.5));
		const rest = orNear(
			logarithms(f64x2.add(one, s)),
			f64x2.sub(s, f64x2.mul(s, half)),
			s,
		);
		const isNumber = f64x2.eq(x, x);
		return v128.bitselect(f64x2.add(f64x2.pmax(x, zero), rest), x, isNumber);
	}
	const all = exponentials(bounded(x));
	if (is<Op, Exp>()) return all;
	// x · (1 + x / 2), likewise.
	const half = f64x2.mul(x, f64x2.splat(0.5));
	const near = f64x2.mul(x, f64x2.add(one, half));
	const less = orNear(f64x2.sub(all, one), near, x);
	if (is<Op, Expm1>()) return less;
	return v128.bitselect(less, x, f64x2.lt(x, zero));
}

/** Of four 32-bit floats. */
function fourOf<Op>(x: v128): v128 {
	const lower = pairOf<Op>(f64x2.promote_low_f32x4(x));
	const upper = pairOf<Op>(
		f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3)),
	);
	return i32x4.shuffle(
		f32x4.demote_f64x2_zero(lower),
		f32x4.demote_f64x2_zero(upper),
		0,
		1,
		4,
		5,
	);
}

function each<Op>(x: usize, y: usize, first: i32, end: i32): void {
	let n = first;
	for (; n + 4 <= end; n += 4)
		v128.store(
			y + <usize>n * VALUE,
			fourOf<Op>(v128.load(x + <usize>n * VALUE)),
		);
	for (; n < end; n++) {
		const one = f64x2.splat(<f64>load<f32>(x + <usize>n * VALUE));
		const value = f64x2.extract_lane(pairOf<Op>(one), 0);
		store<f32>(y + <usize>n * VALUE, <f32>value);
	}
}

/** e^x of each number. */
export function exp(x: usize, y: usize, first: i32, end: i32): void {
	each<Exp>(x, y, first, end);
}

/** e^x - 1 of each number. */
export function expm1(x: usize, y: usize, first: i32, end: i32): void {
	each<Expm1>(x, y, first, end);
}

/** 1 / (1 + e^-x) of each number. */
export function sigmoid(x: usize, y: usize, first: i32, end: i32): void {
	each<Sigmoid>(x, y, first, end);
}

/** The hyperbolic tangent of each number. */
export function tanh(x: usize, y: usize, first: i32, end: i32): void {
	each<Tanh>(x, y, first, end);
}

/** Each number, or e^x - 1 where it is below 0. */
export function elu(x: usize, y: usize, first: i32, end: i32): void {
	each<Elu>(x, y, first, end);
}

/** log(1 + e^x) of each number. */
export function softplus(x: usize, y: usize, first: i32, end: i32): void {
	each<Softplus>(x, y, first, end);
}

/** log x of a number that is 0, infinite, below 0 or NaN. */
function logarithmOfOther(x: f32): f32 {
	return x == 0 ? -f32.POSITIVE_INFINITY : x > 0 ? x : f32.NaN;
}

/** log x of each number. */
export function log(x: usize, y: usize, first: i32, end: i32): void {
	const infinite = f32x4.splat(f32.POSITIVE_INFINITY);
	let at = <usize>first * VALUE;
	const last = <usize>end * VALUE;
	for (; at + 16 <= last; at += 16) {
		const four = v128.load(x + at);
		const isPlain = v128.and(
			f32x4.gt(four, f32x4.splat(0)),
			f32x4.lt(four, infinite),
		);
		const lower = logarithms(f64x2.promote_low_f32x4(four));
		const upper = logarithms(
			f64x2.promote_low_f32x4(i32x4.shuffle(four, four, 2, 3, 2, 3)),
		);
		const all = i32x4.shuffle(
			f32x4.demote_f64x2_zero(lower),
			f32x4.demote_f64x2_zero(upper),
			0,
			1,
			4,
			5,
		);
		v128.store(y + at, all);
		if (i32x4.all_true(isPlain)) continue;
		for (let k: usize = 0; k < 16; k += VALUE) {
			const value = load<f32>(x + at + k);
			if (!(value > 0 && value < f32.POSITIVE_INFINITY))
				store<f32>(y + at + k, logarithmOfOther(value));
		}
	}
	for (; at < last; at += VALUE) {
		const value = load<f32>(x + at);
		const isPlain = value > 0 && value < f32.POSITIVE_INFINITY;
		store<f32>(
			y + at,
			isPlain
				? <f32>f64x2.extract_lane(logarithms(f64x2.splat(<f64>value)), 0)
				: logarithmOfOther(value),
		);
	}
}

/** Of rows of `size` numbers: e^x divided by their sum. Rows `[first, end)`. */
export function softmax(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	size: i32,
): void {
	const bytes = <usize>size * VALUE;
	for (let row = first; row < end; row++) {
		const from = x + <usize>row * bytes;
		const to = y + <usize>row * bytes;
		let most = load<f32>(from);
		for (let at = VALUE; at < bytes; at += VALUE)
			most = max<f32>(most, load<f32>(from + at));
		const highest = f64x2.splat(<f64>most);
		let sum: f64 = 0;
		let at: usize = 0;
		for (; at + 8 <= bytes; at += 8) {
			const two = f64x2.promote_low_f32x4(v128.load64_zero(from + at));
			const values = exponentials(bounded(f64x2.sub(two, highest)));
			sum += f64x2.extract_lane(values, 0);
			sum += f64x2.extract_lane(values, 1);
			v128.store64_lane(to + at, f32x4.demote_f64x2_zero(values), 0);
		}
		if (at < bytes) {
			const one = f64x2.splat(<f64>load<f32>(from + at));
			const value = f64x2.extract_lane(
				exponentials(bounded(f64x2.sub(one, highest))),
				0,
			);
			sum += value;
			store<f32>(to + at, <f32>value);
		}
		for (at = 0; at < bytes; at += VALUE)
			store<f32>(to + at, <f32>(<f64>load<f32>(to + at) / sum));
	}
}

// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Operations number by number. 32-bit floats that need more digits on the way are
 * computed in 64 bits and rounded once: every result is within one unit in the last
 * place, near zeros of the function too.
 *
 * Functions of one tensor take a range of its numbers, `[first, end)`. Functions
 * of two take the six axes of the result (the outer ones are 1 where there are
 * fewer), each with how far apart neighbours are in either operand, in numbers: 0
 * where it is broadcast. Their range is one of rows, which the last axis is.
 */

const VALUE: usize = sizeof<f32>();

/** 2^k, for |k| ≤ 1022. */
function powerOfTwo(k: i32): f64 {
	return reinterpret<f64>((<i64>(k + 1023)) << 52);
}

/** e^x for x in [-709, 88], by its series at what is left of x after whole multiples of log 2. */
function exponential(x: f64): f64 {
	const twos = nearest(x * 1.4426950408889634);
	// log 2 in two parts, of which the first has 32 digits.
	const r = x - twos * 0.6931471803691238 - twos * 1.9082149292705877e-10;
	// biome-ignore format: one series
	const series = 1 + r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720
		+ r * (1.0 / 5040 + r * (1.0 / 40320 + r * (1.0 / 362880 + r * (1.0 / 3628800 + r * (1.0 / 39916800)))))))))));
	return series * powerOfTwo(<i32>twos);
}

/** log x of a positive number that is neither infinite nor subnormal in 64 bits, by the series of 2·artanh. */
function logarithm(x: f64): f64 {
	const bits = reinterpret<i64>(x);
	// Into [√½, √2): the bits of √½ come to 0 in the exponent.
	const twos = <i32>((bits - 0x3fe6a09e667f3bcd) >> 52);
	const m = reinterpret<f64>(bits - ((<i64>twos) << 52));
	const s = (m - 1) / (m + 1);
	const q = s * s;
	// biome-ignore format: one series
	const series = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q * (1.0 / 17))))))));
	return <f64>twos * 0.6931471805599453 + 2 * s * series;
}

/** π/2 in two parts. The first has 33 digits, so that its product with fewer than 2^20 quarter turns is exact. */
const QUARTER_TURN: f64 = 1.5707963267341256;
const QUARTER_TURN_REST: f64 = 6.077100506506192e-11;

/** 32 binary digits of 2/π behind the point, from the 32·(k - 1)th on. A function and no table: the kernels own no memory. */
function twoOverPi(k: i32): u64 {
	if (k == 1) return 0xa2f9836e;
	if (k == 2) return 0x4e441529;
	if (k == 3) return 0xfc2757d1;
	if (k == 4) return 0xf534ddc0;
	if (k == 5) return 0xdb629599;
	if (k == 6) return 0x3c439041;
	if (k == 7) return 0xfe5163ab;
	return 0;
}

/**
 * x · 2/π modulo 4, in units of 2^-62, for |x| ≥ 2^18 (Payne and Hanek 1983): of the
 * digits of 2/π only those count whose product with x lies below 4.
 */
function quartersOf(x: f32): u64 {
	const bits = reinterpret<u32>(x);
	const digits = <u64>((bits & 0x7fffff) | 0x800000);
	// x is digits · 2^exponent; 32 digits of 0 stand in front of 2/π, whose product with the first is to count twice.
	const place = <i32>((bits >> 23) & 0xff) - 150 + 30;
	const k = place >> 5;
	const shift = <u64>(place & 31);
	const first = (twoOverPi(k) << 32) | twoOverPi(k + 1);
	const second = (twoOverPi(k + 2) << 32) | twoOverPi(k + 3);
	const upper =
		shift == 0 ? first : (first << shift) | (second >> (64 - shift));
	const lower = (second << shift) >> 32;
	const product = digits * upper + ((digits * lower) >> 32);
	return bits >> 31 == 1 ? 0 - product : product;
}

/** sin(r) for |r| ≤ π/4, by its series: the first term left out is below 1e-11. */
function sineOf(r: f64): f64 {
	const s = r * r;
	// biome-ignore format: one series
	return r + r * s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 + s * (-1.0 / 39916800)))));
}

/** cos(r) for |r| ≤ π/4, by its series. */
function cosineOf(r: f64): f64 {
	const s = r * r;
	// biome-ignore format: one series
	return 1 + s * (-0.5 + s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 + s * (-1.0 / 3628800 + s * (1.0 / 479001600))))));
}

/** sin(x + quarters · π/2) */
function turned(x: f32, quarters: i32): f32 {
	const angle = <f64>x;
	let quarter: i32;
	let rest: f64;
	if (abs(angle) < 262144) {
		const turns = nearest(angle * 0.6366197723675814);
		rest = angle - turns * QUARTER_TURN - turns * QUARTER_TURN_REST;
		quarter = <i32>turns + quarters;
	} else if (abs(angle) < Infinity) {
		const turns = quartersOf(x);
		// To the nearest quarter; what is left has a sign.
		const whole = (turns + 0x2000000000000000) >> 62;
		rest =
			<f64>(<i64>(turns - (whole << 62))) *
			(1.5707963267948966 / 4611686018427387904.0);
		quarter = <i32>whole + quarters;
	} else return f32.NaN;
	const value = (quarter & 1) == 0 ? sineOf(rest) : cosineOf(rest);
	return (quarter & 2) == 0 ? <f32>value : <f32>-value;
}

/** The sine of each number, an angle in radians. */
export function sin(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<f32>(y + at, turned(load<f32>(x + at), 0));
}

/** The cosine of each number, an angle in radians. */
export function cos(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<f32>(y + at, turned(load<f32>(x + at), 1));
}

/** `logarithm` of two numbers, by the same steps. */
export function logarithms(x: v128): v128 {
	const bits = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd));
	// Shifts of 64 bits that keep the sign are slow: the exponents are in the upper halves.
	const twos = i32x4.shr_s(i32x4.shuffle(bits, bits, 1, 3, 1, 3), 20);
	const m = i64x2.sub(x, v128.and(bits, i64x2.splat(0xfff0000000000000)));
	const one = f64x2.splat(1);
	const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
	const q = f64x2.mul(s, s);
	let series = f64x2.splat(1.0 / 17);
	series = f64x2.add(f64x2.splat(1.0 / 15), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 13), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 11), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 9), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 7), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 5), f64x2.mul(q, series));
	series = f64x2.add(f64x2.splat(1.0 / 3), f64x2.mul(q, series));
	series = f64x2.add(one, f64x2.mul(q, series));
	const exponents = f64x2.convert_low_i32x4_s(twos);
	return f64x2.add(
		f64x2.mul(exponents, f64x2.splat(0.6931471805599453)),
		f64x2.mul(f64x2.mul(f64x2.splat(2), s), series),
	);
}

/** log(1 + x); near 0 by its series, whose third term is too small to count. */
function logarithmOfMore(x: f32): f32 {
	const value = <f64>x;
	if (abs(value) < 1e-8) return <f32>(value - (value * value) / 2);
	if (value > -1 && value < Infinity) return <f32>logarithm(1 + value);
	return value == -1 ? -f32.POSITIVE_INFINITY : value > 0 ? x : f32.NaN;
}

/** log(1 + x) of each number. */
export function log1p(x: usize, y: usize, first: i32, end: i32): void {
	let n = first;
	const tiny = f32x4.splat(1e-8);
	const infinite = f32x4.splat(f32.POSITIVE_INFINITY);
	for (; n + 4 <= end; n += 4) {
		const from = x + <usize>n * VALUE;
		const to = y + <usize>n * VALUE;
		const four = v128.load(from);
		const isPlain = v128.and(
			v128.and(f32x4.gt(four, f32x4.splat(-1)), f32x4.lt(four, infinite)),
			f32x4.gt(f32x4.abs(four), tiny),
		);
		if (!i32x4.all_true(isPlain)) {
			for (let k: usize = 0; k < 16; k += VALUE)
				store<f32>(to + k, logarithmOfMore(load<f32>(from + k)));
			continue;
		}
		const one = f64x2.splat(1);
		const lower = f64x2.promote_low_f32x4(four);
		const upper = f64x2.promote_low_f32x4(
			i32x4.shuffle(four, four, 2, 3, 2, 3),
		);
		v128.store(
			to,
			i32x4.shuffle(
				f32x4.demote_f64x2_zero(logarithms(f64x2.add(one, lower))),
				f32x4.demote_f64x2_zero(logarithms(f64x2.add(one, upper))),
				0,
				1,
				4,
				5,
			),
		);
	}
	for (; n < end; n++)
		store<f32>(
			y + <usize>n * VALUE,
			logarithmOfMore(load<f32>(x + <usize>n * VALUE)),
		);
}

const SELU_ALPHA: f64 = 1.6732632423543772;
const SELU_SCALE: f64 = 1.0507009873554805;

/** The scaled exponential linear unit (Klambauer et al. 2017) of each number. */
export function selu(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE) {
		const value = <f64>load<f32>(x + at);
		let result = value;
		if (value < -1e-8)
			result = SELU_ALPHA * (exponential(max<f64>(value, -100)) - 1);
		else if (value < 0) result = SELU_ALPHA * (value + (value * value) / 2);
		store<f32>(y + at, <f32>(SELU_SCALE * result));
	}
}

/** Each number, or the bound beyond which it lies; of NaN it is NaN. */
export function clip(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	low: f32,
	high: f32,
): void {
	let n = first;
	// Comparisons leave NaN where it is, and are faster than a maximum that orders zeros too: of those, only a bound of -0 above needs it.
	if (reinterpret<u32>(high) != 0x80000000) {
		const lows = f32x4.splat(low);
		const highs = f32x4.splat(high);
		// To add 0 makes 0 of -0, which lies below it; to add -0 changes nothing.
		const zero = f32x4.splat(reinterpret<u32>(low) == 0 ? 0 : -0.0);
		for (; n + 4 <= end; n += 4) {
			const above = f32x4.pmax(v128.load(x + <usize>n * VALUE), lows);
			v128.store(
				y + <usize>n * VALUE,
				f32x4.pmin(f32x4.add(above, zero), highs),
			);
		}
	}
	for (; n < end; n++) {
		const above = max<f32>(low, load<f32>(x + <usize>n * VALUE));
		store<f32>(y + <usize>n * VALUE, min<f32>(high, above));
	}
}

/** -1, 0 or 1 for each number; of NaN it is NaN. */
export function sign(x: usize, y: usize, first: i32, end: i32): void {
	for (let n = first; n < end; n++) {
		const value = load<f32>(x + <usize>n * VALUE);
		const one = <f32>(<i32>(value > 0) - <i32>(value < 0));
		store<f32>(y + <usize>n * VALUE, value == value ? one : value);
	}
}

// Names of functions of one float.
class Negate {}
class Absolute {}
class Square {}
class SquareRoot {}
class ReciprocalRoot {}
class Reciprocal {}
class Step {}
class LeakyRelu {}
class Floor {}
class Ceiling {}

function fourOfOne<Op>(x: v128, parameter: v128): v128 {
	const one = f32x4.splat(1);
	if (is<Op, Negate>()) return f32x4.neg(x);
	if (is<Op, Absolute>()) return f32x4.abs(x);
	if (is<Op, Square>()) return f32x4.mul(x, x);
	if (is<Op, SquareRoot>()) return f32x4.sqrt(x);
	if (is<Op, ReciprocalRoot>()) return f32x4.div(one, f32x4.sqrt(x));
	if (is<Op, Reciprocal>()) return f32x4.div(one, x);
	if (is<Op, Floor>()) return f32x4.floor(x);
	if (is<Op, Ceiling>()) return f32x4.ceil(x);
	const zero = f32x4.splat(0);
	if (is<Op, LeakyRelu>())
		return v128.bitselect(f32x4.mul(x, parameter), x, f32x4.lt(x, zero));
	// Of NaN it is NaN.
	const known = v128.bitselect(one, parameter, f32x4.gt(x, zero));
	return v128.bitselect(known, x, f32x4.eq(x, x));
}

/** A function of each number by fours, and of what is left likewise, one in each of four lanes. */
function byFours<Op>(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	parameter: f32,
): void {
	const given = f32x4.splat(parameter);
	let at = <usize>first * VALUE;
	const fours = at + <usize>((end - first) & ~3) * VALUE;
	for (; at < fours; at += 16)
		v128.store(y + at, fourOfOne<Op>(v128.load(x + at), given));
	for (; at < <usize>end * VALUE; at += VALUE)
		v128.store32_lane(
			y + at,
			fourOfOne<Op>(v128.load32_splat(x + at), given),
			0,
		);
}

/** -x of each float. */
export function negate(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Negate>(x, y, first, end, 0);
}

/** |x| of each float. */
export function absolute(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Absolute>(x, y, first, end, 0);
}

/** x² of each float. */
export function square(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Square>(x, y, first, end, 0);
}

/** The square root of each float. */
export function squareRoot(x: usize, y: usize, first: i32, end: i32): void {
	byFours<SquareRoot>(x, y, first, end, 0);
}

/** 1 / √x of each float, rounded twice. */
export function reciprocalRoot(x: usize, y: usize, first: i32, end: i32): void {
	byFours<ReciprocalRoot>(x, y, first, end, 0);
}

/** 1 / x of each float. */
export function reciprocal(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Reciprocal>(x, y, first, end, 0);
}

/** The largest whole number that is not above each float. */
export function floorOf(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Floor>(x, y, first, end, 0);
}

/** The smallest whole number that is not below each float. */
export function ceilingOf(x: usize, y: usize, first: i32, end: i32): void {
	byFours<Ceiling>(x, y, first, end, 0);
}

/** Each float, or `slope` · x where it is below 0. */
export function leakyRelu(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	slope: f32,
): void {
	byFours<LeakyRelu>(x, y, first, end, slope);
}

/** 1 where a float is above 0, `below` where it is not, and NaN of NaN. */
export function step(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	below: f32,
): void {
	byFours<Step>(x, y, first, end, below);
}

/** |x| of each 32-bit integer. That of the smallest has no place among them, and stays what it is. */
export function absInt(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE) {
		const value = load<i32>(x + at);
		store<i32>(y + at, value < 0 ? 0 - value : value);
	}
}

/** x² of each 32-bit integer, modulo 2^32. */
export function squareInt(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE) {
		const value = load<i32>(x + at);
		store<i32>(y + at, value * value);
	}
}

/** -x of each 32-bit integer. */
export function negInt(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<i32>(y + at, 0 - load<i32>(x + at));
}

/** Each 32-bit integer, or the bound beyond which it lies. */
export function clipInt(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	low: i32,
	high: i32,
): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<i32>(y + at, min(high, max(low, load<i32>(x + at))));
}

/** Floats as 32-bit integers: rounded toward 0, NaN as 0, and what lies beyond them as the nearest one. */
export function floatToInt(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<i32>(y + at, <i32>load<f32>(x + at));
}

/** 32-bit floats as truth values, a byte each: 0 is false, everything else is true. */
export function floatToBool(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first; at < <usize>end; at++)
		store<u8>(y + at, <u8>(load<f32>(x + at * VALUE) != 0));
}

/** 32-bit integers as floats: the nearest one. */
export function intToFloat(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first * VALUE; at < <usize>end * VALUE; at += VALUE)
		store<f32>(y + at, <f32>load<i32>(x + at));
}

/** Truth values, a byte each, as floats 0 and 1. */
export function boolToFloat(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first; at < <usize>end; at++)
		store<f32>(y + at * VALUE, <f32>load<u8>(x + at));
}

/** Truth values, a byte each, as 32-bit integers 0 and 1. */
export function boolToInt(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first; at < <usize>end; at++)
		store<i32>(y + at * VALUE, <i32>load<u8>(x + at));
}

/** 32-bit integers as truth values, a byte each. */
export function intToBool(x: usize, y: usize, first: i32, end: i32): void {
	for (let at = <usize>first; at < <usize>end; at++)
		store<u8>(y + at, <u8>(load<i32>(x + at * VALUE) != 0));
}

/** Numbers of `a` where the condition, a byte for every `inner` of them, is true, and of `b` elsewhere. The range is one of conditions. */
export function select(
	condition: usize,
	a: usize,
	b: usize,
	y: usize,
	first: i32,
	end: i32,
	inner: i32,
): void {
	let at = <usize>first * <usize>inner * VALUE;
	if (inner == 1) {
		// Without a branch: which way it goes cannot be foretold.
		for (let n = first; n < end; n++, at += VALUE) {
			const all = 0 - <i32>(load<u8>(condition + <usize>n) != 0);
			store<i32>(
				y + at,
				(load<i32>(a + at) & all) | (load<i32>(b + at) & ~all),
			);
		}
		return;
	}
	for (let n = first; n < end; n++) {
		const from = load<u8>(condition + <usize>n) != 0 ? a : b;
		for (let k = 0; k < inner; k++, at += VALUE)
			store<i32>(y + at, load<i32>(from + at));
	}
}

/** `select` of bytes. */
export function selectBytes(
	condition: usize,
	a: usize,
	b: usize,
	y: usize,
	first: i32,
	end: i32,
	inner: i32,
): void {
	let at = <usize>first * <usize>inner;
	for (let n = first; n < end; n++) {
		const from = load<u8>(condition + <usize>n) != 0 ? a : b;
		for (let k = 0; k < inner; k++, at++)
			store<u8>(y + at, load<u8>(from + at));
	}
}

// Names of operations. What takes one as its type is compiled anew for each, so that no number asks which it is.
// Of 32-bit floats, by fours:
class Add {}
class Subtract {}
class Multiply {}
class Divide {}
class SquaredDifference {}
class Maximum {}
class Minimum {}
class Prelu {}
// Of 32-bit integers, by fours:
class AddInt {}
class SubtractInt {}
class MultiplyInt {}
class SquaredDifferenceInt {}
// Of floats, one by one:
class FloorDiv {}
class Mod {}
// Of integers, one by one; some have no result:
class FloorDivInt {}
class ModInt {}
class PowInt {}

/** Are they the same operation? Known when it is compiled. */
function is<Op, Other>(): bool {
	return idof<Op>() == idof<Other>();
}

/** a - b · floor(a / b), exactly: a and b have 24 digits. */
function floorMod(a: f64, b: f64): f64 {
	let rest = a;
	if (!(abs(a) < abs(b))) {
		const whole = trunc(a / b);
		if (abs(whole) < 268435456) {
			// Exact; but the quotient may have been rounded up to a whole number.
			rest = a - whole * b;
			if (rest != 0 && rest < 0 != a < 0) rest += b < 0 == a < 0 ? b : -b;
		} else rest = NativeMath.mod(a, b);
	}
	return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
}

function floatOf<Op>(a: f32, b: f32): f32 {
	return is<Op, FloorDiv>()
		? <f32>floor(<f64>a / <f64>b)
		: <f32>floorMod(<f64>a, <f64>b);
}

/** `b` is not 0. Of the smallest integer and -1, which have no quotient among integers, it is the smallest. */
function floorDivision(a: i32, b: i32): i32 {
	if (b == -1) return 0 - a;
	const whole = a / b;
	return whole * b != a && a < 0 != b < 0 ? whole - 1 : whole;
}

function floorRest(a: i32, b: i32): i32 {
	if (b == -1) return 0;
	const rest = a % b;
	return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
}

/** Modulo 2^32, as products of integers are. `b` is at least 0. */
function integerPower(a: i32, b: i32): i32 {
	let power = 1;
	for (let rest = b; rest > 0; rest >>= 1) {
		if ((rest & 1) == 1) power *= a;
		a *= a;
	}
	return power;
}

/** Has a result among integers? */
function hasResult<Op>(b: i32): bool {
	return is<Op, PowInt>() ? b >= 0 : b != 0;
}

function integerOf<Op>(a: i32, b: i32): i32 {
	if (!hasResult<Op>(b)) return 0;
	if (is<Op, FloorDivInt>()) return floorDivision(a, b);
	if (is<Op, ModInt>()) return floorRest(a, b);
	return integerPower(a, b);
}

function fourOf<Op>(a: v128, b: v128): v128 {
	if (is<Op, Add>()) return f32x4.add(a, b);
	if (is<Op, Subtract>()) return f32x4.sub(a, b);
	if (is<Op, Multiply>()) return f32x4.mul(a, b);
	if (is<Op, Divide>()) return f32x4.div(a, b);
	if (is<Op, SquaredDifference>()) {
		const difference = f32x4.sub(a, b);
		return f32x4.mul(difference, difference);
	}
	if (is<Op, Maximum>()) return f32x4.max(a, b);
	if (is<Op, Minimum>()) return f32x4.min(a, b);
	if (is<Op, AddInt>()) return i32x4.add(a, b);
	if (is<Op, SubtractInt>()) return i32x4.sub(a, b);
	if (is<Op, MultiplyInt>()) return i32x4.mul(a, b);
	if (is<Op, SquaredDifferenceInt>()) {
		const difference = i32x4.sub(a, b);
		return i32x4.mul(difference, difference);
	}
	return v128.bitselect(a, f32x4.mul(a, b), f32x4.ge(a, f32x4.splat(0)));
}

/** Four numbers from `at` on, or one of them four times. */
function fourFrom(from: usize, at: i32, stride: i32): v128 {
	return stride == 1
		? v128.load(from + <usize>at * VALUE)
		: v128.load32_splat(from);
}

function goesByFours<Op>(): bool {
	return !(
		is<Op, FloorDiv>() ||
		is<Op, Mod>() ||
		is<Op, FloorDivInt>() ||
		is<Op, ModInt>() ||
		is<Op, PowInt>()
	);
}

/** A row of numbers by fours, and what is left of it likewise, one in each of four lanes. */
function rowByFours<Op>(
	a: usize,
	b: usize,
	y: usize,
	size: i32,
	aStride: i32,
	bStride: i32,
): void {
	const all = <usize>size * VALUE;
	const fours = <usize>(size & ~3) * VALUE;
	let at: usize = 0;
	if (aStride == 1 && bStride == 1)
		for (; at < fours; at += 16)
			v128.store(y + at, fourOf<Op>(v128.load(a + at), v128.load(b + at)));
	else if (aStride == 1 && bStride == 0) {
		const one = v128.load32_splat(b);
		for (; at < fours; at += 16)
			v128.store(y + at, fourOf<Op>(v128.load(a + at), one));
	} else if (aStride == 0 && bStride == 1) {
		const one = v128.load32_splat(a);
		for (; at < fours; at += 16)
			v128.store(y + at, fourOf<Op>(one, v128.load(b + at)));
	}
	for (; at < all; at += VALUE)
		v128.store32_lane(
			y + at,
			fourOf<Op>(
				v128.load32_splat(a + at * <usize>aStride),
				v128.load32_splat(b + at * <usize>bStride),
			),
			0,
		);
}

/** Computes rows `[first, end)`. Returns how many numbers have no result; 0 is in their place. In each function of its own, so that no number asks which it is. */
function rows<Op>(
	a: usize,
	b: usize,
	y: usize,
	first: i32,
	end: i32,
	n1: i32,
	n2: i32,
	n3: i32,
	n4: i32,
	n5: i32,
	a0: i32,
	a1: i32,
	a2: i32,
	a3: i32,
	a4: i32,
	a5: i32,
	b0: i32,
	b1: i32,
	b2: i32,
	b3: i32,
	b4: i32,
	b5: i32,
): i32 {
	if (first >= end) return 0;
	let refused = 0;
	let rest = first;
	let i4 = rest % n4;
	rest /= n4;
	let i3 = rest % n3;
	rest /= n3;
	let i2 = rest % n2;
	rest /= n2;
	let i1 = rest % n1;
	let i0 = rest / n1;
	let to = y + <usize>first * <usize>n5 * VALUE;
	for (let row = first; row < end; row++) {
		// biome-ignore format: one operand per line
		const fromA = a + <usize>(i0 * a0 + i1 * a1 + i2 * a2 + i3 * a3 + i4 * a4) * VALUE;
		// biome-ignore format: one operand per line
		const fromB = b + <usize>(i0 * b0 + i1 * b1 + i2 * b2 + i3 * b3 + i4 * b4) * VALUE;
		if (goesByFours<Op>()) rowByFours<Op>(fromA, fromB, to, n5, a5, b5);
		else
			for (let k = 0; k < n5; k++) {
				const atA = fromA + <usize>(k * a5) * VALUE;
				const atB = fromB + <usize>(k * b5) * VALUE;
				const place = to + <usize>k * VALUE;
				if (is<Op, FloorDiv>() || is<Op, Mod>())
					store<f32>(place, floatOf<Op>(load<f32>(atA), load<f32>(atB)));
				else {
					const other = load<i32>(atB);
					if (!hasResult<Op>(other)) refused++;
					store<i32>(place, integerOf<Op>(load<i32>(atA), other));
				}
			}
		to += <usize>n5 * VALUE;
		if (++i4 < n4) continue;
		i4 = 0;
		if (++i3 < n3) continue;
		i3 = 0;
		if (++i2 < n2) continue;
		i2 = 0;
		if (++i1 < n1) continue;
		i1 = 0;
		i0++;
	}
	return refused;
}

/** a + b, of floats. */
// biome-ignore format: one line per group
export function add(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Add>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a - b, of floats. */
// biome-ignore format: one line per group
export function subtract(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Subtract>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a · b, of floats. */
// biome-ignore format: one line per group
export function multiply(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Multiply>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a / b, of floats. */
// biome-ignore format: one line per group
export function divide(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Divide>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** (a - b)², of floats. */
// biome-ignore format: one line per group
export function squaredDifference(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<SquaredDifference>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a + b modulo 2^32, of integers. */
// biome-ignore format: one line per group
export function addInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<AddInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a - b modulo 2^32, of integers. */
// biome-ignore format: one line per group
export function subtractInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<SubtractInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a · b modulo 2^32, of integers. */
// biome-ignore format: one line per group
export function multiplyInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<MultiplyInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** (a - b)² modulo 2^32, of integers. */
// biome-ignore format: one line per group
export function squaredDifferenceInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<SquaredDifferenceInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** The larger of two floats; NaN where either is. */
// biome-ignore format: one line per group
export function maximum(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Maximum>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** The smaller of two floats; NaN where either is. */
// biome-ignore format: one line per group
export function minimum(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Minimum>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** The largest whole number that is not above a / b, of floats. */
// biome-ignore format: one line per group
export function floorDiv(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<FloorDiv>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** What is left of a after whole multiples of b, with the sign of b, of floats. */
// biome-ignore format: one line per group
export function mod(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Mod>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a where it is at least 0, and a · b elsewhere, of floats. */
// biome-ignore format: one line per group
export function prelu(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<Prelu>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** The largest integer that is not above a / b. @returns how often b is 0 */
// biome-ignore format: one line per group
export function floorDivInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<FloorDivInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** The same rest of integers. @returns how often b is 0 */
// biome-ignore format: one line per group
export function modInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<ModInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

/** a to the power of b, of integers. @returns how often b is below 0 */
// biome-ignore format: one line per group
export function powInt(
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): i32 {
	return rows<PowInt>(
		a, b, y, first, end, n1, n2, n3, n4, n5,
		a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5,
	);
}

const enum Comparison {
	Equal,
	NotEqual,
	Greater,
	GreaterEqual,
	Less,
	LessEqual,
}

/** Four comparisons: all bits of a lane are set where it holds. */
function compareFour(
	comparison: Comparison,
	isFloat: bool,
	a: v128,
	b: v128,
): v128 {
	if (isFloat) {
		if (comparison == Comparison.Equal) return f32x4.eq(a, b);
		if (comparison == Comparison.NotEqual) return f32x4.ne(a, b);
		if (comparison == Comparison.Greater) return f32x4.gt(a, b);
		if (comparison == Comparison.GreaterEqual) return f32x4.ge(a, b);
		if (comparison == Comparison.Less) return f32x4.lt(a, b);
		return f32x4.le(a, b);
	}
	if (comparison == Comparison.Equal) return i32x4.eq(a, b);
	if (comparison == Comparison.NotEqual) return i32x4.ne(a, b);
	if (comparison == Comparison.Greater) return i32x4.gt_s(a, b);
	if (comparison == Comparison.GreaterEqual) return i32x4.ge_s(a, b);
	if (comparison == Comparison.Less) return i32x4.lt_s(a, b);
	return i32x4.le_s(a, b);
}

/**
 * Whether numbers of `a` compare to those of `b`, as bytes of 0 and 1. Nothing
 * compares to NaN but that it is not equal.
 *
 * @param isFloat of 32-bit floats, and else of 32-bit integers
 */
// biome-ignore format: one line per group
export function compare(
	comparison: i32, isFloat: bool,
	a: usize, b: usize, y: usize, first: i32, end: i32,
	n1: i32, n2: i32, n3: i32, n4: i32, n5: i32,
	a0: i32, a1: i32, a2: i32, a3: i32, a4: i32, a5: i32,
	b0: i32, b1: i32, b2: i32, b3: i32, b4: i32, b5: i32,
): void {
	if (first >= end) return;
	let rest = first;
	let i4 = rest % n4;
	rest /= n4;
	let i3 = rest % n3;
	rest /= n3;
	let i2 = rest % n2;
	rest /= n2;
	let i1 = rest % n1;
	let i0 = rest / n1;
	let to = y + <usize>first * <usize>n5;
	const ones = i8x16.splat(1);
	for (let row = first; row < end; row++) {
		const fromA = a + <usize>(i0 * a0 + i1 * a1 + i2 * a2 + i3 * a3 + i4 * a4) * VALUE;
		const fromB = b + <usize>(i0 * b0 + i1 * b1 + i2 * b2 + i3 * b3 + i4 * b4) * VALUE;
		let k = 0;
		if (a5 <= 1 && b5 <= 1)
			for (; k + 16 <= n5; k += 16) {
				const c0 = compareFour(comparison, isFloat, fourFrom(fromA, k, a5), fourFrom(fromB, k, b5));
				const c1 = compareFour(comparison, isFloat, fourFrom(fromA, k + 4, a5), fourFrom(fromB, k + 4, b5));
				const c2 = compareFour(comparison, isFloat, fourFrom(fromA, k + 8, a5), fourFrom(fromB, k + 8, b5));
				const c3 = compareFour(comparison, isFloat, fourFrom(fromA, k + 12, a5), fourFrom(fromB, k + 12, b5));
				const bytes = i8x16.narrow_i16x8_s(
					i16x8.narrow_i32x4_s(c0, c1),
					i16x8.narrow_i32x4_s(c2, c3),
				);
				v128.store(to + <usize>k, v128.and(bytes, ones));
			}
		for (; k < n5; k++) {
			const one = v128.load32_splat(fromA + <usize>(k * a5) * VALUE);
			const other = v128.load32_splat(fromB + <usize>(k * b5) * VALUE);
			const holds = compareFour(comparison, isFloat, one, other);
			store<u8>(to + <usize>k, <u8>(i32x4.extract_lane(holds, 0) & 1));
		}
		to += <usize>n5;
		if (++i4 < n4) continue;
		i4 = 0;
		if (++i3 < n3) continue;
		i3 = 0;
		if (++i2 < n2) continue;
		i2 = 0;
		if (++i1 < n1) continue;
		i1 = 0;
		i0++;
	}
}

// Compiled by AssemblyScript: no TypeScript of Node's. See ../README.md.

/**
 * The functions of Math that the language leaves to the engine, from additions,
 * multiplications, divisions and square roots alone, which IEEE 754 defines to
 * the last bit: so they give the same bits wherever WebAssembly runs.
 *
 * AssemblyScript's NativeMath (after musl, FreeBSD's msun and ARM's optimized
 * routines) does those whose error stays well below one unit in the last place.
 * The others are computed here in pairs of numbers ("double-double": a value is
 * the unevaluated sum of two), as Dekker, "A floating-point technique for
 * extending the available precision" (1971), and Knuth, TAOCP volume 2, 4.2.2,
 * have it, and rounded once at the end.
 */

export function acos(x: f64): f64 {
	return NativeMath.acos(x);
}

export function asin(x: f64): f64 {
	return NativeMath.asin(x);
}

export function cbrt(x: f64): f64 {
	return NativeMath.cbrt(x);
}

export function exp(x: f64): f64 {
	return NativeMath.exp(x);
}

export function log(x: f64): f64 {
	return NativeMath.log(x);
}

export function log10(x: f64): f64 {
	return NativeMath.log10(x);
}

export function log1p(x: f64): f64 {
	return NativeMath.log1p(x);
}

export function log2(x: f64): f64 {
	return NativeMath.log2(x);
}

export function pow(x: f64, y: f64): f64 {
	return NativeMath.pow(x, y);
}

/** What a function that gives a pair gives beside its value: the low part. */
let low: f64 = 0;

/** a + b, exactly. */
function add(a: f64, b: f64): f64 {
	const sum = a + b;
	const fromB = sum - a;
	low = a - (sum - fromB) + (b - fromB);
	return sum;
}

/** The upper half of the digits (Veltkamp). */
function upper(a: f64): f64 {
	const c = 134217729.0 * a;
	return c - (c - a);
}

/** a · b, exactly, where neither overflows nor is near the smallest numbers. */
function multiply(a: f64, b: f64): f64 {
	const product = a * b;
	const aUpper = upper(a);
	const aLower = a - aUpper;
	const bUpper = upper(b);
	const bLower = b - bUpper;
	low =
		aLower * bLower -
		(product - aUpper * bUpper - aLower * bUpper - aUpper * bLower);
	return product;
}

/** (a + aLow) / (b + bLow). */
function divide(a: f64, aLow: f64, b: f64, bLow: f64): f64 {
	const quotient = a / b;
	const product = multiply(quotient, b);
	low = (a - product - low + aLow - quotient * bLow) / b;
	return quotient;
}

/** 2^k · x, rounded once at most: k is between -2044 and 2046. */
function scale(x: f64, k: i32): f64 {
	const half = k >> 1;
	return x * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(k: i32): f64 {
	return reinterpret<f64>((<u64>(k + 1023)) << 52);
}

// ln 2: 33 bits that can be multiplied by small integers exactly, and the rest.
const LN2_UPPER: f64 = 0.6931471804855391;
const LN2_LOWER: f64 = 7.440617110012397e-11;

/** What `reduceExp` leaves: e^y = 2^exponent · (1 + head + tail). */
let exponent: i32 = 0;
let head: f64 = 0;
let tail: f64 = 0;

/** For |y| < 1100. The pair has an error of some 2^-58 of its value. */
function reduceExp(y: f64): void {
	const k = nearest(y * 1.4426950408889634);
	const rest = y - k * LN2_UPPER;
	const correction = k * LN2_LOWER;
	const r = rest - correction;
	const rLow = rest - r - correction;
	// e^r - 1 = r + r²/2 + r³/3! + …
	let series = 1.0 / 1307674368000.0;
	series = 1.0 / 87178291200.0 + r * series;
	series = 1.0 / 6227020800.0 + r * series;
	series = 1.0 / 479001600.0 + r * series;
	series = 1.0 / 39916800.0 + r * series;
	series = 1.0 / 3628800.0 + r * series;
	series = 1.0 / 362880.0 + r * series;
	series = 1.0 / 40320.0 + r * series;
	series = 1.0 / 5040.0 + r * series;
	series = 1.0 / 720.0 + r * series;
	series = 1.0 / 120.0 + r * series;
	series = 1.0 / 24.0 + r * series;
	series = 1.0 / 6.0 + r * series;
	const square = multiply(r, r);
	let below = 0.5 * low + rLow * (1.0 + r + 0.5 * square);
	let sum = add(r, 0.5 * square);
	below += low;
	sum = add(sum, square * r * series);
	below += low;
	exponent = <i32>k;
	head = sum;
	tail = below;
}

/** e^y - 1 as a pair, for |y| <= 40. */
function expm1Pair(y: f64): f64 {
	reduceExp(y);
	if (exponent === 0) {
		low = tail;
		return head;
	}
	const factor = powerOfTwo(exponent);
	const below = factor * tail;
	// 2^k - 1 has at most 53 bits, or the head is far below it.
	const whole = add(factor, -1.0);
	const wholeLow = low;
	const sum = add(whole, factor * head);
	low += wholeLow + below;
	return sum;
}

export function expm1(x: f64): f64 {
	if (isNaN(x) || x === 0) return x;
	if (x > 709.8) return Infinity;
	if (x < -50.0) return -1.0;
	// The series would lose its own low part.
	if (abs(x) < 1e-150) return x;
	if (x <= 40.0) {
		const value = expm1Pair(x);
		return value + low;
	}
	return 2.0 * halfExp(x);
}

export function sinh(x: f64): f64 {
	const size = abs(x);
	if (isNaN(x) || size < 2.0e-9) return x;
	if (size > 711.0) return copysign(Infinity, x);
	if (size > 40.0) return copysign(halfExp(size), x);
	// sinh x = (t + t / (t + 1)) / 2 with t = e^x - 1
	const t = expm1Pair(size);
	const tLow = low;
	const u = add(t, 1.0);
	const uLow = low + tLow;
	const quotient = divide(t, tLow, u, uLow);
	const quotientLow = low;
	const sum = add(t, quotient);
	return copysign(0.5 * (sum + (low + tLow + quotientLow)), x);
}

/** e^x / 2, also where e^x is too large. */
function halfExp(x: f64): f64 {
	reduceExp(x);
	const sum = add(1.0, head);
	return scale(sum + (low + tail), exponent - 1);
}

export function cosh(x: f64): f64 {
	const size = abs(x);
	if (isNaN(x)) return x;
	if (size > 711.0) return Infinity;
	if (size > 40.0) return halfExp(size);
	// cosh x = (e^x + 1 / e^x) / 2
	reduceExp(size);
	const factor = powerOfTwo(exponent);
	const e = factor * add(1.0, head);
	const eLow = factor * (low + tail);
	const quotient = divide(1.0, 0.0, e, eLow);
	const quotientLow = low;
	const sum = add(e, quotient);
	return 0.5 * (sum + (low + eLow + quotientLow));
}

export function tanh(x: f64): f64 {
	const size = abs(x);
	if (isNaN(x) || size < 2.0e-9) return x;
	if (size > 20.0) return copysign(1.0, x);
	// tanh x = t / (t + 2) with t = e^2x - 1
	const t = expm1Pair(2.0 * size);
	const tLow = low;
	const u = add(t, 2.0);
	const quotient = divide(t, tLow, u, low + tLow);
	return copysign(quotient + low, x);
}

/**
 * log(1 + a + aLow), for 0 < a < 2^56: one step of Newton's method, whose
 * residual is computed in pairs.
 */
function log1pOfPair(a: f64, aLow: f64): f64 {
	const first = NativeMath.log1p(a);
	if (a <= 1.0) {
		const m = expm1Pair(-first);
		const mLow = low;
		const product = multiply(a, m);
		const productLow = low;
		const sum = add(a, m);
		return (
			first +
			(sum + product + (low + productLow + aLow + mLow + a * mLow + aLow * m))
		);
	}
	const u = add(1.0, a);
	return first + residual(u, low + aLow, first, 0);
}

/** 2^shift · (u + uLow) · e^-y - 1, which is small. */
function residual(u: f64, uLow: f64, y: f64, shift: i32): f64 {
	reduceExp(-y);
	const e = add(1.0, head);
	const eLow = low + tail;
	const scaled = scale(u, exponent + shift);
	const product = multiply(scaled, e);
	return (
		product - 1.0 + (low + scaled * eLow + scale(uLow, exponent + shift) * e)
	);
}

/** log 2x, for x > 2^28. */
function logOfTwice(x: f64): f64 {
	const first = NativeMath.log(x) + 0.6931471805599453;
	return first + residual(x, 0.0, first, 1);
}

export function asinh(x: f64): f64 {
	const size = abs(x);
	if (isNaN(x) || size < 2.0e-9 || size === Infinity) return x;
	if (size > 268435456.0) return copysign(logOfTwice(size), x);
	// asinh x = log(1 + x + x² / (1 + sqrt(1 + x²)))
	const square = multiply(size, size);
	const squareLow = low;
	let sum = add(1.0, square);
	const root = rootOfPair(sum, low + squareLow);
	const rootLow = low;
	sum = add(1.0, root);
	const quotient = divide(square, squareLow, sum, low + rootLow);
	const quotientLow = low;
	sum = add(size, quotient);
	return copysign(log1pOfPair(sum, low + quotientLow), x);
}

/** sqrt(a + aLow) as a pair. */
function rootOfPair(a: f64, aLow: f64): f64 {
	const root = sqrt(a);
	const product = multiply(root, root);
	low = (a - product - low + aLow) / (2.0 * root);
	return root;
}

export function acosh(x: f64): f64 {
	if (!(x >= 1.0)) return NaN;
	if (x === 1.0) return 0.0;
	if (x === Infinity) return x;
	if (x > 268435456.0) return logOfTwice(x);
	// acosh x = log(1 + t + sqrt(2t + t²)) with t = x - 1
	const t = x - 1.0;
	const square = multiply(t, t);
	const squareLow = low;
	let sum = add(2.0 * t, square);
	const root = rootOfPair(sum, low + squareLow);
	const rootLow = low;
	sum = add(t, root);
	return log1pOfPair(sum, low + rootLow);
}

export function atanh(x: f64): f64 {
	const size = abs(x);
	if (!(size <= 1.0)) return NaN;
	if (size < 2.0e-9) return x;
	if (size === 1.0) return copysign(Infinity, x);
	// atanh x = log(1 + 2x / (1 - x)) / 2
	const below = add(1.0, -size);
	const quotient = divide(2.0 * size, 0.0, below, low);
	return copysign(0.5 * log1pOfPair(quotient, low), x);
}

/** atan(j / 16) for j = 0 … 16, each as a pair. */
const ATAN: StaticArray<f64> = [
	0.0, 0.0, 0.06241880999595735, -1.5490756308295046e-18, 0.12435499454676144,
	-3.1253241424539383e-18, 0.18534794999569476, 4.180692268843079e-18,
	0.24497866312686414, 1.0698755618734451e-17, 0.3028848683749714,
	-1.1010827903001369e-17, 0.35877067027057225, -2.4623815582638635e-17,
	0.4124104415973873, -1.587652227770689e-17, 0.4636476090008061,
	2.2698777452961687e-17, 0.5123894603107377, -2.5462781472855804e-17,
	0.5585993153435624, -5.4556305485916264e-18, 0.6022873461349642,
	2.950430737228402e-17, 0.6435011087932844, 1.5834785051444286e-17,
	0.6823165548747481, 6.943223671560008e-18, 0.7188299996216245,
	-2.1478388444456983e-17, 0.7531512809621944, -2.4256934659182068e-17,
	0.7853981633974483, 3.061616997868383e-17,
];
const PI: f64 = 3.141592653589793;
const PI_LOW: f64 = 1.2246467991473532e-16;

/** atan((n + nLow) / (d + dLow)) as a pair, for 0 <= n <= d. */
function atanOfQuotient(n: f64, d: f64): f64 {
	const j = <i32>nearest((16.0 * n) / d);
	let t = n / d;
	let tLow: f64 = 0.0;
	if (j === 0) {
		t = divide(n, 0.0, d, 0.0);
		tLow = low;
	} else {
		// atan(n/d) = atan c + atan((n - cd) / (d + cn)) with c = j/16
		const c = 0.0625 * <f64>j;
		let product = multiply(c, d);
		let productLow = low;
		const top = add(n, -product);
		const topLow = low - productLow;
		product = multiply(c, n);
		productLow = low;
		const bottom = add(d, product);
		t = divide(top, topLow, bottom, low + productLow);
		tLow = low;
	}
	const z = t * t;
	// atan t = t - t³/3 + t⁵/5 - …
	let series = 1.0 / 13.0;
	series = -1.0 / 11.0 + z * series;
	series = 1.0 / 9.0 + z * series;
	series = -1.0 / 7.0 + z * series;
	series = 1.0 / 5.0 + z * series;
	series = -1.0 / 3.0 + z * series;
	const sum = add(unchecked(ATAN[2 * j]), t);
	low += unchecked(ATAN[2 * j + 1]) + (tLow + t * z * series);
	return sum;
}

export function atan(x: f64): f64 {
	const size = abs(x);
	if (isNaN(x) || size < 2.0e-9) return x;
	if (size > 1.0e17) return copysign(0.5 * PI, x);
	if (size <= 1.0) {
		const value = atanOfQuotient(size, 1.0);
		return copysign(value + low, x);
	}
	const value = atanOfQuotient(1.0, size);
	const valueLow = low;
	const sum = add(0.5 * PI, -value);
	return copysign(sum + (low + (0.5 * PI_LOW - valueLow)), x);
}

export function atan2(y: f64, x: f64): f64 {
	if (isNaN(x) || isNaN(y)) return NaN;
	let n = abs(y);
	let d = abs(x);
	const negative = reinterpret<i64>(x) < 0;
	if (n === 0 || d === Infinity || n === Infinity) {
		const isDiagonal = n === Infinity && d === Infinity;
		const angle: f64 = isDiagonal
			? negative
				? 0.75 * PI
				: 0.25 * PI
			: n === Infinity
				? 0.5 * PI
				: negative
					? PI
					: 0.0;
		return copysign(angle, y);
	}
	if (d === 0) return copysign(0.5 * PI, y);
	// Where one dwarfs the other, so that no product below leaves the range.
	const difference = exponentOf(n) - exponentOf(d);
	if (difference > 120) return copysign(0.5 * PI, y);
	if (difference < -120) {
		if (negative) return copysign(PI, y);
		return copysign(n / d, y);
	}
	const shift = -exponentOf(d);
	n = scale(n, shift);
	d = scale(d, shift);
	const isSteep = n > d;
	let angle = isSteep ? atanOfQuotient(d, n) : atanOfQuotient(n, d);
	let angleLow = low;
	if (isSteep) {
		angle = add(0.5 * PI, -angle);
		angleLow = low + (0.5 * PI_LOW - angleLow);
	}
	if (negative) {
		angle = add(PI, -angle);
		angleLow = low + (PI_LOW - angleLow);
	}
	return copysign(angle + angleLow, y);
}

/** The exponent of the leading bit; of the smallest numbers, about it. */
function exponentOf(x: f64): i32 {
	const bits = reinterpret<u64>(x);
	const biased = <i32>(bits >> 52);
	return biased > 0 ? biased - 1023 : -1011 - <i32>clz(bits);
}

/** 2/π: a word of zeros, then 1280 bits after the point. */
const TWO_OVER_PI: StaticArray<u64> = [
	0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
	0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c,
	0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
	0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
	0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08,
	0x56033046fc7b6bab, 0xf0cfbc209af4361d,
];

/** High half of a product of 64-bit integers. */
function multiplyHigh(a: u64, b: u64): u64 {
	const aLow = a & 0xffffffff;
	const aHigh = a >> 32;
	const bLow = b & 0xffffffff;
	const bHigh = b >> 32;
	const middle = aHigh * bLow + ((aLow * bLow) >> 32);
	const carry = aLow * bHigh + (middle & 0xffffffff);
	return aHigh * bHigh + (middle >> 32) + (carry >> 32);
}

/** Up to here NativeMath's own reduction is as good as its tables. */
const LARGE: f64 = 1647099.0;

/**
 * x = (n + fraction) · π/2 for x >= 2^20 (Payne and Hanek, "Radian reduction for
 * trigonometric functions", 1983): of the product with 2/π only the bits are
 * computed that do not make whole turns. Returns n mod 4; `head` and `tail` are
 * the rest, between -π/4 and π/4.
 */
function reduceAngle(x: f64): i32 {
	const bits = reinterpret<u64>(x);
	const at = <i32>(bits >> 52) - 1023 + 10;
	const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
	const word = at >> 6;
	const shift = <u64>(at & 63);
	let w0 = window(word, shift);
	let w1 = window(word + 1, shift);
	let w2 = window(word + 2, shift);
	const w3 = window(word + 3, shift);
	// The product modulo 2^256, most significant word first.
	const p3 = w3 * mantissa;
	let carry = multiplyHigh(w3, mantissa);
	const p2 = w2 * mantissa + carry;
	carry = multiplyHigh(w2, mantissa) + <u64>(p2 < carry);
	const p1 = w1 * mantissa + carry;
	carry = multiplyHigh(w1, mantissa) + <u64>(p1 < carry);
	const p0 = w0 * mantissa + carry;
	let quadrant = <i32>(p0 >> 62);
	w0 = (p0 << 2) | (p1 >> 62);
	w1 = (p1 << 2) | (p2 >> 62);
	w2 = (p2 << 2) | (p3 >> 62);
	const negative = <i64>w0 < 0;
	if (negative) {
		quadrant++;
		w0 = ~w0;
		w1 = ~w1;
		w2 = ~w2;
	}
	const zeros = clz(w0);
	if (zeros > 0) {
		w0 = (w0 << zeros) | (w1 >> (64 - zeros));
		w1 = (w1 << zeros) | (w2 >> (64 - zeros));
	}
	const unit = powerOfTwo(-(<i32>zeros));
	const turns = <f64>(w0 >> 11) * 1.1102230246251565e-16 * unit;
	const turnsLow =
		<f64>(((w0 & 0x7ff) << 53) | (w1 >> 11)) * 6.018531076210112e-36 * unit;
	const product = multiply(turns, 0.5 * PI);
	const rest = low + (turns * (0.5 * PI_LOW) + turnsLow * (0.5 * PI));
	const y = add(product, rest);
	head = negative ? -y : y;
	tail = negative ? -low : low;
	return quadrant & 3;
}

function window(word: i32, shift: u64): u64 {
	const first = unchecked(TWO_OVER_PI[word]) << shift;
	return shift === 0
		? first
		: first | (unchecked(TWO_OVER_PI[word + 1]) >> (64 - shift));
}

/** sin(head + tail) as a pair: y - y³/3! + y⁵/5! - … */
function sinOfRest(): f64 {
	const y = head;
	const z = y * y;
	let series = -1.0 / 121645100408832000.0;
	series = 1.0 / 355687428096000.0 + z * series;
	series = -1.0 / 1307674368000.0 + z * series;
	series = 1.0 / 6227020800.0 + z * series;
	series = -1.0 / 39916800.0 + z * series;
	series = 1.0 / 362880.0 + z * series;
	series = -1.0 / 5040.0 + z * series;
	series = 1.0 / 120.0 + z * series;
	series = -1.0 / 6.0 + z * series;
	return add(y, tail * (1.0 - 0.5 * z) + y * z * series);
}

/** cos(head + tail) as a pair: 1 - y²/2 + y⁴/4! - … */
function cosOfRest(): f64 {
	const y = head;
	const square = multiply(y, y);
	const squareLow = low;
	let series = -1.0 / 6402373705728000.0;
	series = 1.0 / 20922789888000.0 + square * series;
	series = -1.0 / 87178291200.0 + square * series;
	series = 1.0 / 479001600.0 + square * series;
	series = -1.0 / 3628800.0 + square * series;
	series = 1.0 / 40320.0 + square * series;
	series = -1.0 / 720.0 + square * series;
	series = 1.0 / 24.0 + square * series;
	const sum = add(1.0, -0.5 * square);
	const below = low - 0.5 * squareLow - y * tail + square * square * series;
	return add(sum, below);
}

export function sin(x: f64): f64 {
	const size = abs(x);
	if (!(size > LARGE) || size === Infinity) return NativeMath.sin(x);
	const quadrant = reduceAngle(size);
	const value = quadrant & 1 ? cosOfRest() : sinOfRest();
	return ((quadrant & 2) !== 0) !== x < 0 ? -value : value;
}

export function cos(x: f64): f64 {
	const size = abs(x);
	if (!(size > LARGE) || size === Infinity) return NativeMath.cos(x);
	const quadrant = reduceAngle(size);
	const value = quadrant & 1 ? sinOfRest() : cosOfRest();
	return (quadrant + 1) & 2 ? -value : value;
}

export function tan(x: f64): f64 {
	const size = abs(x);
	if (!(size > LARGE) || size === Infinity) return NativeMath.tan(x);
	const quadrant = reduceAngle(size);
	const s = sinOfRest();
	const sLow = low;
	const c = cosOfRest();
	const cLow = low;
	const value =
		quadrant & 1
			? -divide(c, cLow, s, sLow) - low
			: divide(s, sLow, c, cLow) + low;
	return x < 0 ? -value : value;
}

/**
 * The functions of Math to hundreds of bits, in whole numbers, for comparison.
 * A value is `digits · 2^-places`.
 */
export interface Exact {
	readonly digits: bigint;
	readonly places: number;
}

/** Bits after the point that computations carry. */
const PLACES = 320;
const ONE = 1n << BigInt(PLACES);

/** A double, exactly. */
export function exactly(x: number): Exact {
	const view = new DataView(new ArrayBuffer(8));
	view.setFloat64(0, x);
	const bits = view.getBigUint64(0);
	const biased = Number((bits >> 52n) & 0x7ffn);
	const fraction = bits & 0xfffffffffffffn;
	const digits = biased === 0 ? fraction : fraction | (1n << 52n);
	return {
		digits: x < 0 ? -digits : digits,
		places: 1075 - Math.max(biased, 1),
	};
}

/** With `PLACES` bits after the point. */
function fixed({ digits, places }: Exact): bigint {
	const shift = BigInt(PLACES - places);
	return shift >= 0n ? digits << shift : digits >> -shift;
}

const of = (x: number) => fixed(exactly(x));
const times = (a: bigint, b: bigint) => (a * b) >> BigInt(PLACES);
const over = (a: bigint, b: bigint) => (a << BigInt(PLACES)) / b;
const size = (a: bigint) => (a < 0n ? -a : a);
const plain = (digits: bigint): Exact => ({ digits, places: PLACES });

function root(a: bigint): bigint {
	const square = a << BigInt(PLACES);
	let guess = 1n << BigInt((square.toString(2).length + 1) >> 1);
	for (;;) {
		const next = (guess + square / guess) >> 1n;
		if (next >= guess) return guess;
		guess = next;
	}
}

/** Σ sign^n · x^(2n+1) / (2n+1) for x = 1 / inverse. */
function inverseSeries(inverse: bigint, sign: bigint, places: number): bigint {
	let power = (1n << BigInt(places)) / inverse;
	let sum = 0n;
	for (let n = 1n; power !== 0n; n += 2n) {
		sum += power / n;
		power = (sign * power) / (inverse * inverse);
	}
	return sum;
}

/** Machin, 1706. */
const piTo = (places: number) =>
	4n * (4n * inverseSeries(5n, -1n, places) - inverseSeries(239n, -1n, places));
const PI = piTo(PLACES);
/** ln 2 = 2 artanh(1/3). */
const LN2 = 2n * inverseSeries(3n, 1n, PLACES);

/** e^x = digits · 2^(turns - PLACES), x with `PLACES` places. */
function expOf(x: bigint): { digits: bigint; turns: number } {
	const turns = (2n * x + LN2) / (2n * LN2) - (x < 0n ? 1n : 0n);
	const rest = x - turns * LN2;
	const halvings = 12n;
	let term = rest >> halvings;
	const small = term;
	let sum = ONE + term;
	for (let n = 2n; term !== 0n && term !== -1n; n++) {
		term = times(term, small) / n;
		sum += term;
	}
	for (let i = 0n; i < halvings; i++) sum = times(sum, sum);
	return { digits: sum, turns: Number(turns) };
}

const exp = (x: bigint): bigint => {
	const { digits, turns } = expOf(x);
	return turns >= 0 ? digits << BigInt(turns) : digits >> BigInt(-turns);
};

/** ln(digits · 2^-places), by Newton's method from what the engine says. */
function logOf({ digits, places }: Exact): bigint {
	const length = digits.toString(2).length;
	// 1 <= mantissa < 2
	const mantissa = fixed({ digits, places: length - 1 });
	let y = of(Math.log(Number(mantissa >> BigInt(PLACES - 60)) / 2 ** 60));
	for (let i = 0; i < 4; i++) y += times(mantissa, exp(-y)) - ONE;
	return y + BigInt(length - 1 - places) * LN2;
}

function atanOf(x: bigint): bigint {
	let halved = x;
	const halvings = 6;
	for (let i = 0; i < halvings; i++)
		halved = over(halved, ONE + root(ONE + times(halved, halved)));
	const square = times(halved, halved);
	let power = halved;
	let sum = 0n;
	for (let n = 1n; size(power) > 1n; n += 2n) {
		sum += n % 4n === 1n ? power / n : -power / n;
		power = times(power, square);
	}
	return sum << BigInt(halvings);
}

/** Sine and cosine of a double of any size. */
function circleOf(x: number): { sine: bigint; cosine: bigint } {
	// As many digits of π as the argument has before the point, and more.
	const places = 1100 + PLACES;
	const { digits, places: own } = exactly(x);
	const angle = digits << BigInt(places - own);
	const quarter = piTo(places) >> 1n;
	let turns = angle / quarter;
	let rest = angle - turns * quarter;
	if (2n * size(rest) > quarter) {
		const step = rest > 0n ? 1n : -1n;
		turns += step;
		rest -= step * quarter;
	}
	const y = rest >> BigInt(places - PLACES);
	const square = times(y, y);
	const series = (first: bigint, from: bigint) => {
		let term = first;
		let sum = first;
		for (let n = from; size(term) > 1n; n += 2n) {
			term = -times(term, square) / (n * (n + 1n));
			sum += term;
		}
		return sum;
	};
	const sine = series(y, 2n);
	const cosine = series(ONE, 1n);
	switch (((turns % 4n) + 4n) % 4n) {
		case 0n:
			return { sine, cosine };
		case 1n:
			return { sine: cosine, cosine: -sine };
		case 2n:
			return { sine: -sine, cosine: -cosine };
		default:
			return { sine: -cosine, cosine: sine };
	}
}

const hyperbolic = (x: number) => {
	const e = exp(of(x));
	const inverse = exp(-of(x));
	return { sinh: (e - inverse) >> 1n, cosh: (e + inverse) >> 1n };
};
const power = (logarithm: bigint): Exact => {
	const { digits, turns } = expOf(logarithm);
	return { digits, places: PLACES - turns };
};

/** The exact values, for finite arguments at which they are finite and not too small. */
export const reference: Readonly<
	Record<string, (a: number, b: number) => Exact>
> = {
	acos: (x) =>
		plain(2n * atanOf(over(root(ONE - times(of(x), of(x))), ONE + of(x)))),
	acosh: (x) => plain(logOf(plain(of(x) + root(times(of(x), of(x)) - ONE)))),
	asin: (x) => plain(atanOf(over(of(x), root(ONE - times(of(x), of(x)))))),
	asinh: (x) => {
		const value = logOf(plain(size(of(x)) + root(times(of(x), of(x)) + ONE)));
		return plain(x < 0 ? -value : value);
	},
	atan: (x) => plain(atanOf(of(x))),
	atanh: (x) => plain(logOf(plain(over(ONE + of(x), ONE - of(x)))) >> 1n),
	cbrt: (x) => {
		const { digits, places } = power(logOf(exactly(Math.abs(x))) / 3n);
		return { digits: x < 0 ? -digits : digits, places };
	},
	cos: (x) => plain(circleOf(x).cosine),
	cosh: (x) => plain(hyperbolic(x).cosh),
	exp: (x) => power(of(x)),
	expm1: (x) => plain(exp(of(x)) - ONE),
	log: (x) => plain(logOf(exactly(x))),
	log10: (x) => plain(over(logOf(exactly(x)), logOf(exactly(10)))),
	log1p: (x) => plain(logOf(plain(ONE + of(x)))),
	log2: (x) => plain(over(logOf(exactly(x)), LN2)),
	sin: (x) => plain(circleOf(x).sine),
	sinh: (x) => plain(hyperbolic(x).sinh),
	tan: (x) => plain(over(circleOf(x).sine, circleOf(x).cosine)),
	tanh: (x) => plain(over(hyperbolic(x).sinh, hyperbolic(x).cosh)),
	atan2: (y, x) => {
		const steep = Math.abs(y) > Math.abs(x);
		const [n, d] = steep ? [x, y] : [y, x];
		let angle = atanOf(over(of(Math.abs(n)), of(Math.abs(d))));
		if (steep) angle = (PI >> 1n) - angle;
		if (x < 0) angle = PI - angle;
		return plain(y < 0 ? -angle : angle);
	},
	pow: (x, y) => power(times(of(y), logOf(exactly(x)))),
	hypot: (x, y) => plain(root(times(of(x), of(x)) + times(of(y), of(y)))),
};

/** How far a double is from the exact value, in units of its last place. */
export function errorInUlps(x: number, exact: Exact): number {
	const { digits, places } = exactly(x);
	const common = Math.max(places, exact.places);
	const difference =
		(digits << BigInt(common - places)) -
		(exact.digits << BigInt(common - exact.places));
	const thousandths =
		(size(difference) * 1000n) >> BigInt(Math.max(0, common - places));
	return Number(thousandths) / 1000;
}

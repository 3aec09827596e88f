import { strictFunctions } from "../../../experiment/strict-math/functions.ts";

/** cos and sin of 2π k / size, the same bits on every machine. */
interface Circle {
	readonly cos: Float64Array;
	readonly sin: Float64Array;
}

function circleOf(size: number, inverse: boolean): Circle {
	const { cos, sin } = strictFunctions();
	const angle = ((inverse ? 2 : -2) * Math.PI) / size;
	const at = (of: (x: number) => number) =>
		Float64Array.from({ length: size }, (_, k) => of(angle * k));
	return { cos: at(cos), sin: at(sin) };
}

function smallestFactor(size: number): number {
	for (let factor = 2; factor * factor <= size; factor++)
		if (size % factor === 0) return factor;
	return size;
}

/** Complex numbers, real parts and imaginary parts apart. */
interface Parts {
	readonly real: Float64Array;
	readonly imag: Float64Array;
}

const partsOf = (size: number): Parts => ({
	real: new Float64Array(size),
	imag: new Float64Array(size),
});

/**
 * The discrete Fourier transform of `size` numbers of `from`, `step` apart from place
 * `first` on, to `to` from place `out` on: by Cooley and Tukey, for each prime factor of
 * the size. A large prime factor p costs p operations for each number.
 *
 * @param terms room for as many numbers as the largest prime factor
 */
function transform(
	from: Parts,
	first: number,
	step: number,
	to: Parts,
	out: number,
	size: number,
	circle: Circle,
	terms: Parts,
): void {
	if (size === 1) {
		to.real[out] = from.real[first] as number;
		to.imag[out] = from.imag[first] as number;
		return;
	}
	const factor = smallestFactor(size);
	const part = size / factor;
	for (let q = 0; q < factor; q++)
		transform(
			from,
			first + q * step,
			step * factor,
			to,
			out + q * part,
			part,
			circle,
			terms,
		);
	const whole = circle.cos.length;
	// The circle of all numbers has each of these angles.
	const turn = whole / size;
	for (let k = 0; k < part; k++) {
		for (let q = 0; q < factor; q++) {
			const at = out + q * part + k;
			const [x, y] = [to.real[at] as number, to.imag[at] as number];
			const angle = q * k * turn;
			const [cos, sin] = [
				circle.cos[angle] as number,
				circle.sin[angle] as number,
			];
			terms.real[q] = x * cos - y * sin;
			terms.imag[q] = x * sin + y * cos;
		}
		for (let r = 0; r < factor; r++) {
			let [real, imag] = [0, 0];
			for (let q = 0; q < factor; q++) {
				const [x, y] = [terms.real[q] as number, terms.imag[q] as number];
				const angle = ((q * r * part) % size) * turn;
				const [cos, sin] = [
					circle.cos[angle] as number,
					circle.sin[angle] as number,
				];
				real += x * cos - y * sin;
				imag += x * sin + y * cos;
			}
			to.real[out + r * part + k] = real;
			to.imag[out + r * part + k] = imag;
		}
	}
}

/**
 * The discrete Fourier transform of each row, in 64 bits.
 *
 * @param values `[rows, size]`, real and imaginary part of each number side by side
 * @param inverse e^(+2πi…), divided by the size
 * @returns the same of the results
 */
export function fourier(
	values: Float32Array,
	size: number,
	inverse: boolean,
): Float32Array {
	const result = new Float32Array(values.length);
	if (values.length === 0) return result;
	const circle = circleOf(size, inverse);
	const [from, to, terms] = [partsOf(size), partsOf(size), partsOf(size)];
	const by = inverse ? size : 1;
	for (let row = 0; row < values.length; row += 2 * size) {
		for (let k = 0; k < size; k++) {
			from.real[k] = values[row + 2 * k] as number;
			from.imag[k] = values[row + 2 * k + 1] as number;
		}
		transform(from, 0, 1, to, 0, size, circle, terms);
		for (let k = 0; k < size; k++) {
			result[row + 2 * k] = (to.real[k] as number) / by;
			result[row + 2 * k + 1] = (to.imag[k] as number) / by;
		}
	}
	return result;
}

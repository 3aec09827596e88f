import type * as core from "@tensorflow/tfjs-core";
import {
	cast,
	complex,
	concat,
	fill,
	imag,
	mul,
	neg,
	pad,
	real,
	reshape,
	reverse,
	type signal,
	slice,
	spectral,
	stack,
	type Tensor,
	tensor1d,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { strictFunctions } from "../../../experiment/strict-math/functions.ts";

/** Part of the last axis. */
function along(x: Tensor, from: number, size: number): Tensor {
	const begin = [...x.shape.slice(0, -1).fill(0), from];
	return slice(x, begin, [...x.shape.slice(0, -1), size]);
}

const isCount = (value: number, least: number): boolean =>
	Number.isInteger(value) && value >= least;

/** With as many numbers along the last axis: cut off, or filled up with zeros. */
function ofLength(x: Tensor, length: number): Tensor {
	const size = x.shape.at(-1) as number;
	if (length === size) return x;
	if (length < size) return along(x, 0, length);
	return pad(x, [
		...x.shape.slice(1).map((): [number, number] => [0, 0]),
		[0, length - size],
	]);
}

/** The discrete Fourier transform of real numbers along the last axis, but for its second half, which mirrors the first. */
export const rfft: typeof spectral.rfft = (input, fftLength) => {
	const size = input.shape.at(-1);
	if (size === undefined || input.dtype === "complex64")
		throw new UsageError(
			`rfft takes real numbers along an axis, and this is ${input.dtype}[${input.shape}]: complex ones are what tf.spectral.fft takes`,
		);
	const length = fftLength ?? size;
	if (!isCount(length, 1))
		throw new UsageError(
			`rfft of ${length} numbers: the length is a whole number above 0`,
		);
	const x = ofLength(cast(input, "float32"), length);
	const whole = spectral.fft(complex(x, zerosLike(x)));
	const half = Math.floor(length / 2) + 1;
	// The backend in JavaScript cuts real tensors alone.
	return complex(along(real(whole), 0, half), along(imag(whole), 0, half));
};

/**
 * The inverse of rfft, where that had an even number of values: from n complex numbers
 * 2 (n - 1) real ones along the last axis. That of tfjs-core gives other axes than
 * it was given, unless there are two.
 */
export const irfft: typeof spectral.irfft = (input) => {
	const size = input.shape.at(-1);
	if (size === undefined || size < 2 || input.dtype !== "complex64")
		throw new UsageError(
			`irfft takes at least 2 complex numbers along an axis, such as tf.spectral.rfft gives, and this is ${input.dtype}[${input.shape}]`,
		);
	const [x, y] = [real(input), imag(input)];
	const mirror = (part: Tensor) =>
		reverse(along(part, 1, size - 2), part.rank - 1);
	const whole =
		size === 2
			? input
			: complex(concat([x, mirror(x)], -1), concat([y, neg(mirror(y))], -1));
	return real(spectral.ifft(whole as never));
};

/**
 * mean - height · cos: a window whose ends meet when it is repeated. One number alone
 * is 1; that of tfjs-core is NaN.
 */
export const cosineWindow: typeof core.cosineWindow = (
	windowLength,
	mean,
	height,
) => {
	if (!isCount(windowLength, 0))
		throw new UsageError(
			`a window has a whole number of values, and not ${windowLength}`,
		);
	const { cos } = strictFunctions();
	const isEven = windowLength % 2 === 0;
	const period = isEven ? windowLength : windowLength - 1;
	const values = Float32Array.from({ length: windowLength }, (_, at) =>
		windowLength === 1 ? 1 : mean - height * cos((2 * Math.PI * at) / period),
	);
	return tensor1d(values);
};

export const hannWindow: typeof signal.hannWindow = (length) =>
	cosineWindow(length, 0.5, 0.5);

export const hammingWindow: typeof signal.hammingWindow = (length) =>
	cosineWindow(length, 0.54, 0.46);

/**
 * Pieces of a signal, each `frameStep` after the one before, as `tf.signal.frame`
 * describes them. That of tfjs-core never ends where the step is not above 0, and
 * reads beside the signal where a step is longer than a frame at the end.
 */
export const frame: typeof signal.frame = (
	given,
	frameLength,
	frameStep,
	padEnd = false,
	padValue = 0,
) => {
	if (given.rank !== 1)
		throw new UsageError(
			`frame takes a signal of one axis, and this has the shape [${given.shape}]`,
		);
	if (!isCount(frameLength, 1) || !isCount(frameStep, 1))
		throw new UsageError(
			`frame: length and step are whole numbers above 0, and not ${frameLength} and ${frameStep}`,
		);
	const { size } = given;
	const frames: Tensor[] = [];
	const hasNext = (start: number) =>
		padEnd ? start < size : start + frameLength <= size;
	for (let start = 0; hasNext(start); start += frameStep) {
		const length = Math.min(frameLength, size - start);
		const own = slice(given, start, length);
		frames.push(
			length === frameLength
				? own
				: concat([
						own,
						cast(fill([frameLength - length], padValue), given.dtype),
					]),
		);
	}
	return frames.length === 0
		? reshape(slice(given, 0, 0), [0, frameLength])
		: stack(frames);
};

/** The least power of 2 that is not below. */
function powerOf2(value: number): number {
	let power = 1;
	while (power < value) power *= 2;
	return power;
}

/** The Fourier transforms of a signal's frames, as `tf.signal.stft` describes them. */
export const stft: typeof signal.stft = (
	given,
	frameLength,
	frameStep,
	fftLength,
	windowFn = hannWindow,
) =>
	rfft(
		mul(frame(given, frameLength, frameStep), windowFn(frameLength)),
		fftLength ?? powerOf2(frameLength),
	);

import type { Picture } from "./decode.ts";

/**
 * Sums over the pixels of any number of pictures, one entry per channel.
 *
 * A value of 1, 2, 4, 8 or 16 bits is a whole number of 65535ths, so its sums
 * are whole numbers too and kept exactly: they are the same however pictures are
 * grouped and in whatever order groups are added, which a running mean (Welford,
 * Chan et al.) is only up to rounding.
 */
export interface PixelSums {
	pixels: bigint;
	/** Of values in 65535ths: red, green, blue; gray counts as all three. */
	readonly sums: [bigint, bigint, bigint];
	readonly squares: [bigint, bigint, bigint];
	/** Was there a picture with colour? */
	colour: boolean;
}

const SCALE = 65535;
/** So many squares of 65535 still add up to less than 2^53. */
const BLOCK = 1 << 20;

export function noPixels(): PixelSums {
	return {
		pixels: 0n,
		sums: [0n, 0n, 0n],
		squares: [0n, 0n, 0n],
		colour: false,
	};
}

export function addPicture(
	total: PixelSums,
	{ channels, values }: Picture,
): void {
	const pixels = values.length / channels;
	for (let channel = 0; channel < channels; channel++)
		for (let from = 0; from < pixels; from += BLOCK) {
			const to = Math.min(pixels, from + BLOCK);
			let sum = 0;
			let squares = 0;
			for (let pixel = from; pixel < to; pixel++) {
				// The nearest whole number undoes the rounding to 24 bits.
				const value = Math.round(
					(values[pixel * channels + channel] as number) * SCALE,
				);
				sum += value;
				squares += value * value;
			}
			for (let into = channel; into < 3; into += channels) {
				total.sums[into as 0 | 1 | 2] += BigInt(sum);
				total.squares[into as 0 | 1 | 2] += BigInt(squares);
			}
		}
	total.pixels += BigInt(pixels);
	if (channels === 3) total.colour = true;
}

export function addSums(total: PixelSums, other: PixelSums): void {
	for (const channel of [0, 1, 2] as const) {
		total.sums[channel] += other.sums[channel];
		total.squares[channel] += other.squares[channel];
	}
	total.pixels += other.pixels;
	total.colour ||= other.colour;
}

/**
 * Mean and population standard deviation per channel, of values from 0 to 1;
 * one channel where all pictures are gray.
 */
export function meanAndStd({ pixels, sums, squares, colour }: PixelSums): {
	mean: number[];
	std: number[];
} {
	const channels = colour ? ([0, 1, 2] as const) : ([0] as const);
	return {
		mean: channels.map((c) => Number(sums[c]) / Number(pixels) / SCALE),
		std: channels.map(
			(c) =>
				// The difference is exact; no digits cancel.
				Math.sqrt(Number(pixels * squares[c] - sums[c] * sums[c])) /
				Number(pixels) /
				SCALE,
		),
	};
}

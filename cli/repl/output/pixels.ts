import { type DecodedPng, decode as decodePng } from "fast-png";
import jpeg from "jpeg-js";

/** A picture without transparency: `rgb` is `[height, width, 3]`. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	readonly rgb: Uint8Array;
}

/** What transparent pictures lie on: charts are drawn for a page. */
const PAPER = 255;

/** One channel of a row's pixels in [0, 255]; PNG packs several into a byte below depth 8. */
function sample(png: DecodedPng, row: number, index: number): number {
	const { width, channels, depth, data } = png;
	if (depth >= 8) {
		const value = data[row * width * channels + index] as number;
		return depth === 16 ? value >> 8 : value;
	}
	const stride = Math.ceil((width * channels * depth) / 8);
	const bit = index * depth;
	const byte = data[row * stride + (bit >> 3)] as number;
	return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function fromPng(bytes: Uint8Array): Pixels {
	const png = decodePng(bytes);
	const { width, height, channels, depth, palette, transparency } = png;
	const full = depth >= 8 ? 255 : (1 << depth) - 1;
	const rgb = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const at = (channel: number) => sample(png, y, x * channels + channel);
			const grey = channels < 3;
			let [red = 0, green = 0, blue = 0, alpha = 255] = palette
				? (palette[at(0)] ?? [])
				: [0, grey ? 0 : 1, grey ? 0 : 2].map((one) => (at(one) * 255) / full);
			if (!palette && channels % 2 === 0)
				alpha = (at(channels - 1) * 255) / full;
			if (!palette && transparency && isKey(png, y, x, transparency)) alpha = 0;
			const over = (value: number) =>
				Math.round(PAPER + ((value - PAPER) * alpha) / 255);
			rgb.set([over(red), over(green), over(blue)], (y * width + x) * 3);
		}
	return { width, height, rgb };
}

/** Without an alpha channel a PNG may name one colour that is transparent (tRNS). */
function isKey(
	{ width, channels, data, depth }: DecodedPng,
	y: number,
	x: number,
	key: Uint16Array,
): boolean {
	if (depth < 8 || channels % 2 === 0) return false;
	const start = (y * width + x) * channels;
	return key.every((value, channel) => data[start + channel] === value);
}

function fromJpeg(bytes: Uint8Array): Pixels {
	const { width, height, data } = jpeg.decode(bytes, {
		useTArray: true,
		formatAsRGBA: false,
	});
	return { width, height, rgb: data };
}

/**
 * The pixels of a PNG or JPEG.
 * @throws Error when the bytes are no such picture
 */
export function decodePixels(
	mime: "image/png" | "image/jpeg",
	bytes: Uint8Array,
): Pixels {
	return mime === "image/png" ? fromPng(bytes) : fromJpeg(bytes);
}

/** The picture at another size; each new pixel is the mean of those it covers. */
export function scalePixels(
	{ width: fromWidth, height: fromHeight, rgb: from }: Pixels,
	width: number,
	height: number,
): Pixels {
	const rgb = new Uint8Array(width * height * 3);
	const range = (index: number, size: number, old: number) => {
		const start = Math.floor((index * old) / size);
		return [
			start,
			Math.max(start + 1, Math.floor(((index + 1) * old) / size)),
		] as const;
	};
	for (let y = 0; y < height; y++) {
		const [top, bottom] = range(y, height, fromHeight);
		for (let x = 0; x < width; x++) {
			const [left, right] = range(x, width, fromWidth);
			const sum = [0, 0, 0];
			for (let row = top; row < bottom; row++)
				for (let column = left; column < right; column++)
					for (let channel = 0; channel < 3; channel++)
						(sum[channel] as number) += from[
							(row * fromWidth + column) * 3 + channel
						] as number;
			const count = (bottom - top) * (right - left);
			rgb.set(
				sum.map((value) => Math.round(value / count)),
				(y * width + x) * 3,
			);
		}
	}
	return { width, height, rgb };
}

import {
	convertIndexedToRgb,
	decode as decodePng,
	hasPngSignature,
} from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";

/** Values from 0 to 1, `[height, width, channels]`; one channel is gray, three are RGB. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3;
	readonly values: Float32Array;
}

/** The first `kept` of `channels` interleaved channels, from 0 to 1. */
function toUnit(
	data: ArrayLike<number>,
	pixels: number,
	channels: number,
	kept: 1 | 3,
	highest: number,
): Float32Array {
	const values = new Float32Array(pixels * kept);
	for (let pixel = 0, at = 0; pixel < pixels; pixel++)
		for (let channel = 0; channel < kept; channel++)
			values[at++] = (data[pixel * channels + channel] as number) / highest;
	return values;
}

/** Gray values of 1, 2 or 4 bits, which a PNG packs into bytes row by row. */
function unpack(
	data: ArrayLike<number>,
	width: number,
	height: number,
	depth: number,
): Uint8Array {
	const stride = Math.ceil((width * depth) / 8);
	const mask = (1 << depth) - 1;
	return Uint8Array.from({ length: width * height }, (_, pixel) => {
		const bit = (pixel % width) * depth;
		const byte = data[
			Math.floor(pixel / width) * stride + (bit >> 3)
		] as number;
		return (byte >> (8 - depth - (bit & 7))) & mask;
	});
}

function png(bytes: Uint8Array): Picture {
	const image = decodePng(bytes);
	const { width, height, depth, channels, palette } = image;
	const pixels = width * height;
	if (palette) {
		const rgb = convertIndexedToRgb(image);
		const each = rgb.length / pixels;
		return {
			width,
			height,
			channels: 3,
			values: toUnit(rgb, pixels, each, 3, 255),
		};
	}
	const data =
		depth < 8 ? unpack(image.data, width, height, depth) : image.data;
	const kept = channels < 3 ? 1 : 3;
	return {
		width,
		height,
		channels: kept,
		values: toUnit(data, pixels, channels, kept, 2 ** depth - 1),
	};
}

function jpeg(bytes: Uint8Array): Picture {
	const { width, height, data } = decodeJpeg(bytes, {
		useTArray: true,
		formatAsRGBA: false,
	});
	return {
		width,
		height,
		channels: 3,
		values: toUnit(data, width * height, 3, 3, 255),
	};
}

/**
 * Reads a PNG or JPEG, told apart by their first bytes. Transparency is
 * dropped.
 *
 * @throws if the bytes are neither, or damaged
 */
export function decodePicture(bytes: Uint8Array): Picture {
	if (bytes.length === 0) throw new Error("the file is empty");
	if (hasPngSignature(bytes)) return png(bytes);
	if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
	throw new Error("it is neither a PNG nor a JPEG");
}

import type { backend_util } from "@tensorflow/tfjs-core";

type Conv2DInfo = backend_util.Conv2DInfo;

/** The output columns `[from, to)` whose input column `ow * stride + offset` lies inside the image. */
function inside(
	out: number,
	size: number,
	stride: number,
	offset: number,
): [from: number, to: number] {
	const from = Math.max(0, Math.ceil(-offset / stride));
	const to = Math.min(out, Math.floor((size - 1 - offset) / stride) + 1);
	return [Math.min(from, out), Math.max(to, 0)];
}

/**
 * Every patch a filter sees, as a matrix `[filterHeight * filterWidth *
 * inChannels, images * outHeight * outWidth]`: filter taps down, output places
 * across. Padding becomes zeros.
 *
 * @param x `[batch, height, width, channels]`
 * @param first the first image, and `images` how many
 */
export function patchesByTap(
	x: Float32Array,
	info: Conv2DInfo,
	first: number,
	images: number,
	patches: Float32Array,
): void {
	const { inHeight, inWidth, inChannels, outHeight, outWidth } = info;
	const { strideHeight, strideWidth } = info;
	const row = inWidth * inChannels;
	const step = strideWidth * inChannels;
	let at = 0;
	for (let kh = 0; kh < info.filterHeight; kh++) {
		const top = kh * info.dilationHeight - info.padInfo.top;
		for (let kw = 0; kw < info.filterWidth; kw++) {
			const left = kw * info.dilationWidth - info.padInfo.left;
			const [from, to] = inside(outWidth, inWidth, strideWidth, left);
			for (let c = 0; c < inChannels; c++) {
				for (let n = first; n < first + images; n++) {
					for (let oh = 0; oh < outHeight; oh++) {
						const ih = oh * strideHeight + top;
						if (ih < 0 || ih >= inHeight || from >= to) {
							patches.fill(0, at, at + outWidth);
							at += outWidth;
							continue;
						}
						let source =
							(n * inHeight + ih) * row +
							(from * strideWidth + left) * inChannels +
							c;
						const end = at + outWidth;
						const begin = at + from;
						const stop = at + to;
						while (at < begin) patches[at++] = 0;
						while (at < stop) {
							patches[at++] = x[source] as number;
							source += step;
						}
						while (at < end) patches[at++] = 0;
					}
				}
			}
		}
	}
}

/**
 * The reverse way: adds the rows of `patches`, `[images * outHeight * outWidth,
 * filterHeight * filterWidth * inChannels]`, onto the pixels they came from,
 * always in the order of the rows.
 *
 * @param dx `[batch, height, width, channels]`, zero where nothing was added yet
 */
export function addPatches(
	patches: Float32Array,
	info: Conv2DInfo,
	first: number,
	images: number,
	dx: Float32Array,
): void {
	const { inHeight, inWidth, inChannels, outHeight, outWidth } = info;
	const { filterHeight, filterWidth, dilationHeight, dilationWidth } = info;
	const { top, left } = info.padInfo;
	let at = 0;
	for (let n = first; n < first + images; n++) {
		for (let oh = 0; oh < outHeight; oh++) {
			for (let ow = 0; ow < outWidth; ow++) {
				for (let kh = 0; kh < filterHeight; kh++) {
					const ih = oh * info.strideHeight + kh * dilationHeight - top;
					if (ih < 0 || ih >= inHeight) {
						at += filterWidth * inChannels;
						continue;
					}
					const row = (n * inHeight + ih) * inWidth;
					for (let kw = 0; kw < filterWidth; kw++) {
						const iw = ow * info.strideWidth + kw * dilationWidth - left;
						if (iw < 0 || iw >= inWidth) {
							at += inChannels;
							continue;
						}
						const end = at + inChannels;
						let target = (row + iw) * inChannels;
						while (at < end) {
							dx[target] = (dx[target] as number) + (patches[at++] as number);
							target++;
						}
					}
				}
			}
		}
	}
}

/** Floats, 64 MiB: the most that the patches of one product may take. */
export const PATCH_LIMIT = 1 << 24;

/** Ranges of images whose patches fit the limit. They depend on the shape alone, so the order of sums is fixed. */
export function* imageRanges(
	info: Conv2DInfo,
	limit: number,
): Generator<{ first: number; images: number }> {
	const perImage =
		info.outHeight *
		info.outWidth *
		info.filterHeight *
		info.filterWidth *
		info.inChannels;
	const step = Math.max(1, Math.floor(limit / perImage));
	for (let first = 0; first < info.batchSize; first += step)
		yield { first, images: Math.min(step, info.batchSize - first) };
}

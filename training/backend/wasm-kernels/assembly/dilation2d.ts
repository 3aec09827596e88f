// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Dilation of grey images: the maximum of image plus filter over each window, channel
 * by channel. A filter is `[filterHeight, filterWidth, channels]`; the first window
 * starts `top` rows above the image and `left` columns beside it.
 *
 * The maximum is the first, row by row, that no other exceeds. A NaN exceeds every
 * number, as in max-pool.ts. Cells outside the image never count; a window that is
 * outside altogether has the maximum of nothing and no gradient.
 */

/** The tap of the maximum, -1 where the window is outside. @param x of one image and one channel */
function winner<T>(
	x: usize,
	filter: usize,
	height: i32,
	width: i32,
	channels: i32,
	filterHeight: i32,
	filterWidth: i32,
	up: i32,
	begin: i32,
	dilationHeight: i32,
	dilationWidth: i32,
): i32 {
	const pixel = <usize>channels * sizeof<T>();
	let best: T = 0;
	let tap = -1;
	for (let kh = 0; kh < filterHeight; kh++) {
		const row = up + kh * dilationHeight;
		if (row < 0 || row >= height) continue;
		for (let kw = 0; kw < filterWidth; kw++) {
			const column = begin + kw * dilationWidth;
			if (column < 0 || column >= width) continue;
			const k = kh * filterWidth + kw;
			const value: T =
				load<T>(x + <usize>(row * width + column) * pixel) +
				load<T>(filter + <usize>k * pixel);
			if (tap < 0 || value > best || (value != value && best == best)) {
				best = value;
				tap = k;
			}
		}
	}
	return tap;
}

/** What to do with the taps that won. */
const enum Task {
	/** Store image plus filter. */
	Values,
	/** Add the gradient of the window onto the cell of the image. */
	Image,
	/** Add it onto the filter. */
	Filter,
}

/** @param windows one value per window and channel: to write, or the gradient to read */
function dilate<T>(
	task: Task,
	x: usize,
	filter: usize,
	windows: usize,
	gradient: usize,
	first: i32,
	end: i32,
	from: i32,
	to: i32,
	nothing: T,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	top: i32,
	left: i32,
): void {
	const size = sizeof<T>();
	const pixel = <usize>channels * size;
	const image = <usize>(height * width) * pixel;
	for (let n = first; n < end; n++)
		for (let oh = 0; oh < outHeight; oh++) {
			const up = oh * strideHeight - top;
			for (let ow = 0; ow < outWidth; ow++) {
				const begin = ow * strideWidth - left;
				const window =
					windows + <usize>((n * outHeight + oh) * outWidth + ow) * pixel;
				for (let channel = from; channel < to; channel++) {
					const c = <usize>channel * size;
					const own = x + <usize>n * image + c;
					// biome-ignore format: one line per group
					const k = winner<T>(
						own, filter + c, height, width, channels, filterHeight, filterWidth,
						up, begin, dilationHeight, dilationWidth,
					);
					if (k < 0) {
						if (task == Task.Values) store<T>(window + c, nothing);
						continue;
					}
					const row = up + (k / filterWidth) * dilationHeight;
					const column = begin + (k % filterWidth) * dilationWidth;
					const cell = <usize>(row * width + column) * pixel;
					const tap = <usize>k * pixel + c;
					if (task == Task.Values) {
						store<T>(window + c, load<T>(own + cell) + load<T>(filter + tap));
						continue;
					}
					const target =
						gradient + (task == Task.Image ? <usize>n * image + cell + c : tap);
					store<T>(target, load<T>(target) + load<T>(window + c));
				}
			}
		}
}

/**
 * The dilated images, `[batch, outHeight, outWidth, channels]`.
 *
 * @param first the first image to compute
 * @param end the one after the last
 */
export function dilation2d(
	x: usize,
	filter: usize,
	y: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	dilate<f32>(
		Task.Values, x, filter, y, 0, first, end, 0, channels, -Infinity,
		height, width, channels, outHeight, outWidth, filterHeight, filterWidth,
		strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
	);
}

/** The same of 32-bit integers. */
export function dilation2dOfInts(
	x: usize,
	filter: usize,
	y: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	dilate<i32>(
		Task.Values, x, filter, y, 0, first, end, 0, channels, i32.MIN_VALUE,
		height, width, channels, outHeight, outWidth, filterHeight, filterWidth,
		strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
	);
}

/** The gradient with respect to the images: each value of `dy` is added onto the cell that won its window, window by window. */
export function dilation2dInput(
	x: usize,
	filter: usize,
	dy: usize,
	dx: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	top: i32,
	left: i32,
): void {
	const image = <usize>(height * width * channels) * sizeof<f32>();
	memory.fill(dx + <usize>first * image, 0, <usize>(end - first) * image);
	// biome-ignore format: one line per group
	dilate<f32>(
		Task.Image, x, filter, dy, dx, first, end, 0, channels, 0,
		height, width, channels, outHeight, outWidth, filterHeight, filterWidth,
		strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
	);
}

/**
 * The gradient with respect to the filter: each value of `dy` is added onto the tap
 * that won its window, image by image, window by window.
 *
 * @param first the first channel to compute
 * @param end the one after the last
 */
export function dilation2dFilter(
	x: usize,
	filter: usize,
	dy: usize,
	df: usize,
	first: i32,
	end: i32,
	batch: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	top: i32,
	left: i32,
): void {
	const pixel = <usize>channels * sizeof<f32>();
	for (let k = 0; k < filterHeight * filterWidth; k++)
		memory.fill(
			df + <usize>k * pixel + <usize>first * sizeof<f32>(),
			0,
			<usize>(end - first) * sizeof<f32>(),
		);
	// biome-ignore format: one line per group
	dilate<f32>(
		Task.Filter, x, filter, dy, df, 0, batch, first, end, 0,
		height, width, channels, outHeight, outWidth, filterHeight, filterWidth,
		strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
	);
}

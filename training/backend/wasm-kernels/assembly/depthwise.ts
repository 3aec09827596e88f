// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Convolutions channel by channel. Each channel of an image has `multiplier` filters
 * of its own, so a filter is `[filterHeight, filterWidth, channels, multiplier]` and
 * the result has `channels · multiplier` channels. The first window starts `top` rows
 * above the image and `left` columns beside it. Outside is 0.
 */

const VALUE: usize = sizeof<f32>();
const FOUR: usize = 4 * VALUE;
const SIXTEEN: usize = 16 * VALUE;

/** The first cell of a window that is not before the image. The window begins at `begin`. */
function firstTap(begin: i32, dilation: i32): i32 {
	return begin < 0 ? (dilation - 1 - begin) / dilation : 0;
}

/** The cell after the last of the window that lies inside. */
function endOfTaps(begin: i32, dilation: i32, size: i32, window: i32): i32 {
	return begin < size ? min(window, (size - 1 - begin) / dilation + 1) : 0;
}

/** Four values of a pixel, at these places in bytes. */
function four(cell: usize, a: usize, b: usize, c: usize, d: usize): v128 {
	const one = v128.load32_zero(cell + a);
	const two = v128.load32_lane(cell + b, one, 1);
	return v128.load32_lane(cell + d, v128.load32_lane(cell + c, two, 2), 3);
}

/**
 * The filtered images, each value summed tap by tap.
 *
 * @param y `[batch, outHeight, outWidth, channels * multiplier]`
 * @param first the first image to compute
 * @param end the one after the last
 */
export function depthwise(
	x: usize,
	filter: usize,
	y: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	multiplier: i32,
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
	const pixel = <usize>channels * VALUE;
	const outPixel = pixel * <usize>multiplier;
	const times = <usize>multiplier;
	// From a cell of the window to the next, in the image and in the filter.
	const across = <usize>dilationWidth * pixel;
	const down = <usize>(dilationHeight * width) * pixel;
	const tapDown = <usize>filterWidth * outPixel;
	let at = y + <usize>first * <usize>(outHeight * outWidth) * outPixel;
	for (let n = first; n < end; n++)
		for (let oh = 0; oh < outHeight; oh++) {
			const up = oh * strideHeight - top;
			const kh0 = firstTap(up, dilationHeight);
			const rows = endOfTaps(up, dilationHeight, height, filterHeight) - kh0;
			const row = (n * height + up + kh0 * dilationHeight) * width;
			for (let ow = 0; ow < outWidth; ow++, at += outPixel) {
				const begin = ow * strideWidth - left;
				const kw0 = firstTap(begin, dilationWidth);
				const columns =
					endOfTaps(begin, dilationWidth, width, filterWidth) - kw0;
				const cells = x + <usize>(row + begin + kw0 * dilationWidth) * pixel;
				const taps = filter + <usize>(kh0 * filterWidth + kw0) * outPixel;
				let o: usize = 0;
				if (multiplier == 1) {
					for (; o + SIXTEEN <= outPixel; o += SIXTEEN) {
						let a0 = f32x4.splat(0);
						let a1 = f32x4.splat(0);
						let a2 = f32x4.splat(0);
						let a3 = f32x4.splat(0);
						let line = cells + o;
						let tapLine = taps + o;
						for (
							let kh = 0;
							kh < rows;
							kh++, line += down, tapLine += tapDown
						) {
							let cell = line;
							let tap = tapLine;
							for (
								let kw = 0;
								kw < columns;
								kw++, cell += across, tap += outPixel
							) {
								a0 = f32x4.add(a0, f32x4.mul(v128.load(cell), v128.load(tap)));
								a1 = f32x4.add(
									a1,
									f32x4.mul(v128.load(cell, 16), v128.load(tap, 16)),
								);
								a2 = f32x4.add(
									a2,
									f32x4.mul(v128.load(cell, 32), v128.load(tap, 32)),
								);
								a3 = f32x4.add(
									a3,
									f32x4.mul(v128.load(cell, 48), v128.load(tap, 48)),
								);
							}
						}
						v128.store(at + o, a0);
						v128.store(at + o, a1, 16);
						v128.store(at + o, a2, 32);
						v128.store(at + o, a3, 48);
					}
				}
				for (; o + FOUR <= outPixel; o += FOUR) {
					let sum = f32x4.splat(0);
					// Where the channels of these four are.
					const lane = o / VALUE;
					const c0 = (lane / times) * VALUE;
					const c1 = ((lane + 1) / times) * VALUE;
					const c2 = ((lane + 2) / times) * VALUE;
					const c3 = ((lane + 3) / times) * VALUE;
					let line = cells;
					let tapLine = taps + o;
					for (let kh = 0; kh < rows; kh++, line += down, tapLine += tapDown) {
						let cell = line;
						let tap = tapLine;
						if (multiplier == 1) {
							cell += c0;
							for (
								let kw = 0;
								kw < columns;
								kw++, cell += across, tap += outPixel
							)
								sum = f32x4.add(
									sum,
									f32x4.mul(v128.load(cell), v128.load(tap)),
								);
						} else if (c0 == c3) {
							cell += c0;
							for (
								let kw = 0;
								kw < columns;
								kw++, cell += across, tap += outPixel
							)
								sum = f32x4.add(
									sum,
									f32x4.mul(v128.load32_splat(cell), v128.load(tap)),
								);
						} else
							for (
								let kw = 0;
								kw < columns;
								kw++, cell += across, tap += outPixel
							)
								sum = f32x4.add(
									sum,
									f32x4.mul(four(cell, c0, c1, c2, c3), v128.load(tap)),
								);
					}
					v128.store(at + o, sum);
				}
				for (; o < outPixel; o += VALUE) {
					let sum: f32 = 0;
					let line = cells + (o / VALUE / times) * VALUE;
					let tapLine = taps + o;
					for (let kh = 0; kh < rows; kh++, line += down, tapLine += tapDown) {
						let cell = line;
						let tap = tapLine;
						for (
							let kw = 0;
							kw < columns;
							kw++, cell += across, tap += outPixel
						)
							sum += load<f32>(cell) * load<f32>(tap);
					}
					store<f32>(at + o, sum);
				}
			}
		}
}

/**
 * The gradient with respect to the images: each value of `dy` is spread onto the
 * cells of its window, window by window, tap by tap.
 *
 * @param dx of the shape of the images
 * @param first the first image to compute
 * @param end the one after the last
 */
export function depthwiseInput(
	dy: usize,
	filter: usize,
	dx: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	multiplier: i32,
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
	const pixel = <usize>channels * VALUE;
	const outPixel = pixel * <usize>multiplier;
	const tapLine = <usize>filterWidth * outPixel;
	const image = <usize>(height * width) * pixel;
	memory.fill(dx + <usize>first * image, 0, <usize>(end - first) * image);
	let at = dy + <usize>first * <usize>(outHeight * outWidth) * outPixel;
	for (let n = first; n < end; n++)
		for (let oh = 0; oh < outHeight; oh++) {
			const up = oh * strideHeight - top;
			for (let ow = 0; ow < outWidth; ow++, at += outPixel) {
				const begin = ow * strideWidth - left;
				for (let kh = 0; kh < filterHeight; kh++) {
					const row = up + kh * dilationHeight;
					if (row < 0 || row >= height) continue;
					const line = dx + <usize>((n * height + row) * width) * pixel;
					let tap = filter + <usize>kh * tapLine;
					for (let kw = 0; kw < filterWidth; kw++, tap += outPixel) {
						const column = begin + kw * dilationWidth;
						if (column < 0 || column >= width) continue;
						const cell = line + <usize>column * pixel;
						let c: usize = 0;
						if (multiplier == 1) {
							for (; c + FOUR <= pixel; c += FOUR)
								v128.store(
									cell + c,
									f32x4.add(
										v128.load(cell + c),
										f32x4.mul(v128.load(at + c), v128.load(tap + c)),
									),
								);
						}
						for (; c < pixel; c += VALUE) {
							let sum = load<f32>(cell + c);
							const from = c * <usize>multiplier;
							const to = from + <usize>multiplier * VALUE;
							for (let out = from; out < to; out += VALUE)
								sum += load<f32>(at + out) * load<f32>(tap + out);
							store<f32>(cell + c, sum);
						}
					}
				}
			}
		}
}

/**
 * The gradient with respect to the filter. Each value is the sum of the sums of the
 * rows of `dy`, image by image.
 *
 * @param df of the shape of the filter
 * @param first the first cell of the filter to compute, counted row by row
 * @param end the one after the last
 * @param batch how many images there are
 */
export function depthwiseFilter(
	x: usize,
	dy: usize,
	df: usize,
	first: i32,
	end: i32,
	batch: i32,
	height: i32,
	width: i32,
	channels: i32,
	multiplier: i32,
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
	const pixel = <usize>channels * VALUE;
	const outPixel = pixel * <usize>multiplier;
	const step = <usize>strideWidth * pixel;
	for (let k = first; k < end; k++) {
		const up = (k / filterWidth) * dilationHeight - top;
		const begin = (k % filterWidth) * dilationWidth - left;
		const tap = df + <usize>k * outPixel;
		// The windows whose column lies inside.
		let from = begin < 0 ? (strideWidth - 1 - begin) / strideWidth : 0;
		from = min(from, outWidth);
		let to = begin < width ? (width - 1 - begin) / strideWidth + 1 : 0;
		to = max(from, min(to, outWidth));
		let c: usize = 0;
		if (multiplier == 1) {
			for (; c + SIXTEEN <= pixel; c += SIXTEEN) {
				let t0 = f32x4.splat(0);
				let t1 = f32x4.splat(0);
				let t2 = f32x4.splat(0);
				let t3 = f32x4.splat(0);
				for (let n = 0; n < batch; n++)
					for (let oh = 0; oh < outHeight; oh++) {
						const row = oh * strideHeight + up;
						if (row < 0 || row >= height) continue;
						let a0 = f32x4.splat(0);
						let a1 = f32x4.splat(0);
						let a2 = f32x4.splat(0);
						let a3 = f32x4.splat(0);
						let cell =
							x +
							<usize>((n * height + row) * width + from * strideWidth + begin) *
								pixel +
							c;
						let at =
							dy +
							<usize>((n * outHeight + oh) * outWidth + from) * outPixel +
							c;
						for (let ow = from; ow < to; ow++, cell += step, at += outPixel) {
							a0 = f32x4.add(a0, f32x4.mul(v128.load(cell), v128.load(at)));
							a1 = f32x4.add(
								a1,
								f32x4.mul(v128.load(cell, 16), v128.load(at, 16)),
							);
							a2 = f32x4.add(
								a2,
								f32x4.mul(v128.load(cell, 32), v128.load(at, 32)),
							);
							a3 = f32x4.add(
								a3,
								f32x4.mul(v128.load(cell, 48), v128.load(at, 48)),
							);
						}
						t0 = f32x4.add(t0, a0);
						t1 = f32x4.add(t1, a1);
						t2 = f32x4.add(t2, a2);
						t3 = f32x4.add(t3, a3);
					}
				v128.store(tap + c, t0);
				v128.store(tap + c, t1, 16);
				v128.store(tap + c, t2, 32);
				v128.store(tap + c, t3, 48);
			}
			for (; c + FOUR <= pixel; c += FOUR) {
				let total = f32x4.splat(0);
				for (let n = 0; n < batch; n++)
					for (let oh = 0; oh < outHeight; oh++) {
						const row = oh * strideHeight + up;
						if (row < 0 || row >= height) continue;
						let sum = f32x4.splat(0);
						let cell =
							x +
							<usize>((n * height + row) * width + from * strideWidth + begin) *
								pixel +
							c;
						let at =
							dy +
							<usize>((n * outHeight + oh) * outWidth + from) * outPixel +
							c;
						for (let ow = from; ow < to; ow++, cell += step, at += outPixel)
							sum = f32x4.add(sum, f32x4.mul(v128.load(cell), v128.load(at)));
						total = f32x4.add(total, sum);
					}
				v128.store(tap + c, total);
			}
		}
		for (; c < pixel; c += VALUE)
			for (let m = 0; m < multiplier; m++) {
				const out = c * <usize>multiplier + <usize>m * VALUE;
				let total: f32 = 0;
				for (let n = 0; n < batch; n++)
					for (let oh = 0; oh < outHeight; oh++) {
						const row = oh * strideHeight + up;
						if (row < 0 || row >= height) continue;
						let sum: f32 = 0;
						let cell =
							x +
							<usize>((n * height + row) * width + from * strideWidth + begin) *
								pixel +
							c;
						let at =
							dy +
							<usize>((n * outHeight + oh) * outWidth + from) * outPixel +
							out;
						for (let ow = from; ow < to; ow++, cell += step, at += outPixel)
							sum += load<f32>(cell) * load<f32>(at);
						total += sum;
					}
				store<f32>(tap + out, total);
			}
	}
}

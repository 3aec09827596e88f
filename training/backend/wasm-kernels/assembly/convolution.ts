// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Convolutions without patches, for few input channels: to write the patches out
 * would take longer than their products. Volumes and sizes are those of patches.ts.
 *
 * Each result is the sum of its products in the order of the taps, each rounded to
 * 32 bits before it is added, with a product for each cell outside, too: the bits
 * are those of the patches and mat-mul.ts.
 */

const VALUE: usize = sizeof<f32>();
/** Channels of a tile, as bytes. */
const WIDE: usize = 8 * VALUE;
/** The scratch memory of a tile that is cut off at the right. */
const TILE: usize = 4 * WIDE;

/** Cells along an axis that some window sees, those outside included. */
function seen(windows: i32, stride: i32, filterSize: i32, dilation: i32): i32 {
	return (windows - 1) * stride + (filterSize - 1) * dilation + 1;
}

/** Bytes of scratch memory that `convolve` needs. */
export function convolveScratch(
	outChannels: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	filterDepth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationDepth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): usize {
	const taps = <usize>(filterDepth * filterHeight * filterWidth * channels);
	const panels = <usize>((outChannels + 7) >> 3);
	const volume =
		<usize>seen(outDepth, strideDepth, filterDepth, dilationDepth) *
		<usize>seen(outHeight, strideHeight, filterHeight, dilationHeight) *
		<usize>seen(outWidth, strideWidth, filterWidth, dilationWidth) *
		<usize>channels;
	return TILE + taps * (VALUE + panels * WIDE) + volume * VALUE;
}

/** Copies the filter's columns, 8 side by side; beyond the last, zeros. */
function packFilter(
	filter: usize,
	taps: i32,
	outChannels: i32,
	panels: usize,
): void {
	for (let column = 0; column < outChannels; column += 8) {
		const columns = min(8, outChannels - column);
		let from = filter + <usize>column * VALUE;
		for (let tap = 0; tap < taps; tap++, panels += WIDE) {
			for (let k = 0; k < 8; k++)
				store<f32>(
					panels + <usize>k * VALUE,
					k < columns ? load<f32>(from + <usize>k * VALUE) : 0,
				);
			from += <usize>outChannels * VALUE;
		}
	}
}

/** Copies what windows see of a volume, with zeros for what is outside. */
function copyVolume(
	x: usize,
	to: usize,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	seenDepth: i32,
	seenHeight: i32,
	seenWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	const pixel = <usize>channels * VALUE;
	const before = <usize>min(left, seenWidth) * pixel;
	const cells = <usize>max(0, min(width, seenWidth - left)) * pixel;
	const line = <usize>seenWidth * pixel;
	for (let d = 0; d < seenDepth; d++)
		for (let h = 0; h < seenHeight; h++, to += line) {
			const z = d - front;
			const y = h - top;
			if (z < 0 || z >= depth || y < 0 || y >= height) {
				memory.fill(to, 0, line);
				continue;
			}
			const from = x + <usize>((z * height + y) * width) * pixel;
			for (let at: usize = 0; at < before; at += VALUE) store<f32>(to + at, 0);
			memory.copy(to + before, from, cells);
			for (let at = before + cells; at < line; at += VALUE)
				store<f32>(to + at, 0);
		}
}

/** Four windows by eight channels. `step` bytes lie between windows, `line` between rows of the tile. */
function fourWindows(
	x: usize,
	step: usize,
	offsets: usize,
	panel: usize,
	end: usize,
	tile: usize,
	line: usize,
): void {
	let c00 = f32x4.splat(0);
	let c01 = f32x4.splat(0);
	let c10 = f32x4.splat(0);
	let c11 = f32x4.splat(0);
	let c20 = f32x4.splat(0);
	let c21 = f32x4.splat(0);
	let c30 = f32x4.splat(0);
	let c31 = f32x4.splat(0);
	const two = step << 1;
	const three = two + step;
	for (; panel < end; panel += WIDE, offsets += VALUE) {
		const a = x + <usize>load<u32>(offsets);
		const b0 = v128.load(panel);
		const b1 = v128.load(panel, 16);
		const a0 = v128.load32_splat(a);
		c00 = f32x4.add(c00, f32x4.mul(a0, b0));
		c01 = f32x4.add(c01, f32x4.mul(a0, b1));
		const a1 = v128.load32_splat(a + step);
		c10 = f32x4.add(c10, f32x4.mul(a1, b0));
		c11 = f32x4.add(c11, f32x4.mul(a1, b1));
		const a2 = v128.load32_splat(a + two);
		c20 = f32x4.add(c20, f32x4.mul(a2, b0));
		c21 = f32x4.add(c21, f32x4.mul(a2, b1));
		const a3 = v128.load32_splat(a + three);
		c30 = f32x4.add(c30, f32x4.mul(a3, b0));
		c31 = f32x4.add(c31, f32x4.mul(a3, b1));
	}
	v128.store(tile, c00);
	v128.store(tile, c01, 16);
	tile += line;
	v128.store(tile, c10);
	v128.store(tile, c11, 16);
	tile += line;
	v128.store(tile, c20);
	v128.store(tile, c21, 16);
	tile += line;
	v128.store(tile, c30);
	v128.store(tile, c31, 16);
}

/** The first `columns` values of each row of a tile. */
function copyTile(tile: usize, to: usize, line: usize, columns: i32): void {
	for (let row = 0; row < 4; row++, tile += WIDE, to += line)
		for (let k = 0; k < columns; k++)
			store<f32>(to + <usize>k * VALUE, load<f32>(tile + <usize>k * VALUE));
}

/**
 * Convolves volumes `[first, end)`. At least 4 windows lie along the width.
 *
 * @param x all volumes
 * @param filter `[taps, outChannels]`
 * @param y all results, of which only those of these volumes are written
 * @param scratch `convolveScratch` bytes, whose contents before and after mean nothing
 */
export function convolve(
	x: usize,
	filter: usize,
	y: usize,
	scratch: usize,
	first: i32,
	end: i32,
	outChannels: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	filterDepth: i32,
	filterHeight: i32,
	filterWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	dilationDepth: i32,
	dilationHeight: i32,
	dilationWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	const taps = filterDepth * filterHeight * filterWidth * channels;
	const offsets = scratch + TILE;
	const panels = offsets + <usize>taps * VALUE;
	const panelBytes = <usize>taps * WIDE;
	const copy = panels + panelBytes * <usize>((outChannels + 7) >> 3);
	packFilter(filter, taps, outChannels, panels);
	const seenDepth = seen(outDepth, strideDepth, filterDepth, dilationDepth);
	const seenHeight = seen(
		outHeight,
		strideHeight,
		filterHeight,
		dilationHeight,
	);
	const seenWidth = seen(outWidth, strideWidth, filterWidth, dilationWidth);
	const isWithin =
		front == 0 &&
		top == 0 &&
		left == 0 &&
		seenDepth <= depth &&
		seenHeight <= height &&
		seenWidth <= width;
	const pixel = <usize>channels * VALUE;
	const row = pixel * <usize>(isWithin ? width : seenWidth);
	const plane = row * <usize>(isWithin ? height : seenHeight);
	let to = offsets;
	for (let d = 0; d < filterDepth; d++)
		for (let h = 0; h < filterHeight; h++)
			for (let w = 0; w < filterWidth; w++) {
				const cell =
					<usize>(d * dilationDepth) * plane +
					<usize>(h * dilationHeight) * row +
					<usize>(w * dilationWidth) * pixel;
				for (let c = 0; c < channels; c++, to += VALUE)
					store<u32>(to, <u32>(cell + <usize>c * VALUE));
			}
	const volume = <usize>(depth * height * width) * pixel;
	const line = <usize>outChannels * VALUE;
	const step = <usize>strideWidth * pixel;
	const outLine = <usize>outWidth * line;
	y += <usize>first * <usize>(outDepth * outHeight) * outLine;
	for (let n = first; n < end; n++) {
		let from = x + <usize>n * volume;
		if (!isWithin) {
			// biome-ignore format: one line per group
			copyVolume(
				from, copy, depth, height, width, channels,
				seenDepth, seenHeight, seenWidth, front, top, left,
			);
			from = copy;
		}
		for (let od = 0; od < outDepth; od++)
			for (let oh = 0; oh < outHeight; oh++, y += outLine) {
				const windows =
					from +
					<usize>(od * strideDepth) * plane +
					<usize>(oh * strideHeight) * row;
				let panel = panels;
				for (
					let column = 0;
					column < outChannels;
					column += 8, panel += panelBytes
				) {
					const columns = outChannels - column;
					const own = y + <usize>column * VALUE;
					for (let ow = 0; ow < outWidth; ow += 4) {
						// The last four may be computed twice, which gives the same.
						const at = <usize>min(ow, outWidth - 4);
						const a = windows + at * step;
						const result = own + at * line;
						const stop = panel + panelBytes;
						if (columns >= 8)
							fourWindows(a, step, offsets, panel, stop, result, line);
						else {
							fourWindows(a, step, offsets, panel, stop, scratch, WIDE);
							copyTile(scratch, result, line, columns);
						}
					}
				}
			}
	}
}

// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * The patches that a filter sees, as matrices, so that a convolution is a product
 * of matrices. Volumes are `[batch, depth, height, width, channels]`; images are
 * volumes with a depth of 1. The first window starts `front`, `top` and `left`
 * cells outside.
 *
 * A _tap_ is a cell of the filter and a channel, a _place_ is a window.
 */

const VALUE: usize = sizeof<f32>();

/** Adds `count` values onto others. */
function addRun(from: usize, to: usize, count: i32): void {
	const end = from + <usize>count * VALUE;
	const four = from + <usize>(count & ~3) * VALUE;
	for (; from < four; from += 4 * VALUE, to += 4 * VALUE)
		v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
	for (; from < end; from += VALUE, to += VALUE)
		store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** Copies few values, for which a call would take longer. */
function copyRun(from: usize, to: usize, count: i32): void {
	const bytes = <usize>count * VALUE;
	if (count >= 32) {
		memory.copy(to, from, bytes);
		return;
	}
	const four = from + <usize>(count & ~3) * VALUE;
	const end = from + bytes;
	for (; from < four; from += 4 * VALUE, to += 4 * VALUE)
		v128.store(to, v128.load(from));
	for (; from < end; from += VALUE, to += VALUE)
		store<f32>(to, load<f32>(from));
}

/** Zeros, mostly none or few. */
function clearRun(to: usize, count: i32): void {
	const end = to + <usize>count * VALUE;
	for (; to < end; to += VALUE) store<f32>(to, 0);
}

/** What to do with the rows of patches. */
const enum Task {
	/** Copy them out of the volume. */
	Take,
	/** Add them onto the volume. */
	Add,
}

/** Rows of places, `[places, taps]`: each is a patch. */
function rows(
	task: Task,
	x: usize,
	patches: usize,
	first: i32,
	end: i32,
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
	const pixel = <usize>channels * VALUE;
	const line = <usize>filterWidth * pixel;
	for (let l = first; l < end; l++) {
		const oh = l % outHeight;
		const od = (l / outHeight) % outDepth;
		const n = l / outHeight / outDepth;
		for (let ow = 0; ow < outWidth; ow++)
			for (let kd = 0; kd < filterDepth; kd++) {
				const z = od * strideDepth + kd * dilationDepth - front;
				for (let kh = 0; kh < filterHeight; kh++, patches += line) {
					const y = oh * strideHeight + kh * dilationHeight - top;
					if (z < 0 || z >= depth || y < 0 || y >= height) {
						if (task == Task.Take) clearRun(patches, filterWidth * channels);
						continue;
					}
					const row = <usize>((n * depth + z) * height + y) * <usize>width;
					const begin = ow * strideWidth - left;
					if (dilationWidth == 1) {
						// Neighbours in the filter are neighbours in the volume.
						const from = min(filterWidth, max(0, -begin));
						const to = max(from, min(filterWidth, width - begin));
						const run = patches + <usize>from * pixel;
						const cells = x + (row + <usize>(begin + from)) * pixel;
						if (task == Task.Add) {
							addRun(run, cells, (to - from) * channels);
							continue;
						}
						clearRun(patches, from * channels);
						copyRun(cells, run, (to - from) * channels);
						clearRun(
							patches + <usize>to * pixel,
							(filterWidth - to) * channels,
						);
						continue;
					}
					let run = patches;
					for (let kw = 0; kw < filterWidth; kw++, run += pixel) {
						const column = begin + kw * dilationWidth;
						if (column < 0 || column >= width) {
							if (task == Task.Take) clearRun(run, channels);
							continue;
						}
						const cell = x + (row + <usize>column) * pixel;
						if (task == Task.Take) copyRun(cell, run, channels);
						else addRun(run, cell, channels);
					}
				}
			}
	}
}

/**
 * The patches of lines `first` up to `end`, `[places, taps]`. Outside is 0. A line is
 * a row of windows; those of all planes of all volumes are counted.
 *
 * @param x the volumes
 */
export function takePatches(
	x: usize,
	patches: usize,
	first: i32,
	end: i32,
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
	// biome-ignore format: one line per group
	rows(
		Task.Take, x, patches, first, end, depth, height, width, channels,
		outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth,
		strideDepth, strideHeight, strideWidth,
		dilationDepth, dilationHeight, dilationWidth, front, top, left,
	);
}

/**
 * The reverse way: adds such patches onto the volumes that they come from, place by
 * place, tap by tap.
 *
 * @param dx the volumes; what they hold is added to
 */
export function addPatches(
	dx: usize,
	patches: usize,
	first: i32,
	end: i32,
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
	// biome-ignore format: one line per group
	rows(
		Task.Add, dx, patches, first, end, depth, height, width, channels,
		outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth,
		strideDepth, strideHeight, strideWidth,
		dilationDepth, dilationHeight, dilationWidth, front, top, left,
	);
}

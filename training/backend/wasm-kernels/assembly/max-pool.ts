// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Maximum pooling over windows of `windowHeight × windowWidth`, the first of
 * which starts `top` rows above the image and `left` columns beside it.
 *
 * The maximum of a window is its first cell, row by row, that no other exceeds,
 * as in TensorFlow and PyTorch. A NaN exceeds every number: a window that holds
 * one gives NaN, as in PyTorch, and not a number that hides it. Its gradient goes
 * to the first NaN, by the same rule (PyTorch's goes to the last). The search starts with a cell of the window and not with a
 * constant, which could exceed them all. Cells outside the image never count. A
 * window that is outside altogether has the maximum of nothing, -Infinity, and
 * no gradient.
 */

const VALUE: usize = sizeof<f32>();

/** What to do with the cell that won a window. */
const enum Task {
	/** Copy its value. */
	Values,
	/** Store its index. */
	Indexes,
	/** Add the gradient of the window onto it. */
	Gradient,
}

/** The cell of the maximum in rows `[up, down)` and columns `[from, to)`. Cells count row by row through the image and are `pixel` bytes apart. */
function maximum(
	x: usize,
	pixel: usize,
	width: i32,
	up: i32,
	down: i32,
	from: i32,
	to: i32,
): i32 {
	let cell = up * width + from;
	let best = load<f32>(x + <usize>cell * pixel);
	for (let row = up; row < down; row++) {
		const end = row * width + to;
		for (let at = row * width + from; at < end; at++) {
			const value = load<f32>(x + <usize>at * pixel);
			if (value > best || (value != value && best == best)) {
				best = value;
				cell = at;
			}
		}
	}
	return cell;
}

/** `maximum` of four channels at once. */
function fourMaxima(
	x: usize,
	pixel: usize,
	width: i32,
	up: i32,
	down: i32,
	from: i32,
	to: i32,
): v128 {
	let cells = i32x4.splat(up * width + from);
	let best = v128.load(x + <usize>(up * width + from) * pixel);
	for (let row = up; row < down; row++) {
		const end = row * width + to;
		for (let at = row * width + from; at < end; at++) {
			const values = v128.load(x + <usize>at * pixel);
			const wins = v128.or(
				f32x4.gt(values, best),
				v128.and(f32x4.ne(values, values), f32x4.eq(best, best)),
			);
			best = v128.bitselect(values, best, wins);
			cells = v128.bitselect(i32x4.splat(at), cells, wins);
		}
	}
	return cells;
}

/** Does the task for one channel, `offset` bytes into a pixel, of one window. */
function settle(
	task: Task,
	x: usize,
	dx: usize,
	cell: usize,
	offset: usize,
	window: usize,
): void {
	const at = cell + offset;
	if (task == Task.Values) store<f32>(window + offset, load<f32>(x + at));
	else if (task == Task.Indexes) store<i32>(window + offset, <i32>(at / VALUE));
	else store<f32>(dx + at, load<f32>(dx + at) + load<f32>(window + offset));
}

/** @param windows one value per window and channel: to write, or the gradient to read */
function pool(
	task: Task,
	x: usize,
	dx: usize,
	windows: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	top: i32,
	left: i32,
): void {
	const pixel = <usize>channels * VALUE;
	const image = <usize>height * <usize>width * pixel;
	let window = windows + <usize>first * <usize>(outHeight * outWidth) * pixel;
	x += <usize>first * image;
	dx += <usize>first * image;
	for (let n = first; n < end; n++, x += image, dx += image)
		for (let row = 0; row < outHeight; row++) {
			const y = row * strideHeight - top;
			const up = max(0, y);
			const down = min(height, y + windowHeight);
			for (let column = 0; column < outWidth; column++, window += pixel) {
				const z = column * strideWidth - left;
				const from = max(0, z);
				const to = min(width, z + windowWidth);
				let c: usize = 0;
				if (up >= down || from >= to) {
					for (; c < pixel; c += VALUE)
						if (task == Task.Values) store<f32>(window + c, -Infinity);
						else if (task == Task.Indexes) store<i32>(window + c, -1);
					continue;
				}
				for (; c + 4 * VALUE <= pixel; c += 4 * VALUE) {
					const four = fourMaxima(x + c, pixel, width, up, down, from, to);
					const cell0 = <usize>i32x4.extract_lane(four, 0) * pixel;
					const cell1 = <usize>i32x4.extract_lane(four, 1) * pixel;
					const cell2 = <usize>i32x4.extract_lane(four, 2) * pixel;
					const cell3 = <usize>i32x4.extract_lane(four, 3) * pixel;
					settle(task, x, dx, cell0, c, window);
					settle(task, x, dx, cell1, c + VALUE, window);
					settle(task, x, dx, cell2, c + 2 * VALUE, window);
					settle(task, x, dx, cell3, c + 3 * VALUE, window);
				}
				for (; c < pixel; c += VALUE) {
					const cell = maximum(x + c, pixel, width, up, down, from, to);
					settle(task, x, dx, <usize>cell * pixel, c, window);
				}
			}
		}
}

/**
 * The maximum of each window.
 *
 * @param x the images
 * @param y their results, `[batch, outHeight, outWidth, channels]`
 * @param first the first image to compute
 * @param end the one after the last
 */
export function maxPool(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	pool(
		Task.Values, x, 0, y, first, end,
		height, width, channels, outHeight, outWidth,
		windowHeight, windowWidth, strideHeight, strideWidth, top, left,
	);
}

/**
 * Where in its image each window's maximum is, counted through rows, columns and
 * channels; -1 where a window is outside.
 *
 * @param indexes 32-bit integers, `[batch, outHeight, outWidth, channels]`
 */
export function argMaxPool(
	x: usize,
	indexes: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	pool(
		Task.Indexes, x, 0, indexes, first, end,
		height, width, channels, outHeight, outWidth,
		windowHeight, windowWidth, strideHeight, strideWidth, top, left,
	);
}

/**
 * The gradient with respect to the images: each value of `dy` is added onto the
 * cell that won its window, window by window, row by row.
 *
 * @param x the images
 * @param dy `[batch, outHeight, outWidth, channels]`
 * @param dx of the shape of `x`
 */
export function maxPoolGrad(
	x: usize,
	dy: usize,
	dx: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideHeight: i32,
	strideWidth: i32,
	top: i32,
	left: i32,
): void {
	const image = <usize>height * <usize>width * <usize>channels * VALUE;
	memory.fill(dx + <usize>first * image, 0, <usize>(end - first) * image);
	// biome-ignore format: one line per group
	pool(
		Task.Gradient, x, dx, dy, first, end,
		height, width, channels, outHeight, outWidth,
		windowHeight, windowWidth, strideHeight, strideWidth, top, left,
	);
}

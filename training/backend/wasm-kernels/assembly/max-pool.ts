// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Maximum pooling over windows of `windowDepth × windowHeight × windowWidth`, the
 * first of which starts `front` planes before the volume, `top` rows above it and
 * `left` columns beside it. An image is a volume of one plane.
 *
 * The maximum of a window is its first cell, plane by plane and row by row, that no other exceeds,
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
	/** Store its index in its volume. */
	Indexes,
	/** Store its index in the batch. */
	BatchIndexes,
	/** Add the gradient of the window onto it. */
	Gradient,
	/** Copy what another volume has at its place. */
	Others,
}

/**
 * The cell of the maximum in planes `[near, far)`, rows `[up, down)` and columns
 * `[from, to)`. Cells count plane by plane and row by row through the volume and are
 * `pixel` bytes apart.
 */
function maximum(
	x: usize,
	pixel: usize,
	height: i32,
	width: i32,
	near: i32,
	far: i32,
	up: i32,
	down: i32,
	from: i32,
	to: i32,
): i32 {
	let cell = (near * height + up) * width + from;
	let best = load<f32>(x + <usize>cell * pixel);
	for (let plane = near; plane < far; plane++)
		for (let row = up; row < down; row++) {
			const begin = (plane * height + row) * width;
			const end = begin + to;
			for (let at = begin + from; at < end; at++) {
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
	height: i32,
	width: i32,
	near: i32,
	far: i32,
	up: i32,
	down: i32,
	from: i32,
	to: i32,
): v128 {
	const first = (near * height + up) * width + from;
	let cells = i32x4.splat(first);
	let best = v128.load(x + <usize>first * pixel);
	for (let plane = near; plane < far; plane++)
		for (let row = up; row < down; row++) {
			const begin = (plane * height + row) * width;
			const end = begin + to;
			for (let at = begin + from; at < end; at++) {
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
	else if (task == Task.BatchIndexes)
		store<i32>(window + offset, <i32>((dx + at) / VALUE));
	else if (task == Task.Others) store<f32>(window + offset, load<f32>(dx + at));
	else store<f32>(dx + at, load<f32>(dx + at) + load<f32>(window + offset));
}

/**
 * @param dx another volume: to add to, or to copy from; 0 where indexes are told
 * @param windows one value per window and channel: to write, or the gradient to read
 */
function pool(
	task: Task,
	x: usize,
	dx: usize,
	windows: usize,
	first: i32,
	end: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	windowDepth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	const pixel = <usize>channels * VALUE;
	const volume = <usize>depth * <usize>height * <usize>width * pixel;
	let window =
		windows +
		<usize>first * <usize>outDepth * <usize>(outHeight * outWidth) * pixel;
	x += <usize>first * volume;
	dx += <usize>first * volume;
	for (let n = first; n < end; n++, x += volume, dx += volume)
		for (let plane = 0; plane < outDepth; plane++) {
			const z = plane * strideDepth - front;
			const near = max(0, z);
			const far = min(depth, z + windowDepth);
			for (let row = 0; row < outHeight; row++) {
				const y = row * strideHeight - top;
				const up = max(0, y);
				const down = min(height, y + windowHeight);
				for (let column = 0; column < outWidth; column++, window += pixel) {
					const w = column * strideWidth - left;
					const from = max(0, w);
					const to = min(width, w + windowWidth);
					let c: usize = 0;
					if (near >= far || up >= down || from >= to) {
						for (; c < pixel; c += VALUE)
							if (task == Task.Values) store<f32>(window + c, -Infinity);
							else if (task == Task.Others) store<f32>(window + c, 0);
							else if (task != Task.Gradient) store<i32>(window + c, -1);
						continue;
					}
					for (; c + 4 * VALUE <= pixel; c += 4 * VALUE) {
						// biome-ignore format: one line
						const four = fourMaxima(x + c, pixel, height, width, near, far, up, down, from, to);
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
						// biome-ignore format: one line
						const cell = maximum(x + c, pixel, height, width, near, far, up, down, from, to);
						settle(task, x, dx, <usize>cell * pixel, c, window);
					}
				}
			}
		}
}

/**
 * The maximum of each window.
 *
 * @param x the volumes, `[batch, depth, height, width, channels]`
 * @param y their results, `[batch, outDepth, outHeight, outWidth, channels]`
 * @param first the first volume to compute
 * @param end the one after the last
 */
export function maxPool(
	x: usize,
	y: usize,
	first: i32,
	end: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	windowDepth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	pool(
		Task.Values, x, 0, y, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

/**
 * Where in its volume each window's maximum is, counted through planes, rows, columns
 * and channels; -1 where a window is outside.
 *
 * @param inBatch count through the batch as well
 * @param indexes 32-bit integers, of the shape of the results
 */
export function argMaxPool(
	x: usize,
	indexes: usize,
	inBatch: bool,
	first: i32,
	end: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	windowDepth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	const task = inBatch ? Task.BatchIndexes : Task.Indexes;
	// biome-ignore format: one line per group
	pool(
		task, x, 0, indexes, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

/**
 * The gradient with respect to the volumes: each value of `dy` is added onto the
 * cell that won its window, window by window, row by row.
 *
 * @param x the volumes
 * @param dy of the shape of the results
 * @param dx of the shape of `x`
 */
export function maxPoolGrad(
	x: usize,
	dy: usize,
	dx: usize,
	first: i32,
	end: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	windowDepth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	const volume =
		<usize>depth * <usize>height * <usize>width * <usize>channels * VALUE;
	memory.fill(dx + <usize>first * volume, 0, <usize>(end - first) * volume);
	// biome-ignore format: one line per group
	pool(
		Task.Gradient, x, dx, dy, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

/**
 * What other volumes have where `x` has its maxima: the gradient of `maxPoolGrad`
 * with respect to its `dy`. 0 where a window is outside.
 *
 * @param others of the shape of `x`
 * @param y of the shape of the results
 */
export function maxPoolOthers(
	x: usize,
	others: usize,
	y: usize,
	first: i32,
	end: i32,
	depth: i32,
	height: i32,
	width: i32,
	channels: i32,
	outDepth: i32,
	outHeight: i32,
	outWidth: i32,
	windowDepth: i32,
	windowHeight: i32,
	windowWidth: i32,
	strideDepth: i32,
	strideHeight: i32,
	strideWidth: i32,
	front: i32,
	top: i32,
	left: i32,
): void {
	// biome-ignore format: one line per group
	pool(
		Task.Others, x, others, y, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

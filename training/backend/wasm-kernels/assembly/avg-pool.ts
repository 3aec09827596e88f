// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Average pooling over the windows of max-pool.ts. Cells outside the volume never
 * count: a window's mean is that of its cells inside, as in TensorFlow, and as in
 * PyTorch without `count_include_pad`. A window that is outside altogether has the
 * mean of nothing, NaN, and no gradient.
 *
 * Sums are made row by row, and then of rows: always in this order.
 */

const VALUE: usize = sizeof<f32>();
const LANES: usize = 4 * VALUE;

/**
 * Writes the means of the cells of one window.
 *
 * @param first where the window's first cell is
 * @param plane bytes from one plane to the next, `row` and `pixel` likewise
 */
function average(
	first: usize,
	window: usize,
	planes: i32,
	rows: i32,
	columns: i32,
	plane: usize,
	row: usize,
	pixel: usize,
): void {
	const count = <f32>(planes * rows * columns);
	const counts = f32x4.splat(count);
	const across = <usize>columns * pixel;
	let c: usize = 0;
	for (; c + 4 * LANES <= pixel; c += 4 * LANES) {
		let sum0 = f32x4.splat(0);
		let sum1 = f32x4.splat(0);
		let sum2 = f32x4.splat(0);
		let sum3 = f32x4.splat(0);
		for (let p = 0; p < planes; p++)
			for (let r = 0; r < rows; r++) {
				const from = first + c + <usize>p * plane + <usize>r * row;
				const to = from + across;
				let part0 = v128.load(from);
				let part1 = v128.load(from, LANES);
				let part2 = v128.load(from, 2 * LANES);
				let part3 = v128.load(from, 3 * LANES);
				for (let at = from + pixel; at < to; at += pixel) {
					part0 = f32x4.add(part0, v128.load(at));
					part1 = f32x4.add(part1, v128.load(at, LANES));
					part2 = f32x4.add(part2, v128.load(at, 2 * LANES));
					part3 = f32x4.add(part3, v128.load(at, 3 * LANES));
				}
				sum0 = f32x4.add(sum0, part0);
				sum1 = f32x4.add(sum1, part1);
				sum2 = f32x4.add(sum2, part2);
				sum3 = f32x4.add(sum3, part3);
			}
		v128.store(window + c, f32x4.div(sum0, counts));
		v128.store(window + c, f32x4.div(sum1, counts), LANES);
		v128.store(window + c, f32x4.div(sum2, counts), 2 * LANES);
		v128.store(window + c, f32x4.div(sum3, counts), 3 * LANES);
	}
	for (; c + LANES <= pixel; c += LANES) {
		let sum = f32x4.splat(0);
		for (let p = 0; p < planes; p++)
			for (let r = 0; r < rows; r++) {
				const from = first + c + <usize>p * plane + <usize>r * row;
				const to = from + across;
				let part = v128.load(from);
				for (let at = from + pixel; at < to; at += pixel)
					part = f32x4.add(part, v128.load(at));
				sum = f32x4.add(sum, part);
			}
		v128.store(window + c, f32x4.div(sum, counts));
	}
	for (; c < pixel; c += VALUE) {
		let sum: f32 = 0;
		for (let p = 0; p < planes; p++)
			for (let r = 0; r < rows; r++) {
				const from = first + c + <usize>p * plane + <usize>r * row;
				const to = from + across;
				let part = load<f32>(from);
				for (let at = from + pixel; at < to; at += pixel) part += load<f32>(at);
				sum += part;
			}
		store<f32>(window + c, sum / count);
	}
}

/** Adds a share of the window's gradient onto each of its cells. */
function share(
	first: usize,
	window: usize,
	planes: i32,
	rows: i32,
	columns: i32,
	plane: usize,
	row: usize,
	pixel: usize,
): void {
	const part: f32 = 1 / <f32>(planes * rows * columns);
	const parts = f32x4.splat(part);
	const across = <usize>columns * pixel;
	for (let p = 0; p < planes; p++)
		for (let r = 0; r < rows; r++) {
			const from = first + <usize>p * plane + <usize>r * row;
			const to = from + across;
			for (let at = from; at < to; at += pixel) {
				let c: usize = 0;
				for (; c + LANES <= pixel; c += LANES)
					v128.store(
						at + c,
						f32x4.add(
							v128.load(at + c),
							f32x4.mul(v128.load(window + c), parts),
						),
					);
				for (; c < pixel; c += VALUE)
					store<f32>(at + c, load<f32>(at + c) + load<f32>(window + c) * part);
			}
		}
}

/** @param windows one value per window and channel: to write, or the gradient to read */
function pool(
	isGradient: bool,
	x: usize,
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
	const row = <usize>width * pixel;
	const plane = <usize>height * row;
	const volume = <usize>depth * plane;
	let window =
		windows +
		<usize>first * <usize>outDepth * <usize>(outHeight * outWidth) * pixel;
	x += <usize>first * volume;
	for (let n = first; n < end; n++, x += volume)
		for (let i = 0; i < outDepth; i++) {
			const z = i * strideDepth - front;
			const near = max(0, z);
			const far = min(depth, z + windowDepth);
			for (let j = 0; j < outHeight; j++) {
				const y = j * strideHeight - top;
				const up = max(0, y);
				const down = min(height, y + windowHeight);
				for (let k = 0; k < outWidth; k++, window += pixel) {
					const w = k * strideWidth - left;
					const from = max(0, w);
					const to = min(width, w + windowWidth);
					if (near >= far || up >= down || from >= to) {
						if (!isGradient)
							for (let c: usize = 0; c < pixel; c += VALUE)
								store<f32>(window + c, NaN);
						continue;
					}
					const cell =
						x + <usize>near * plane + <usize>up * row + <usize>from * pixel;
					// biome-ignore format: one line
					if (isGradient) share(cell, window, far - near, down - up, to - from, plane, row, pixel);
					// biome-ignore format: one line
					else average(cell, window, far - near, down - up, to - from, plane, row, pixel);
				}
			}
		}
}

/**
 * The mean of each window.
 *
 * @param x the volumes, `[batch, depth, height, width, channels]`
 * @param y their results, `[batch, outDepth, outHeight, outWidth, channels]`
 * @param first the first volume to compute
 * @param end the one after the last
 */
export function avgPool(
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
		false, x, y, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

/**
 * The gradient with respect to the volumes: each value of `dy` is shared by the
 * cells of its window, window by window, row by row.
 *
 * @param dy of the shape of the results
 * @param dx of the shape of the volumes
 */
export function avgPoolGrad(
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
		true, dx, dy, first, end,
		depth, height, width, channels, outDepth, outHeight, outWidth,
		windowDepth, windowHeight, windowWidth, strideDepth, strideHeight, strideWidth,
		front, top, left,
	);
}

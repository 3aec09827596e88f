// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Images that are read between their pixels. Which pixels make one of the result, and
 * with which weights, stands in tables: whoever calls knows resizing from
 * cropping and turning, and these functions do not. A weight of 0 leaves its pixel
 * alone, also where that is no number.
 */

const VALUE: usize = sizeof<f32>();
const LANES: usize = 4 * VALUE;

/** Bytes of an entry for a row or column: the pixels around it, and the weight of the second. */
const ENTRY: usize = 12;

/** Bytes of an entry for one pixel that takes part: its index, and its weight. */
const PART: usize = 8;

/** Copies pixels, whatever their bits mean. */
function copyPixel(from: usize, to: usize, pixel: usize): void {
	for (let c: usize = 0; c < pixel; c += VALUE)
		store<u32>(to + c, load<u32>(from + c));
}

function fillPixel(at: usize, pixel: usize, value: f32): void {
	for (let c: usize = 0; c < pixel; c += VALUE) store<f32>(at + c, value);
}

/** Writes (1 - share) · a + share · b. */
function mixPixels(
	a: usize,
	b: usize,
	share: f32,
	to: usize,
	pixel: usize,
): void {
	const rest: f32 = 1 - share;
	let c: usize = 0;
	for (; c + LANES <= pixel; c += LANES)
		v128.store(
			to + c,
			f32x4.add(
				f32x4.mul(f32x4.splat(rest), v128.load(a + c)),
				f32x4.mul(f32x4.splat(share), v128.load(b + c)),
			),
		);
	for (; c < pixel; c += VALUE)
		store<f32>(to + c, rest * load<f32>(a + c) + share * load<f32>(b + c));
}

/** The same of four pixels, `share` of the lower two and `across` of the right two. */
function mixFour(
	topLeft: usize,
	topRight: usize,
	bottomLeft: usize,
	bottomRight: usize,
	share: f32,
	across: f32,
	to: usize,
	pixel: usize,
): void {
	const rest: f32 = 1 - share;
	const left: f32 = 1 - across;
	let c: usize = 0;
	for (; c + LANES <= pixel; c += LANES) {
		const top = f32x4.add(
			f32x4.mul(f32x4.splat(left), v128.load(topLeft + c)),
			f32x4.mul(f32x4.splat(across), v128.load(topRight + c)),
		);
		const bottom = f32x4.add(
			f32x4.mul(f32x4.splat(left), v128.load(bottomLeft + c)),
			f32x4.mul(f32x4.splat(across), v128.load(bottomRight + c)),
		);
		v128.store(
			to + c,
			f32x4.add(
				f32x4.mul(f32x4.splat(rest), top),
				f32x4.mul(f32x4.splat(share), bottom),
			),
		);
	}
	for (; c < pixel; c += VALUE) {
		const top =
			left * load<f32>(topLeft + c) + across * load<f32>(topRight + c);
		const bottom =
			left * load<f32>(bottomLeft + c) + across * load<f32>(bottomRight + c);
		store<f32>(to + c, rest * top + share * bottom);
	}
}

/** Adds weight · from. */
function addPixel(from: usize, weight: f32, to: usize, pixel: usize): void {
	let c: usize = 0;
	for (; c + LANES <= pixel; c += LANES)
		v128.store(
			to + c,
			f32x4.add(
				v128.load(to + c),
				f32x4.mul(f32x4.splat(weight), v128.load(from + c)),
			),
		);
	for (; c < pixel; c += VALUE)
		store<f32>(to + c, load<f32>(to + c) + weight * load<f32>(from + c));
}

/**
 * Reads images at the crossings of rows and columns.
 *
 * @param images `[…, height, width, channels]`
 * @param y `[results, outHeight, outWidth, channels]`
 * @param first the first result to compute
 * @param end the one after the last
 * @param sources 32-bit integers: the image that each result is read from
 * @param rows entries `outHeight` by `outHeight`: two 32-bit integers, of which -1 stands for outside of the image, and a 32-bit float
 * @param rowsApart entries from one result to the next; 0 where they share them
 * @param columns likewise, `outWidth` by `outWidth`
 * @param outside what is where no pixel is
 */
export function interpolate(
	images: usize,
	y: usize,
	first: i32,
	end: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	sources: usize,
	rows: usize,
	rowsApart: i32,
	columns: usize,
	columnsApart: i32,
	outside: f32,
): void {
	const pixel = <usize>channels * VALUE;
	const line = <usize>width * pixel;
	const image = <usize>height * line;
	let to = y + <usize>first * <usize>(outHeight * outWidth) * pixel;
	for (let n = first; n < end; n++) {
		const source =
			images + <usize>load<i32>(sources + <usize>n * VALUE) * image;
		for (let i = 0; i < outHeight; i++) {
			const row = rows + <usize>(n * rowsApart + i) * ENTRY;
			const up = load<i32>(row);
			const top = source + <usize>up * line;
			const bottom = source + <usize>load<i32>(row, 4) * line;
			const share = load<f32>(row, 8);
			for (let j = 0; j < outWidth; j++, to += pixel) {
				const column = columns + <usize>(n * columnsApart + j) * ENTRY;
				const side = load<i32>(column);
				if (up < 0 || side < 0) {
					fillPixel(to, pixel, outside);
					continue;
				}
				const left = <usize>side * pixel;
				const right = <usize>load<i32>(column, 4) * pixel;
				const across = load<f32>(column, 8);
				if (share == 0 && across == 0) copyPixel(top + left, to, pixel);
				else if (share == 0)
					mixPixels(top + left, top + right, across, to, pixel);
				else if (across == 0)
					mixPixels(top + left, bottom + left, share, to, pixel);
				// biome-ignore format: one line
				else mixFour(top + left, top + right, bottom + left, bottom + right, share, across, to, pixel);
			}
		}
	}
}

/**
 * The gradient with respect to the images: each pixel of `dy` is shared by those that
 * it was made of, result by result, row by row.
 *
 * @param dy of the shape of the results
 * @param dx of the shape of the images
 * @param first the first image to compute
 * @param end the one after the last
 * @param results how many there are
 */
export function interpolateGrad(
	dy: usize,
	dx: usize,
	first: i32,
	end: i32,
	results: i32,
	height: i32,
	width: i32,
	channels: i32,
	outHeight: i32,
	outWidth: i32,
	sources: usize,
	rows: usize,
	rowsApart: i32,
	columns: usize,
	columnsApart: i32,
): void {
	const pixel = <usize>channels * VALUE;
	const line = <usize>width * pixel;
	const image = <usize>height * line;
	memory.fill(dx + <usize>first * image, 0, <usize>(end - first) * image);
	for (let n = 0; n < results; n++) {
		const source = load<i32>(sources + <usize>n * VALUE);
		if (source < first || source >= end) continue;
		const target = dx + <usize>source * image;
		let from = dy + <usize>n * <usize>(outHeight * outWidth) * pixel;
		for (let i = 0; i < outHeight; i++) {
			const row = rows + <usize>(n * rowsApart + i) * ENTRY;
			const up = load<i32>(row);
			const top = target + <usize>up * line;
			const bottom = target + <usize>load<i32>(row, 4) * line;
			const share = load<f32>(row, 8);
			for (let j = 0; j < outWidth; j++, from += pixel) {
				const column = columns + <usize>(n * columnsApart + j) * ENTRY;
				const side = load<i32>(column);
				if (up < 0 || side < 0) continue;
				const left = <usize>side * pixel;
				const right = <usize>load<i32>(column, 4) * pixel;
				const across = load<f32>(column, 8);
				addPixel(from, (1 - share) * (1 - across), top + left, pixel);
				if (across != 0)
					addPixel(from, (1 - share) * across, top + right, pixel);
				if (share != 0)
					addPixel(from, share * (1 - across), bottom + left, pixel);
				if (share != 0 && across != 0)
					addPixel(from, share * across, bottom + right, pixel);
			}
		}
	}
}

/**
 * Reads images wherever a table says.
 *
 * @param images `[batch, cells, channels]`: rows and columns as one
 * @param y `[batch, outCells, channels]`
 * @param first the first image to compute
 * @param end the one after the last
 * @param parts how many pixels make one of the result
 * @param table for each cell of the result, `parts` entries: a 32-bit integer, which is the cell of the image, -1 for what fills or -2 for nothing, and its weight, a 32-bit float
 * @param apart results from one image's table to the next; 0 where they share it
 * @param filling a 32-bit float for each channel
 */
export function gatherPixels(
	images: usize,
	y: usize,
	first: i32,
	end: i32,
	cells: i32,
	outCells: i32,
	channels: i32,
	parts: i32,
	table: usize,
	apart: i32,
	filling: usize,
): void {
	const pixel = <usize>channels * VALUE;
	let to = y + <usize>first * <usize>outCells * pixel;
	for (let n = first; n < end; n++) {
		const image = images + <usize>n * <usize>cells * pixel;
		let entry = table + <usize>n * <usize>apart * <usize>parts * PART;
		for (let cell = 0; cell < outCells; cell++, to += pixel) {
			let isFirst = true;
			for (let k = 0; k < parts; k++, entry += PART) {
				const at = load<i32>(entry);
				if (at == -2) continue;
				const weight = load<f32>(entry, 4);
				const from = at == -1 ? filling : image + <usize>at * pixel;
				if (!isFirst) addPixel(from, weight, to, pixel);
				else if (weight == 1) copyPixel(from, to, pixel);
				else
					for (let c: usize = 0; c < pixel; c += VALUE)
						store<f32>(to + c, weight * load<f32>(from + c));
				isFirst = false;
			}
			if (isFirst) fillPixel(to, pixel, 0);
		}
	}
}

/**
 * The gradient of `gatherPixels` with respect to the images.
 *
 * @param dy of the shape of the results
 * @param dx of the shape of the images
 */
export function scatterPixels(
	dy: usize,
	dx: usize,
	first: i32,
	end: i32,
	cells: i32,
	outCells: i32,
	channels: i32,
	parts: i32,
	table: usize,
	apart: i32,
): void {
	const pixel = <usize>channels * VALUE;
	const size = <usize>cells * pixel;
	memory.fill(dx + <usize>first * size, 0, <usize>(end - first) * size);
	let from = dy + <usize>first * <usize>outCells * pixel;
	for (let n = first; n < end; n++) {
		const image = dx + <usize>n * size;
		let entry = table + <usize>n * <usize>apart * <usize>parts * PART;
		for (let cell = 0; cell < outCells; cell++, from += pixel)
			for (let k = 0; k < parts; k++, entry += PART) {
				const at = load<i32>(entry);
				if (at >= 0)
					addPixel(from, load<f32>(entry, 4), image + <usize>at * pixel, pixel);
			}
	}
}

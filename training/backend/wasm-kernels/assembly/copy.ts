// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Copies between two arrangements of the same values. Values are `width` bytes
 * each (1, 4 or 8) and are counted along four axes, the last one fastest. How
 * far neighbours of an axis are apart is given in values, for each side: a
 * stride of 0 repeats, a negative one goes backwards.
 */

/** Side of the squares in which a transposition is copied: both sides stay in the cache. */
const TILE = 16;

/** A line of values. */
function copyLine(
	x: usize,
	y: usize,
	width: i32,
	size: i32,
	from: i32,
	to: i32,
): void {
	if (from == width && to == width) {
		const bytes = <usize>size * <usize>width;
		// A call costs more than few values.
		if (width == 4 && size < 16) {
			for (let k: usize = 0; k < bytes; k += 4)
				store<u32>(y + k, load<u32>(x + k));
			return;
		}
		memory.copy(y, x, bytes);
		return;
	}
	if (width == 4) {
		for (let k = 0; k < size; k++, x += from, y += to)
			store<u32>(y, load<u32>(x));
		return;
	}
	if (width == 1) {
		for (let k = 0; k < size; k++, x += from, y += to)
			store<u8>(y, load<u8>(x));
		return;
	}
	for (let k = 0; k < size; k++, x += from, y += to)
		store<u64>(y, load<u64>(x));
}

/** A plane in which the last axis is contiguous in `y`, and the one before it in `x`. */
function copyTurned(
	x: usize,
	y: usize,
	width: i32,
	rows: i32,
	columns: i32,
	fromColumn: i32,
	toRow: i32,
): void {
	for (let row = 0; row < rows; row += TILE)
		for (let column = 0; column < columns; column += TILE) {
			const lastRow = min(rows, row + TILE);
			const size = min(TILE, columns - column);
			for (let one = row; one < lastRow; one++)
				copyLine(
					x + <usize>(one * width + column * fromColumn),
					y + <usize>(one * toRow + column * width),
					width,
					size,
					fromColumn,
					width,
				);
		}
}

/**
 * @param x where the first value is read
 * @param y where it is written
 * @param width bytes of a value
 * @param size0 values along each axis, from the slowest to the fastest
 * @param from0 strides of `x`
 * @param to0 strides of `y`
 */
export function copyStrided(
	x: usize,
	y: usize,
	width: i32,
	size0: i32,
	size1: i32,
	size2: i32,
	size3: i32,
	from0: i32,
	from1: i32,
	from2: i32,
	from3: i32,
	to0: i32,
	to1: i32,
	to2: i32,
	to3: i32,
): void {
	const turned = from2 == 1 && to3 == 1 && size2 >= 4 && size3 >= 4;
	from0 *= width;
	from1 *= width;
	from2 *= width;
	from3 *= width;
	to0 *= width;
	to1 *= width;
	to2 *= width;
	to3 *= width;
	for (let a = 0; a < size0; a++, x += from0, y += to0) {
		let x1 = x;
		let y1 = y;
		for (let b = 0; b < size1; b++, x1 += from1, y1 += to1) {
			if (turned) {
				copyTurned(x1, y1, width, size2, size3, from3, to2);
				continue;
			}
			let x2 = x1;
			let y2 = y1;
			for (let c = 0; c < size2; c++, x2 += from2, y2 += to2)
				copyLine(x2, y2, width, size3, from3, to3);
		}
	}
}

/** Writes the same 32 bits into `size` values. */
export function fillWords(y: usize, bits: u32, size: i32): void {
	const end = y + ((<usize>size) << 2);
	const four = i32x4.splat(bits);
	for (; y + 16 <= end; y += 16) v128.store(y, four);
	for (; y < end; y += 4) store<u32>(y, bits);
}

/** Writes the same byte into `size` values. */
export function fillBytes(y: usize, value: u32, size: i32): void {
	memory.fill(y, <u8>value, <usize>size);
}

// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Products of matrices: c = a · b, with `a` of m rows and `inner` columns, and
 * `b` of `inner` rows and `columns` columns. The strides of each say how many numbers
 * lie between neighbours of a column and of a row, so a transposed matrix is one
 * with its strides swapped. `c` has no gaps.
 *
 * Each number of `c` is the sum of its products in the order of `inner`, each rounded
 * to 32 bits before it is added, whatever tile it falls in: the bits of a row depend
 * neither on how many rows there are nor on which of them are computed together.
 */

const VALUE: usize = sizeof<f32>();
/** Rows of `b` at a time: with 8 columns of them, they fit the first cache. */
const DEEP: i32 = 256;
/** Rows of `a` at a time: with DEEP columns of them, they fit the second cache. */
const HIGH: i32 = 128;
/** Columns of a tile, as bytes. */
const WIDE: usize = 8 * VALUE;
/** The scratch memory of a tile that is cut off at the right. */
const TILE: usize = 4 * WIDE;

/** Bytes of scratch memory that a product with so many columns needs. */
export function matMulScratch(columns: i32, inner: i32): usize {
	const panels = <usize>((columns + 7) >> 3);
	return TILE + panels * WIDE * <usize>min(inner, DEEP);
}

/** Copies 8 columns of `b` side by side; beyond its last, zeros. */
function packPanel(
	b: usize,
	rowStep: usize,
	columnStep: usize,
	rows: i32,
	columns: i32,
	panel: usize,
): void {
	for (let row = 0; row < rows; row++, b += rowStep, panel += WIDE) {
		if (columns == 8 && columnStep == VALUE) {
			v128.store(panel, v128.load(b));
			v128.store(panel, v128.load(b, 16), 16);
			continue;
		}
		let from = b;
		let column = 0;
		for (; column < columns; column++, from += columnStep)
			store<f32>(panel + <usize>column * VALUE, load<f32>(from));
		for (; column < 8; column++) store<f32>(panel + <usize>column * VALUE, 0);
	}
}

/** Adds the products of 4 rows with a panel onto a tile. `line` bytes lie between rows of the tile. */
function fourRows(
	a: usize,
	rowStep: usize,
	columnStep: usize,
	panel: usize,
	end: usize,
	tile: usize,
	line: usize,
): void {
	const second = tile + line;
	const third = second + line;
	const fourth = third + line;
	let c00 = v128.load(tile);
	let c01 = v128.load(tile, 16);
	let c10 = v128.load(second);
	let c11 = v128.load(second, 16);
	let c20 = v128.load(third);
	let c21 = v128.load(third, 16);
	let c30 = v128.load(fourth);
	let c31 = v128.load(fourth, 16);
	const two = rowStep << 1;
	const three = two + rowStep;
	for (; panel < end; panel += WIDE, a += columnStep) {
		const b0 = v128.load(panel);
		const b1 = v128.load(panel, 16);
		const a0 = v128.load32_splat(a);
		c00 = f32x4.add(c00, f32x4.mul(a0, b0));
		c01 = f32x4.add(c01, f32x4.mul(a0, b1));
		const a1 = v128.load32_splat(a + rowStep);
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
	v128.store(second, c10);
	v128.store(second, c11, 16);
	v128.store(third, c20);
	v128.store(third, c21, 16);
	v128.store(fourth, c30);
	v128.store(fourth, c31, 16);
}

/** The same of one row. */
function oneRow(
	a: usize,
	columnStep: usize,
	panel: usize,
	end: usize,
	tile: usize,
): void {
	let c0 = v128.load(tile);
	let c1 = v128.load(tile, 16);
	for (; panel < end; panel += WIDE, a += columnStep) {
		const one = v128.load32_splat(a);
		c0 = f32x4.add(c0, f32x4.mul(one, v128.load(panel)));
		c1 = f32x4.add(c1, f32x4.mul(one, v128.load(panel, 16)));
	}
	v128.store(tile, c0);
	v128.store(tile, c1, 16);
}

/** Copies rows of a tile that is cut off at the right. */
function copyTile(
	from: usize,
	fromLine: usize,
	to: usize,
	toLine: usize,
	rows: i32,
	bytes: usize,
): void {
	for (let row = 0; row < rows; row++, from += fromLine, to += toLine)
		memory.copy(to, from, bytes);
}

/** Adds the products of one row with 4 rows of `b`, whose columns are neighbours, onto a row of `c`. */
function fourSums(
	a: usize,
	columnStep: usize,
	b: usize,
	bRowStep: usize,
	c: usize,
	columns: i32,
): void {
	const second = b + bRowStep;
	const third = second + bRowStep;
	const fourth = third + bRowStep;
	const one = load<f32>(a);
	const two = load<f32>(a + columnStep);
	const three = load<f32>(a + 2 * columnStep);
	const four = load<f32>(a + 3 * columnStep);
	const ones = f32x4.splat(one);
	const twos = f32x4.splat(two);
	const threes = f32x4.splat(three);
	const fours = f32x4.splat(four);
	const end = <usize>columns * VALUE;
	let at: usize = 0;
	for (; at + 16 <= end; at += 16) {
		let sum = v128.load(c + at);
		sum = f32x4.add(sum, f32x4.mul(ones, v128.load(b + at)));
		sum = f32x4.add(sum, f32x4.mul(twos, v128.load(second + at)));
		sum = f32x4.add(sum, f32x4.mul(threes, v128.load(third + at)));
		sum = f32x4.add(sum, f32x4.mul(fours, v128.load(fourth + at)));
		v128.store(c + at, sum);
	}
	for (; at < end; at += VALUE) {
		let sum = load<f32>(c + at);
		sum += one * load<f32>(b + at);
		sum += two * load<f32>(second + at);
		sum += three * load<f32>(third + at);
		sum += four * load<f32>(fourth + at);
		store<f32>(c + at, sum);
	}
}

/** The same with one row of `b`. */
function oneSum(a: usize, b: usize, c: usize, columns: i32): void {
	const one = load<f32>(a);
	const ones = f32x4.splat(one);
	const end = <usize>columns * VALUE;
	let at: usize = 0;
	for (; at + 16 <= end; at += 16)
		v128.store(
			c + at,
			f32x4.add(v128.load(c + at), f32x4.mul(ones, v128.load(b + at))),
		);
	for (; at < end; at += VALUE)
		store<f32>(c + at, load<f32>(c + at) + one * load<f32>(b + at));
}

/** A product of few rows, for which it does not pay to copy `b`. */
function fewRows(
	a: usize,
	b: usize,
	c: usize,
	rows: i32,
	columns: i32,
	inner: i32,
	rowStep: usize,
	columnStep: usize,
	bRowStep: usize,
): void {
	const line = <usize>columns * VALUE;
	let k = 0;
	for (; k + 4 <= inner; k += 4, a += 4 * columnStep, b += 4 * bRowStep)
		for (let row = 0; row < rows; row++)
			fourSums(
				a + <usize>row * rowStep,
				columnStep,
				b,
				bRowStep,
				c + <usize>row * line,
				columns,
			);
	for (; k < inner; k++, a += columnStep, b += bRowStep)
		for (let row = 0; row < rows; row++)
			oneSum(a + <usize>row * rowStep, b, c + <usize>row * line, columns);
}

/**
 * Rows `[first, end)` of a product of 32-bit floats.
 *
 * @param c all of the product, of which only these rows are written
 * @param scratch `matMulScratch` bytes, whose contents before and after mean nothing
 */
export function matMul(
	a: usize,
	b: usize,
	c: usize,
	scratch: usize,
	first: i32,
	end: i32,
	columns: i32,
	inner: i32,
	aRowStride: i32,
	aColumnStride: i32,
	bRowStride: i32,
	bColumnStride: i32,
): void {
	const line = <usize>columns * VALUE;
	const rowStep = <usize>aRowStride * VALUE;
	const columnStep = <usize>aColumnStride * VALUE;
	const bRowStep = <usize>bRowStride * VALUE;
	const bColumnStep = <usize>bColumnStride * VALUE;
	const panels = scratch + TILE;
	memory.fill(c + <usize>first * line, 0, <usize>(end - first) * line);
	if (end - first < 4 && bColumnStep == VALUE) {
		const row = <usize>first;
		// biome-ignore format: one line per group
		fewRows(
			a + row * rowStep, b, c + row * line, end - first, columns, inner,
			rowStep, columnStep, bRowStep,
		);
		return;
	}
	for (let from = 0; from < inner; from += DEEP) {
		const depth = min(DEEP, inner - from);
		const panelBytes = <usize>depth * WIDE;
		const bFrom = b + <usize>from * bRowStep;
		let panel = panels;
		for (let column = 0; column < columns; column += 8, panel += panelBytes)
			packPanel(
				bFrom + <usize>column * bColumnStep,
				bRowStep,
				bColumnStep,
				depth,
				min(8, columns - column),
				panel,
			);
		const aFrom = a + <usize>from * columnStep;
		for (let top = first; top < end; top += HIGH) {
			const bottom = min(top + HIGH, end);
			panel = panels;
			for (let column = 0; column < columns; column += 8, panel += panelBytes) {
				const stop = panel + panelBytes;
				const left = c + <usize>column * VALUE;
				const cut = columns - column < 8;
				const bytes = <usize>(columns - column) * VALUE;
				let row = top;
				for (; row < bottom; ) {
					const rows = row + 4 <= bottom ? 4 : 1;
					const own = left + <usize>row * line;
					const tile = cut ? scratch : own;
					const tileLine = cut ? WIDE : line;
					if (cut) copyTile(own, line, tile, WIDE, rows, bytes);
					const from = aFrom + <usize>row * rowStep;
					if (rows == 4)
						fourRows(from, rowStep, columnStep, panel, stop, tile, tileLine);
					else oneRow(from, columnStep, panel, stop, tile);
					if (cut) copyTile(tile, WIDE, own, line, rows, bytes);
					row += rows;
				}
			}
		}
	}
}

/** The same of 32-bit integers, modulo 2³². It needs no scratch memory. */
export function matMulIntegers(
	a: usize,
	b: usize,
	c: usize,
	first: i32,
	end: i32,
	columns: i32,
	inner: i32,
	aRowStride: i32,
	aColumnStride: i32,
	bRowStride: i32,
	bColumnStride: i32,
): void {
	const line = <usize>columns * VALUE;
	const bColumnStep = <usize>bColumnStride * VALUE;
	memory.fill(c + <usize>first * line, 0, <usize>(end - first) * line);
	for (let row = first; row < end; row++)
		for (let k = 0; k < inner; k++) {
			const place = <usize>(row * aRowStride + k * aColumnStride);
			const factor = load<i32>(a + place * VALUE);
			let from = b + <usize>(k * bRowStride) * VALUE;
			let to = c + <usize>row * line;
			const stop = to + line;
			for (; to < stop; to += VALUE, from += bColumnStep)
				store<i32>(to, load<i32>(to) + factor * load<i32>(from));
		}
}

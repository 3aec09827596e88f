// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Parts by their number, and the reverse way. A part is `bytes` long; numbers
 * are 32-bit integers that lie within the axis: who calls has looked at them.
 */

/**
 * Parts of an axis, `x[batch, outer, index, part]` for each index of the batch.
 *
 * @param x `[batches, outer, size, part]`
 * @param indices `[batches, count]`
 * @param y `[batches, outer, count, part]`
 * @param first the first batch to compute
 * @param end the one after the last
 */
export function gatherParts(
	x: usize,
	indices: usize,
	y: usize,
	first: i32,
	end: i32,
	outer: i32,
	size: i32,
	count: i32,
	bytes: i32,
): void {
	const block = <usize>(size * bytes);
	const row = <usize>(count * bytes);
	for (let batch = first; batch < end; batch++) {
		const places = indices + ((<usize>(batch * count)) << 2);
		for (let one = 0; one < outer; one++) {
			const from = x + <usize>(batch * outer + one) * block;
			let to = y + <usize>(batch * outer + one) * row;
			for (let k = 0; k < count; k++, to += bytes) {
				const place = <usize>load<i32>(places + ((<usize>k) << 2));
				if (bytes == 4) store<u32>(to, load<u32>(from + (place << 2)));
				else memory.copy(to, from + place * <usize>bytes, bytes);
			}
		}
	}
}

/** Writes each part of `x` to its place in `y`, in order: of several at one place the last stays. Nothing else is written. */
export function placeParts(
	x: usize,
	indices: usize,
	y: usize,
	count: i32,
	bytes: i32,
): void {
	for (let k = 0; k < count; k++, x += bytes) {
		const place = <usize>load<i32>(indices + ((<usize>k) << 2));
		memory.copy(y + place * <usize>bytes, x, bytes);
	}
}

/**
 * Adds each part of `x` to its place in `y`, in order. A number below 0 has no place.
 *
 * @param values how many floats a part has
 * @param places how many parts `y` has, all of which are written
 */
export function addFloatParts(
	x: usize,
	indices: usize,
	y: usize,
	count: i32,
	values: i32,
	places: i32,
): void {
	const bytes = (<usize>values) << 2;
	memory.fill(y, 0, <usize>places * bytes);
	for (let k = 0; k < count; k++, x += bytes) {
		const place = load<i32>(indices + ((<usize>k) << 2));
		if (place < 0) continue;
		const to = y + <usize>place * bytes;
		let at: usize = 0;
		for (; at + 16 <= bytes; at += 16)
			v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(x + at)));
		for (; at < bytes; at += 4)
			store<f32>(to + at, load<f32>(to + at) + load<f32>(x + at));
	}
}

/** The same of whole numbers. */
export function addIntegerParts(
	x: usize,
	indices: usize,
	y: usize,
	count: i32,
	values: i32,
	places: i32,
): void {
	const bytes = (<usize>values) << 2;
	memory.fill(y, 0, <usize>places * bytes);
	for (let k = 0; k < count; k++, x += bytes) {
		const place = load<i32>(indices + ((<usize>k) << 2));
		if (place < 0) continue;
		const to = y + <usize>place * bytes;
		for (let at: usize = 0; at < bytes; at += 4)
			store<i32>(to + at, load<i32>(to + at) + load<i32>(x + at));
	}
}

/**
 * Adds each part of `x` to its place in `wide`, in 64 bits: where many come to one
 * place, small ones are not lost.
 *
 * @param wide floats of 64 bits, all of which are written
 */
export function addWideParts(
	x: usize,
	indices: usize,
	wide: usize,
	count: i32,
	values: i32,
	places: i32,
): void {
	const bytes = (<usize>values) << 3;
	memory.fill(wide, 0, <usize>places * bytes);
	for (let k = 0; k < count; k++, x += (<usize>values) << 2) {
		const place = load<i32>(indices + ((<usize>k) << 2));
		if (place < 0) continue;
		const to = wide + <usize>place * bytes;
		for (let at: usize = 0; at < bytes; at += 8)
			store<f64>(to + at, load<f64>(to + at) + <f64>load<f32>(x + (at >> 1)));
	}
}

/** Rounds `size` floats of 64 bits to 32. */
export function roundWide(wide: usize, y: usize, size: i32): void {
	for (let k = 0; k < size; k++)
		store<f32>(y + ((<usize>k) << 2), <f32>load<f64>(wide + ((<usize>k) << 3)));
}

/** Writes `bits` into the place of each row of `depth` 32-bit values that an index names, if there is one. Rows `[first, end)`. */
export function oneHotWords(
	indices: usize,
	y: usize,
	first: i32,
	end: i32,
	depth: i32,
	bits: u32,
): void {
	for (let row = first; row < end; row++) {
		const place = load<i32>(indices + ((<usize>row) << 2));
		if (place >= 0 && place < depth)
			store<u32>(y + ((<usize>row * <usize>depth + <usize>place) << 2), bits);
	}
}

/** The same of bytes. */
export function oneHotBytes(
	indices: usize,
	y: usize,
	first: i32,
	end: i32,
	depth: i32,
	value: u32,
): void {
	for (let row = first; row < end; row++) {
		const place = load<i32>(indices + ((<usize>row) << 2));
		if (place >= 0 && place < depth)
			store<u8>(y + <usize>row * <usize>depth + <usize>place, <u8>value);
	}
}

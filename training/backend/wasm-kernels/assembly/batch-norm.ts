// Compiled by AssemblyScript: no TypeScript of Node's.

const VALUE: usize = sizeof<f32>();
/** Bytes of a number in 64 bits. */
const WIDE: usize = sizeof<f64>();

/** What a number is multiplied by once its mean is taken off. */
function factorOf(variance: usize, scale: usize, epsilon: f64): f64 {
	return <f64>load<f32>(scale) / sqrt<f64>(<f64>load<f32>(variance) + epsilon);
}

/**
 * (x - mean) · scale / √(variance + epsilon) + offset for rows `[first, end)` of `size`
 * numbers, in 64 bits and rounded once. Of each of the four there is one number for all
 * (strides 0 and 0), one for each place of a row (0 and 1), or one for each number (`size` and 1).
 *
 * @param scratch 8 · size bytes, whose contents before and after mean nothing
 */
// biome-ignore format: one line per group
export function batchNorm(
	x: usize, mean: usize, variance: usize, offset: usize, scale: usize, y: usize, scratch: usize,
	first: i32, end: i32, size: i32, epsilon: f64,
	meanRow: i32, meanStep: i32, varianceRow: i32, varianceStep: i32,
	offsetRow: i32, offsetStep: i32, scaleRow: i32, scaleStep: i32,
): void {
	const perRow = varianceRow != 0 || scaleRow != 0;
	for (let row = first; row < end; row++) {
		if (perRow || row == first) {
			const variances = variance + <usize>(row * varianceRow) * VALUE;
			const scales = scale + <usize>(row * scaleRow) * VALUE;
			for (let k = 0; k < size; k++)
				store<f64>(
					scratch + <usize>k * WIDE,
					factorOf(
						variances + <usize>(k * varianceStep) * VALUE,
						scales + <usize>(k * scaleStep) * VALUE,
						epsilon,
					),
				);
		}
		const from = x + <usize>row * <usize>size * VALUE;
		const to = y + <usize>row * <usize>size * VALUE;
		const means = mean + <usize>(row * meanRow) * VALUE;
		const offsets = offset + <usize>(row * offsetRow) * VALUE;
		let k = 0;
		if (meanStep == 1 && offsetStep == 1)
			for (; k + 2 <= size; k += 2) {
				const at = <usize>k * VALUE;
				const off = f64x2.sub(
					f64x2.promote_low_f32x4(v128.load64_zero(from + at)),
					f64x2.promote_low_f32x4(v128.load64_zero(means + at)),
				);
				const value = f64x2.add(
					f64x2.mul(off, v128.load(scratch + <usize>k * WIDE)),
					f64x2.promote_low_f32x4(v128.load64_zero(offsets + at)),
				);
				v128.store64_lane(to + at, f32x4.demote_f64x2_zero(value), 0);
			}
		for (; k < size; k++) {
			const off =
				<f64>load<f32>(from + <usize>k * VALUE) -
				<f64>load<f32>(means + <usize>(k * meanStep) * VALUE);
			const value =
				off * load<f64>(scratch + <usize>k * WIDE) +
				<f64>load<f32>(offsets + <usize>(k * offsetStep) * VALUE);
			store<f32>(to + <usize>k * VALUE, <f32>value);
		}
	}
}

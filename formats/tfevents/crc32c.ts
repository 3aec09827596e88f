/** CRC-32C (Castagnoli), RFC 3720 appendix B.4; zlib's crc32 has another polynomial. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++)
		value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
	return value;
});

export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
	let crc = 0xffffffff;
	for (let at = from; at < to; at++)
		crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number);
	return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The sum as TFRecord stores it. A sum over data that contain sums themselves
 * would be weak, so it is rotated and shifted
 * (tensorflow/core/lib/hash/crc32c.h).
 */
export function maskedCrc32c(
	bytes: Uint8Array,
	from?: number,
	to?: number,
): number {
	const crc = crc32c(bytes, from, to);
	return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Half of a character beyond the first 65,536, in UTF-16. */
export const SURROGATE = /[\ud800-\udfff]/;

/** Order of two texts by their UTF-8 bytes, as `LC_ALL=C sort` has it. */
export function compareBytes(a: string, b: string): number {
	if (a === b) return 0;
	// UTF-16 order differs from UTF-8 order only where a surrogate takes part.
	if (SURROGATE.test(a) || SURROGATE.test(b))
		return Buffer.compare(Buffer.from(a), Buffer.from(b));
	return a < b ? -1 : 1;
}

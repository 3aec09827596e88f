/** Texts in memory that threads share: each reads the one that it takes, and none holds them all. */
export interface SharedTexts {
	/** In UTF-8, one after the other. */
	readonly bytes: SharedArrayBuffer;
	/** Where each of them ends. */
	readonly ends: Float64Array<SharedArrayBuffer>;
}

export function shareTexts(texts: readonly string[]): SharedTexts {
	const ends = new Float64Array(
		new SharedArrayBuffer(texts.length * Float64Array.BYTES_PER_ELEMENT),
	);
	let end = 0;
	for (const [index, text] of texts.entries()) {
		end += Buffer.byteLength(text);
		ends[index] = end;
	}
	const bytes = new SharedArrayBuffer(end);
	const buffer = Buffer.from(bytes);
	for (const [index, text] of texts.entries())
		buffer.write(text, ends[index - 1] ?? 0);
	return { bytes, ends };
}

export function textAt({ bytes, ends }: SharedTexts, index: number): string {
	return Buffer.from(bytes).toString("utf8", ends[index - 1] ?? 0, ends[index]);
}

/** Width of a text in ems: times the font size it is the width in pixels. */
export type Measure = (text: string) => number;

const DIGIT_ZERO = 0x30;

/**
 * Reads the advance widths of a TrueType font with a format 4 character map
 * (every font of the Basic Multilingual Plane has one). Kerning is left out.
 * https://learn.microsoft.com/typography/opentype/spec/cmap
 */
export function readMeasure(font: Uint8Array): Measure {
	const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
	const tables = new Map<string, number>();
	for (let index = 0; index < view.getUint16(4); index++) {
		const entry = 12 + index * 16;
		const tag = String.fromCharCode(...font.subarray(entry, entry + 4));
		tables.set(tag, view.getUint32(entry + 8));
	}
	const at = (tag: string) => {
		const offset = tables.get(tag);
		if (offset === undefined)
			throw new Error(`the font has no "${tag}" table: use a TrueType font`);
		return offset;
	};
	const unitsPerEm = view.getUint16(at("head") + 18);
	const metrics = view.getUint16(at("hhea") + 34);
	const widths = at("hmtx");
	const glyphOf = characterMap(view, at("cmap"));
	const advance = (code: number) => {
		// A letter the font lacks is drawn by another font, about as wide as a digit.
		const glyph = glyphOf(code) || glyphOf(DIGIT_ZERO);
		return view.getUint16(widths + Math.min(glyph, metrics - 1) * 4);
	};
	return (text) => {
		let units = 0;
		for (const letter of text) units += advance(letter.codePointAt(0) ?? 0);
		return units / unitsPerEm;
	};
}

/** Code point → glyph index; 0 for a code point the font lacks. */
function characterMap(view: DataView, cmap: number): (code: number) => number {
	const offsets = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) =>
		view.getUint32(cmap + 4 + index * 8 + 4),
	);
	const offset = offsets.find(
		(candidate) => view.getUint16(cmap + candidate) === 4,
	);
	if (offset === undefined)
		throw new Error(
			"the font has no character map of format 4: use a font that maps Unicode",
		);
	const map = cmap + offset;
	const length = view.getUint16(map + 6);
	const ends = map + 14;
	const starts = ends + length + 2;
	const deltas = starts + length;
	const ranges = deltas + length;
	return (code) => {
		for (let segment = 0; segment < length; segment += 2) {
			if (code > view.getUint16(ends + segment)) continue;
			const start = view.getUint16(starts + segment);
			if (code < start) return 0;
			const delta = view.getUint16(deltas + segment);
			const range = view.getUint16(ranges + segment);
			if (range === 0) return (code + delta) & 0xffff;
			const glyph = view.getUint16(
				ranges + segment + range + (code - start) * 2,
			);
			return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
		}
		return 0;
	};
}

import type { Pixels } from "./pixels.ts";

const MOST_COLOURS = 256;
const BAND = 6;

/** Each pixel's colour number, and the colours: those that are alike share one, if there are more than 256. */
function reduce({ rgb, width, height }: Pixels): {
	readonly indices: Uint8Array;
	readonly palette: readonly (readonly number[])[];
} {
	for (let bits = 8; ; bits--) {
		const keys = new Map<number, number>();
		const sums: number[][] = [];
		const indices = new Uint8Array(width * height);
		for (let at = 0; at < indices.length && sums.length <= MOST_COLOURS; at++) {
			const color = [0, 1, 2].map((channel) => rgb[at * 3 + channel] as number);
			const key = color.reduce(
				(joined, value) => (joined << bits) | (value >> (8 - bits)),
				0,
			);
			const index = keys.get(key) ?? sums.length;
			if (index === sums.length) {
				keys.set(key, index);
				sums.push([0, 0, 0, 0]);
			}
			const sum = sums[index] as number[];
			for (const [channel, value] of [...color, 1].entries())
				(sum[channel] as number) += value;
			indices[at] = index;
		}
		if (sums.length <= MOST_COLOURS)
			return {
				indices,
				palette: sums.map(([red = 0, green = 0, blue = 0, count = 1]) => [
					red / count,
					green / count,
					blue / count,
				]),
			};
	}
}

/**
 * The picture as a DEC sixel string: bands of six rows, in each one line per
 * colour. VT330/VT340 Programmer Reference Manual, chapter 14.
 */
export function sixel(pixels: Pixels): string {
	const { width, height } = pixels;
	const { indices, palette } = reduce(pixels);
	// Colour components are percentages.
	const percent = (value: number) => Math.round((value * 100) / 255);
	const registers = palette.map(
		(color, index) => `#${index};2;${color.map(percent).join(";")}`,
	);
	const bands: string[] = [];
	for (let top = 0; top < height; top += BAND) {
		const lines = new Map<number, Uint8Array>();
		for (let y = top; y < Math.min(top + BAND, height); y++)
			for (let x = 0; x < width; x++) {
				const index = indices[y * width + x] as number;
				const line = lines.get(index) ?? new Uint8Array(width);
				lines.set(index, line);
				(line[x] as number) |= 1 << (y - top);
			}
		bands.push(
			[...lines].map(([index, line]) => `#${index}${runs(line)}`).join("$"),
		);
	}
	return `\u001bPq"1;1;${width};${height}${registers.join("")}${bands.join("-")}\u001b\\`;
}

/** Sixels of one colour; more than three alike are written as a repetition. */
function runs(line: Uint8Array): string {
	let text = "";
	for (let x = 0; x < line.length; ) {
		let end = x + 1;
		while (end < line.length && line[end] === line[x]) end++;
		const letter = String.fromCharCode(63 + (line[x] as number));
		text += end - x > 3 ? `!${end - x}${letter}` : letter.repeat(end - x);
		x = end;
	}
	return text;
}

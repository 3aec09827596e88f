import type { Pixels } from "./pixels.ts";

/** How many colours a terminal shows, in bits; 1 means none. */
export type ColorDepth = 1 | 4 | 8 | 24;

type Color = readonly [red: number, green: number, blue: number];

function pixel({ width, rgb }: Pixels, x: number, y: number): Color {
	const at = (y * width + x) * 3;
	return [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
}

/** The nearest of xterm's 6 × 6 × 6 colours, or of its 24 greys. */
function paletteIndex([red, green, blue]: Color): number {
	const spread = Math.max(red, green, blue) - Math.min(red, green, blue);
	const grey = Math.round(((red + green + blue) / 3 - 8) / 10);
	if (spread < 10 && grey >= 0 && grey <= 23) return 232 + grey;
	// Levels 0, 95, 135, …, 255.
	const level = (value: number) =>
		value < 48 ? 0 : Math.min(5, Math.max(1, Math.round((value - 55) / 40)));
	return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

const SHADES = [..." ░▒▓█"];

/** A shade for pixels without colours: the darker, the denser. */
function shade(colors: readonly Color[]): string {
	const light =
		colors.reduce(
			// ITU-R BT.601 luma.
			(sum, [red, green, blue]) =>
				sum + (0.299 * red + 0.587 * green + 0.114 * blue) / 255,
			0,
		) / colors.length;
	return SHADES[Math.round((1 - light) * (SHADES.length - 1))] as string;
}

/**
 * A picture in letters: each is two pixels, one above the other, as the upper
 * half block in two colours; without colours as a shade.
 * @param pixels of an even height
 * @returns one text per row of letters
 */
export function blockRows(pixels: Pixels, depth: ColorDepth): string[] {
	const rows: string[] = [];
	for (let y = 0; y < pixels.height; y += 2) {
		let row = "";
		let last = "";
		for (let x = 0; x < pixels.width; x++) {
			const [upper, lower] = [pixel(pixels, x, y), pixel(pixels, x, y + 1)];
			if (depth < 8) {
				row += shade([upper, lower]);
				continue;
			}
			const style =
				depth === 24
					? `38;2;${upper.join(";")};48;2;${lower.join(";")}`
					: `38;5;${paletteIndex(upper)};48;5;${paletteIndex(lower)}`;
			row += style === last ? "▀" : `\u001b[${style}m▀`;
			last = style;
		}
		rows.push(depth < 8 ? row.trimEnd() : `${row}\u001b[0m`);
	}
	return rows;
}

import { encode } from "fast-png";
import type { MimeBundle } from "../../../kernel/protocol/requests.ts";
import type { CellSize, PictureProtocol } from "../capability.ts";
import { blockRows, type ColorDepth } from "./blocks.ts";
import { decodePixels, type Pixels, scalePixels } from "./pixels.ts";
import type { DrawnPicture } from "./region.ts";
import { sixel } from "./sixel.ts";

export interface PictureOptions {
	readonly protocol?: PictureProtocol;
	readonly depth: ColorDepth;
	/** Columns and rows of the terminal. */
	readonly columns: number;
	readonly rows: number;
	readonly cell?: CellSize;
}

const WIDEST = 60;
/** The cell size of a VT340, which is close to that of most terminals. */
const USUAL_CELL: CellSize = { width: 10, height: 20 };
/** Most bytes that kitty takes at once. */
const KITTY_CHUNK = 4096;

const MIMES = ["image/png", "image/jpeg"] as const;

/** kitty's graphics protocol: https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
function kitty(png: string, id: number, columns: number, rows: number): string {
	const chunks = png.match(new RegExp(`.{1,${KITTY_CHUNK}}`, "g")) ?? [];
	return chunks
		.map((chunk, index) => {
			const more = index < chunks.length - 1 ? 1 : 0;
			// q=2: the terminal must not answer, since answers would be read as keys.
			const keys =
				index === 0
					? `a=T,f=100,i=${id},c=${columns},r=${rows},C=1,q=2,m=${more}`
					: `m=${more}`;
			return `\u001b_G${keys};${chunk}\u001b\\`;
		})
		.join("");
}

/** iTerm2's: https://iterm2.com/documentation-images.html */
const iterm = (bytes: Uint8Array, columns: number, rows: number): string =>
	`\u001b]1337;File=inline=1;size=${bytes.length};width=${columns};height=${rows};preserveAspectRatio=0:${Buffer.from(bytes).toString("base64")}\u0007`;

/** Room is made first: a picture drawn on the last row would scroll the screen under itself. */
const placed = (sequence: string, rows: number): string =>
	`${"\n".repeat(rows)}\u001b[${rows}A\u001b7${sequence}\u001b8\u001b[${rows}B\r`;

let pictures = 0;
/**
 * Ids of pictures that another program in the same terminal is unlikely to
 * choose.
 */
const pictureId = () => (process.pid % 60_000) * 10_000 + (++pictures % 10_000);

function draw(
	pixels: Pixels,
	columns: number,
	rows: number,
	bytes: Uint8Array,
	mime: (typeof MIMES)[number],
	{ protocol, depth, cell = USUAL_CELL }: PictureOptions,
): DrawnPicture {
	switch (protocol) {
		case "kitty": {
			const id = pictureId();
			const png =
				mime === "image/png"
					? bytes
					: encode({ ...pixels, data: pixels.rgb, channels: 3, depth: 8 });
			return {
				text: placed(
					kitty(Buffer.from(png).toString("base64"), id, columns, rows),
					rows,
				),
				rows,
				remove: `\u001b_Ga=d,d=I,i=${id},q=2\u001b\\`,
			};
		}
		case "iterm":
			return { text: placed(iterm(bytes, columns, rows), rows), rows };
		case "sixel": {
			const scaled = scalePixels(
				pixels,
				columns * cell.width,
				rows * cell.height,
			);
			// The cursor goes below the picture; there, too, nothing may scroll.
			return { text: placed(sixel(scaled), rows + 1), rows: rows + 1 };
		}
		default: {
			const scaled = scalePixels(pixels, columns, rows * 2);
			return { text: `${blockRows(scaled, depth).join("\n")}\n`, rows };
		}
	}
}

/**
 * The bundle's PNG or JPEG, at most 60 columns wide, never larger than it is and
 * never higher than the terminal: inline where the terminal can, else in block
 * letters. Undefined when there is none, or none that can be read.
 */
export function drawPicture(
	data: MimeBundle,
	options: PictureOptions,
): DrawnPicture | undefined {
	const mime = MIMES.find((one) => typeof data[one] === "string");
	if (mime === undefined) return undefined;
	const bytes = Buffer.from(data[mime] as string, "base64");
	let pixels: Pixels;
	try {
		pixels = decodePixels(mime, bytes);
	} catch {
		// The picture is left out; its text is shown.
		return undefined;
	}
	const { width, height } = pixels;
	const { protocol, cell = USUAL_CELL } = options;
	// A block letter is one pixel wide and two high, whatever the terminal's cells are.
	const aspect = protocol ? cell.height / cell.width : 2;
	const natural = protocol ? Math.ceil(width / cell.width) : width;
	const most = Math.min(WIDEST, options.columns - 1, natural);
	const highest = Math.max(1, options.rows - 3);
	const rowsFor = (columns: number) =>
		Math.max(1, Math.round((columns * height) / width / aspect));
	const rows = Math.min(rowsFor(most), highest);
	const columns =
		rowsFor(most) <= highest
			? most
			: Math.min(most, Math.round((highest * aspect * width) / height));
	return draw(pixels, Math.max(1, columns), rows, bytes, mime, options);
}

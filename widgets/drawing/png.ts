import { crc32, deflateSync } from "../../host/bytes.ts";

const MOST_COLOURS = 256;

interface Counted {
	/** 0xRRGGBB. */
	readonly colour: number;
	readonly count: number;
}

/**
 * Encodes opaque pixels with a palette, since every picture is kept in a notebook
 * and a palette makes it several times smaller. Pictures of more than 256 colours
 * (soft edges, gradients) lose differences too small to see.
 * The pixels are the same everywhere; the compressed bytes are those of the host's zlib.
 * @param rgba `[height, width, 4]`; the alpha channel is left out.
 */
export function encodePng(
	rgba: Uint8Array,
	width: number,
	height: number,
): Uint8Array {
	const runs = runsOf(rgba, width * height);
	const boxes = divide(countedIn(runs));
	const indices = new Map(
		boxes.flatMap((box, index) =>
			box.map(({ colour }) => [colour, index] as const),
		),
	);
	const data = new Uint8Array(width * height);
	let start = 0;
	for (const { colour, end } of runs) {
		data.fill(indices.get(colour) as number, start, end);
		start = end;
	}
	return indexedPng(data, width, height, boxes.map(shownAs));
}

/** Pixels of one colour in a row; a run begins where the one before ends. */
interface Run {
	/** 0xRRGGBB. */
	readonly colour: number;
	/** The number of the first pixel after it. */
	readonly end: number;
}

/** In a chart most neighbours are alike: what is done by run instead of by pixel is done far less often. */
function runsOf(rgba: Uint8Array, pixels: number): readonly Run[] {
	const runs: Run[] = [];
	let last = -1;
	for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 4) {
		const colour =
			((rgba[at] as number) << 16) |
			((rgba[at + 1] as number) << 8) |
			(rgba[at + 2] as number);
		if (colour !== last && pixel > 0) runs.push({ colour: last, end: pixel });
		last = colour;
	}
	if (pixels > 0) runs.push({ colour: last, end: pixels });
	return runs;
}

function countedIn(runs: readonly Run[]): Counted[] {
	const counts = new Map<number, number>();
	let start = 0;
	for (const { colour, end } of runs) {
		counts.set(colour, (counts.get(colour) ?? 0) + end - start);
		start = end;
	}
	return [...counts].map(([colour, count]) => ({ colour, count }));
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Of the header: bits of an index; kind of the pixels; compression, filter and interlacing, of which there is one each. */
const INDEXED = [8, 3, 0, 0, 0];

/**
 * A PNG of indices into a palette, no row of it filtered: differences of indices mean nothing.
 * PNG specification (W3C, 2025), sections 5 and 11.
 * @param indices `[height, width]`
 */
function indexedPng(
	indices: Uint8Array,
	width: number,
	height: number,
	palette: readonly Colour[],
): Uint8Array {
	const rows = new Uint8Array((width + 1) * height);
	for (let row = 0; row < height; row++)
		rows.set(
			indices.subarray(row * width, (row + 1) * width),
			row * (width + 1) + 1,
		);
	return Buffer.concat([
		Buffer.from(SIGNATURE),
		chunk("IHDR", [...uint32(width), ...uint32(height), ...INDEXED]),
		chunk("PLTE", palette.flat()),
		chunk("IDAT", deflateSync(rows)),
		chunk("IEND", []),
	]);
}

function chunk(type: string, content: ArrayLike<number>): Buffer {
	const summed = Buffer.concat([Buffer.from(type), Buffer.from(content)]);
	return Buffer.concat([uint32(content.length), summed, uint32(crc32(summed))]);
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

type Colour = readonly [red: number, green: number, blue: number];

interface Box {
	readonly colours: readonly Counted[];
	/** The channel, as a shift, in which the colours vary most. */
	readonly shift: number;
	/** The mean of the colours in that channel. */
	readonly mean: number;
	/**
	 * The sum of squared differences from the mean: the error of showing all
	 * these colours as one.
	 */
	readonly error: number;
}

/**
 * Divides colours into at most 256 boxes, always the one of the largest error, at
 * the mean of the channel that varies most.
 * Wan, Wong & Prusinkiewicz (1988), An algorithm for multidimensional data clustering.
 */
function divide(all: readonly Counted[]): (readonly Counted[])[] {
	const boxes = [boxOf(all)];
	while (boxes.length < MOST_COLOURS) {
		let worst = 0;
		boxes.forEach(({ error }, index) => {
			if (error > (boxes[worst] as Box).error) worst = index;
		});
		const { colours, shift, mean, error } = boxes[worst] as Box;
		if (error === 0) break;
		const below = ({ colour }: Counted) => channel(colour, shift) <= mean;
		boxes.splice(
			worst,
			1,
			boxOf(colours.filter(below)),
			boxOf(colours.filter((each) => !below(each))),
		);
	}
	return boxes.map(({ colours }) => colours);
}

function boxOf(colours: readonly Counted[]): Box {
	const sides = [16, 8, 0].map((shift) => {
		const mean = meanOf(colours, shift);
		const error = colours.reduce(
			(sum, { colour, count }) =>
				sum + count * (channel(colour, shift) - mean) ** 2,
			0,
		);
		return { colours, shift, mean, error };
	});
	return sides.reduce((a, b) => (b.error > a.error ? b : a));
}

function meanOf(colours: readonly Counted[], shift: number): number {
	let sum = 0;
	let total = 0;
	for (const { colour, count } of colours) {
		sum += count * channel(colour, shift);
		total += count;
	}
	return sum / total;
}

function channel(colour: number, shift: number): number {
	return (colour >> shift) & 255;
}

/**
 * The colour of a box: its mean, or the one colour that most of its pixels
 * have. So white stays white beside its soft edges.
 */
function shownAs(box: readonly Counted[]): Colour {
	const total = box.reduce((sum, { count }) => sum + count, 0);
	const main = box.reduce((a, b) => (b.count > a.count ? b : a));
	const value = (shift: number) =>
		main.count > total / 2
			? channel(main.colour, shift)
			: Math.round(meanOf(box, shift));
	return [value(16), value(8), value(0)];
}

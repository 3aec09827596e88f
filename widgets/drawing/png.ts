import { encode } from "fast-png";

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
 * @param rgba `[height, width, 4]`; the alpha channel is left out.
 */
export function encodePng(
	rgba: Uint8Array,
	width: number,
	height: number,
): Uint8Array {
	const colours = new Uint32Array(width * height);
	for (let pixel = 0; pixel < colours.length; pixel++) {
		const at = pixel * 4;
		colours[pixel] =
			((rgba[at] as number) << 16) |
			((rgba[at + 1] as number) << 8) |
			(rgba[at + 2] as number);
	}
	const boxes = divide(countedIn(colours));
	const indices = new Map(
		boxes.flatMap((box, index) =>
			box.map(({ colour }) => [colour, index] as const),
		),
	);
	const data = new Uint8Array(colours.length);
	for (const [colour, start, end] of runsOf(colours))
		data.fill(indices.get(colour) as number, start, end);
	return encode(
		{
			width,
			height,
			depth: 8,
			channels: 1,
			palette: boxes.map(shownAs),
			data,
		},
		{ zlib: { level: 7 } },
	);
}

/** Pixels of one colour in a row. In a chart most neighbours are alike: each run is looked up once. */
function* runsOf(
	colours: Uint32Array,
): Generator<readonly [colour: number, start: number, end: number]> {
	for (let start = 0, end = 0; start < colours.length; start = end) {
		const colour = colours[start] as number;
		while (colours[end] === colour) end++;
		yield [colour, start, end];
	}
}

function countedIn(colours: Uint32Array): Counted[] {
	const counts = new Map<number, number>();
	for (const [colour, start, end] of runsOf(colours))
		counts.set(colour, (counts.get(colour) ?? 0) + end - start);
	return [...counts].map(([colour, count]) => ({ colour, count }));
}

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
function shownAs(box: readonly Counted[]): [number, number, number] {
	const total = box.reduce((sum, { count }) => sum + count, 0);
	const main = box.reduce((a, b) => (b.count > a.count ? b : a));
	const value = (shift: number) =>
		main.count > total / 2
			? channel(main.colour, shift)
			: Math.round(meanOf(box, shift));
	return [value(16), value(8), value(0)];
}

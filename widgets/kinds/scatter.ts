import { type Picture, picture } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { sampleByClass } from "../drawing/sample.ts";
import { mixed } from "../drawing/series.ts";
import { colours, PAGE_TEXT, shapes } from "../drawing/style.ts";
import { formatNumber, plural, right, table } from "../text/text.ts";

const WIDTH = 440;
const HEIGHT = 340;
const MOST_POINTS = 2000;
/** More points than this are drawn smaller. */
const MOST_LARGE_POINTS = 600;
/**
 * Up to this number of classes each has a shape of its own; beyond, its name is
 * written at its centre.
 */
const MOST_SHAPES = 8;
const MOST_LEGEND_ROWS = 16;

/** Points of the plane with a class name each. */
export interface Scatter {
	readonly title: string;
	/** `[n, 2]`. */
	readonly positions: Float32Array | readonly number[];
	/** Class name per point. */
	readonly labels: readonly string[];
	/** Titles of the axes. */
	readonly axes: readonly [string, string];
}

/** The plane's points as a picture of their own, e.g. to look at data before training. */
export function scatterPicture(scatter: Scatter): Promise<Picture> {
	const { title, labels } = scatter;
	return picture({
		spec: scatterSpec(scatter),
		description: `${title}: ${plural(labels.length, "point")}.`,
		text: `${title}: ${plural(labels.length, "point")}\n${centresText(scatter)}`,
	});
}

/** Points and mean position of each class, as a table. */
export function centresText(scatter: Scatter): string {
	return table(
		[
			{ header: "class" },
			right("points"),
			right("centre 1"),
			right("centre 2"),
		],
		centresOf(scatter).map(({ name, count, x, y }) => [
			name,
			String(count),
			formatNumber(x),
			formatNumber(y),
		]),
	);
}

interface Centre {
	readonly name: string;
	readonly count: number;
	readonly x: number;
	readonly y: number;
}

/** One centre per class, classes in natural order ("2" before "10"). */
function centresOf({ positions, labels }: Scatter): Centre[] {
	if (positions.length !== labels.length * 2)
		throw new RangeError(
			`scatter: ${positions.length} coordinates for ${labels.length} labels; give two coordinates per label`,
		);
	const sums = new Map<string, { count: number; x: number; y: number }>();
	labels.forEach((label, index) => {
		const sum = sums.get(label) ?? { count: 0, x: 0, y: 0 };
		sum.count++;
		sum.x += positions[index * 2] as number;
		sum.y += positions[index * 2 + 1] as number;
		sums.set(label, sum);
	});
	const order = new Intl.Collator("en", { numeric: true });
	return [...sums]
		.sort(([a], [b]) => order.compare(a, b))
		.map(([name, { count, x, y }]) => ({
			name,
			count,
			x: x / count,
			y: y / count,
		}));
}

/** At most 2,000 points, sampled by class, coloured by class. */
export function scatterSpec(scatter: Scatter): VegaLiteSpec {
	const { title, labels } = scatter;
	const centres = centresOf(scatter);
	const domain = centres.map(({ name }) => name);
	const kept = mixed(sampleByClass(labels, MOST_POINTS));
	const sampled =
		kept.length < labels.length
			? `${kept.length} of ${labels.length} points shown, sampled by class`
			: plural(labels.length, "point");
	const shaped = domain.length <= MOST_SHAPES;
	return {
		title: {
			text: title,
			subtitle: shaped ? sampled : `${sampled} · name: centre of the class`,
		},
		width: WIDTH,
		height: HEIGHT,
		encoding: { x: axisOf(scatter, 0), y: axisOf(scatter, 1) },
		layer: [
			pointsLayer(scatter, kept, domain),
			...(shaped ? [] : [centreLayer(centres)]),
		],
	};
}

const axisOf = ({ axes }: Scatter, index: 0 | 1): VegaLiteSpec => ({
	field: index === 0 ? "x" : "y",
	type: "quantitative",
	title: axes[index],
	scale: { zero: false, nice: true },
	axis: { tickCount: 6 },
});

function pointsLayer(
	{ positions, labels }: Scatter,
	kept: readonly number[],
	domain: readonly string[],
): VegaLiteSpec {
	const byClass = { field: "class", type: "nominal", title: null };
	const shape = {
		...byClass,
		scale: { domain, range: shapes(domain.length) },
	};
	return {
		data: {
			values: kept.map((index) => ({
				x: coordinate(positions[index * 2]),
				y: coordinate(positions[index * 2 + 1]),
				class: labels[index],
			})),
		},
		mark: {
			type: "point",
			filled: true,
			size: kept.length > MOST_LARGE_POINTS ? 18 : 40,
			opacity: 0.75,
		},
		encoding: {
			color: {
				...byClass,
				scale: { domain, range: colours(domain.length) },
				legend: { columns: Math.ceil(domain.length / MOST_LEGEND_ROWS) },
			},
			...(domain.length <= MOST_SHAPES ? { shape } : {}),
			tooltip: [{ field: "class", type: "nominal" }],
		},
	};
}

function centreLayer(centres: readonly Centre[]): VegaLiteSpec {
	return {
		data: {
			values: centres.map(({ name, x, y }) => ({
				x: coordinate(x),
				y: coordinate(y),
				class: name,
			})),
		},
		mark: {
			type: "text",
			...PAGE_TEXT,
			fontSize: 15,
			fontWeight: "bold",
			baseline: "middle",
		},
		encoding: { text: { field: "class", type: "nominal" } },
	};
}

/** Four digits are enough for a picture 440 pixels wide. */
function coordinate(value = 0): number {
	return Number(value.toPrecision(4));
}

import { largest, smallest } from "../../experiment/sweep/statistics/values.ts";
import type { VegaLiteSpec } from "./render.ts";

/**
 * A vertical or horizontal scale of which we compute the pixels as vega does.
 */
export interface Scale {
	readonly type: "linear" | "log";
	readonly domain: readonly [number, number];
	/** Where the axis has labels. Both ends are among them, so that panels side by side line up. */
	readonly ticks: readonly number[];
	/** Of the labels, as d3-format writes it. */
	readonly format: string;
}

const EXPONENT = "~e";
/**
 * Beyond this ratio of largest to smallest, small values cannot be told apart
 * on a linear axis.
 */
const DECADES_OF_LOG = 1e3;

/**
 * A scale around finite values with round ends. Values that are all positive and
 * span more than three decades get a logarithmic one.
 */
export function scaleOf(values: readonly number[]): Scale {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	if (isLogarithmic(low, high)) {
		const floor = 10 ** Math.floor(Math.log10(low));
		const ceiling = 10 ** Math.ceil(Math.log10(high));
		return {
			type: "log",
			domain: [floor, ceiling],
			ticks: decades(floor, ceiling),
			format: EXPONENT,
		};
	}
	if (low >= 0 && low < high / 2) low = 0;
	if (low === high) {
		const margin = Math.abs(low) / 10 || 1;
		// A share cannot be more than 1, so the margin goes below.
		if (low === 1) low = 0.9;
		else [low, high] = [low - margin, high + margin];
	}
	const unit = roundStep((high - low) / 5);
	const first = Math.floor(rid(low / unit));
	const last = Math.ceil(rid(high / unit));
	const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
		rid((first + index) * unit),
	);
	return {
		type: "linear",
		domain: [ticks[0] as number, ticks.at(-1) as number],
		ticks,
		format: labelFormat(unit, Math.max(Math.abs(low), Math.abs(high))),
	};
}

/**
 * The lowest and the highest value that a scale is to show: all of `values`, and of `beyond` (what may lie
 * far outside: wide intervals, runs that diverged) as much as leaves the values two thirds of the room. It
 * goes on beyond 0 or 1 only where values do.
 * @param values at least one
 * @param isShare they usually lie between 0 and 1
 */
export function extentOf(
	values: readonly number[],
	beyond: readonly number[],
	isShare = false,
): readonly [low: number, high: number] {
	const low = smallest(values);
	const high = largest(values);
	if (isLogarithmic(low, high)) return [low, high];
	const reach = (high - low) / 4 || Math.abs(high) / 10;
	const floor = low >= 0 ? 0 : Number.NEGATIVE_INFINITY;
	const ceiling = isShare && high <= 1 ? 1 : Number.POSITIVE_INFINITY;
	return [
		Math.max(smallest([low, ...beyond]), low - reach, floor),
		Math.min(largest([high, ...beyond]), high + reach, ceiling),
	];
}

const isLogarithmic = (low: number, high: number): boolean =>
	low > 0 && high / low > DECADES_OF_LOG;

/** The number of decimals by which neighbouring labels differ. */
function labelFormat(unit: number, largest: number): string {
	if (unit < 1e-4 || largest >= 1e6) return EXPONENT;
	return `,.${Math.max(0, -Math.floor(rid(Math.log10(unit))))}f`;
}

/** Labels of a scale as vega-lite takes them. d3-format writes zero with an exponent as "0e+0". */
export const labelsOf = ({ ticks, format }: Scale): VegaLiteSpec =>
	format === EXPONENT && ticks.includes(0)
		? {
				values: ticks,
				labelExpr: `datum.value === 0 ? '0' : format(datum.value, '${format}')`,
			}
		: { values: ticks, format };

/** Powers of ten, seven or so at most: a logarithmic axis would draw a line for every digit. */
function decades(floor: number, ceiling: number): number[] {
	const low = Math.round(Math.log10(floor));
	const high = Math.round(Math.log10(ceiling));
	const every = Math.ceil((high - low) / 6);
	return Array.from(
		{ length: Math.floor((high - low) / every) + 1 },
		(_, index) => 10 ** (low + index * every),
	);
}

/** The value, or the end of the scale beyond which it lies. */
export const within = ({ domain: [low, high] }: Scale, value: number): number =>
	Math.min(Math.max(value, low), high);

/** The share of the axis below `value`, in [0, 1] inside the domain. */
export function position(scale: Scale, value: number): number {
	const place = scale.type === "log" ? Math.log : (x: number) => x;
	const [low, high] = scale.domain;
	return (place(value) - place(low)) / (place(high) - place(low));
}

/** 1, 2 or 5 times a power of ten, not below `size`. */
function roundStep(size: number): number {
	const power = 10 ** Math.floor(Math.log10(size));
	const factor = [1, 2, 5, 10].find((each) => each * power >= size * 0.999);
	return (factor ?? 10) * power;
}

/**
 * Removes rounding errors of a floating point product: 0.30000000000000004 →
 * 0.3.
 */
function rid(value: number): number {
	return Number(value.toPrecision(12));
}

/**
 * Moves positions (pixels) apart until neighbours are `gap` away from each other
 * and all lie in [0, extent] where that is possible; the order is kept.
 */
export function spread(
	positions: readonly number[],
	gap: number,
	extent: number,
): number[] {
	const order = positions
		.map((_, index) => index)
		.sort((a, b) => (positions[a] as number) - (positions[b] as number));
	const moved = [...positions];
	let limit = Number.NEGATIVE_INFINITY;
	for (const index of order) {
		moved[index] = Math.max(moved[index] as number, limit);
		limit = (moved[index] as number) + gap;
	}
	limit = extent;
	for (const index of order.reverse()) {
		moved[index] = Math.min(moved[index] as number, limit);
		limit = (moved[index] as number) - gap;
	}
	return moved;
}

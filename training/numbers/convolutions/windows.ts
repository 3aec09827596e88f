import type { Attributes } from "../array.ts";
import type { Draw } from "../draw.ts";

/** Padding of one axis: the same on both sides, or a pair. */
type Sides = readonly [before: number, after: number];

/** How windows move along one axis. */
export interface Axis {
	readonly size: number;
	readonly window: number;
	readonly stride: number;
	readonly dilation: number;
	readonly before: number;
	readonly out: number;
}

const ROUNDED: Readonly<Record<string, (value: number) => number>> = {
	floor: Math.floor,
	ceil: Math.ceil,
	round: Math.round,
};

const listed = (value: number | readonly number[] | undefined, axes: number) =>
	Array.isArray(value)
		? (value as number[])
		: new Array<number>(axes).fill((value as number | undefined) ?? 1);

/** The axes of a convolution, from the arguments as tfjs takes them. `pad` lists every axis, batch and channels too. */
export function axesOf(
	sizes: readonly number[],
	windows: readonly number[],
	attrs: Attributes,
): Axis[] {
	const strides = listed(attrs.strides, sizes.length);
	const dilations = listed(attrs.dilations, sizes.length);
	const isFirst = attrs.dataFormat === "NCHW";
	return sizes.map((size, axis) => {
		const [window, stride, dilation] = [
			windows[axis],
			strides[axis],
			dilations[axis],
		] as [number, number, number];
		const seen = (window - 1) * dilation + 1;
		const along = { size, window, stride, dilation };
		if (attrs.pad === "same") {
			const out = Math.ceil(size / stride);
			const missing = Math.max(0, (out - 1) * stride + seen - size);
			return { ...along, out, before: Math.floor(missing / 2) };
		}
		const [before, after]: Sides =
			attrs.pad === "valid"
				? [0, 0]
				: typeof attrs.pad === "number"
					? [attrs.pad, attrs.pad]
					: attrs.pad[axis + (isFirst ? 2 : 1)];
		const steps = (size + before + after - seen) / stride;
		const round = ROUNDED[attrs.dimRoundingMode ?? "floor"] as typeof Math.ceil;
		return { ...along, before, out: round(steps) + 1 };
	});
}

export interface Drawn {
	readonly sizes: number[];
	readonly windows: number[];
	readonly attrs: Attributes;
}

/** What an operation lets one choose. */
export interface Choices {
	readonly axes: number;
	/** Both strides and dilations above 1. */
	readonly both?: boolean;
	/** No dilations. */
	readonly plain?: boolean;
	readonly rounding?: boolean;
	readonly first?: boolean;
	readonly most?: number;
	/** The name of `strides`. */
	readonly numbers?: boolean;
}

/** Windows, strides, dilations and paddings of all kinds, and sizes that they fit. */
export function drawWindows(draw: Draw, choices: Choices): Drawn {
	const { axes } = choices;
	const several = <T>(one: () => T) => Array.from({ length: axes }, one);
	const isDilated = !choices.plain && draw.chance(0.35);
	const isStrided = choices.both || !isDilated ? draw.chance(0.6) : false;
	const windows = several(() => draw.int(1, 3));
	const equal = draw.chance(0.3);
	const some = (is: boolean) => {
		const same = draw.int(2, 3);
		return several(() => (is ? (equal ? same : draw.int(1, 3)) : 1));
	};
	const strides = some(isStrided);
	const dilations = some(isDilated);
	const kind = draw.pick(["valid", "same", "number", "list"] as const);
	const number = draw.int(0, 2);
	const sides = several(
		(): Sides =>
			kind === "number"
				? [number, number]
				: kind === "list"
					? [draw.int(0, 2), draw.int(0, 2)]
					: [0, 0],
	);
	const sizes = windows.map((window, axis) => {
		const seen = (window - 1) * (dilations[axis] as number) + 1;
		const [before, after] = sides[axis] as Sides;
		const least = kind === "same" ? 1 : Math.max(1, seen - before - after);
		return least + draw.int(0, choices.most ?? 3);
	});
	const dataFormat =
		choices.first && draw.chance(0.25) ? { dataFormat: "NCHW" } : {};
	const isFirst = "dataFormat" in dataFormat;
	const none: Sides = [0, 0];
	const pad =
		kind === "number"
			? number
			: kind === "list"
				? isFirst
					? [none, none, ...sides]
					: [none, ...sides, none]
				: kind;
	const rounding =
		choices.rounding && (kind === "number" || kind === "list")
			? draw.pick([undefined, "floor", "round", "ceil"])
			: undefined;
	const short = (numbers: number[]) =>
		new Set(numbers).size === 1 && draw.chance() ? numbers[0] : numbers;
	return {
		sizes,
		windows,
		attrs: {
			strides: short(strides),
			pad,
			...(choices.plain ? {} : { dilations: short(dilations) }),
			...(rounding === undefined ? {} : { dimRoundingMode: rounding }),
			...dataFormat,
		},
	};
}

import { type Array64, build, valueAt } from "../array.ts";

/** Arguments of a pooling, as tfjs takes them. */
export interface Pooling {
	readonly window: number | readonly number[];
	readonly strides: number | readonly number[];
	/** "valid", "same", a number for all sides, or a pair for every axis of `[batch, …, channels]`. */
	readonly pad: string | number | readonly (readonly number[])[];
	readonly dimRoundingMode?: "floor" | "round" | "ceil";
	readonly dilations?: number | readonly number[];
	readonly type?: "max" | "avg";
	readonly includeBatchInIndex?: boolean;
	/** Without a batch: of a batch of one, the first is pooled. */
	readonly alone?: boolean;
}

/** A pooling along one axis. */
interface Axis {
	readonly size: number;
	readonly window: number;
	readonly stride: number;
	readonly dilation: number;
	/** Cells of padding in front. */
	readonly before: number;
	/** How many windows there are. */
	readonly windows: number;
}

const at = (value: number | readonly number[], axis: number): number =>
	typeof value === "number" ? value : (value[axis] as number);

/** Of a fraction of a window, none is left unless a mode says so. */
const ROUND = {
	floor: Math.floor,
	round: Math.round,
	ceil: Math.ceil,
	none: Math.trunc,
} as const;

/** Along each of the axes between batch and channels, whose sizes are given. */
export function axesOf(sizes: readonly number[], pooling: Pooling): Axis[] {
	return sizes.map((size, axis) => {
		const window = at(pooling.window, axis);
		const stride = at(pooling.strides, axis);
		const dilation = at(pooling.dilations ?? 1, axis);
		const reach = (window - 1) * dilation + 1;
		const { pad } = pooling;
		if (pad === "same") {
			const windows = Math.ceil(size / stride);
			const padding = Math.max(0, (windows - 1) * stride + reach - size);
			const before = Math.floor(padding / 2);
			return { size, window, stride, dilation, before, windows };
		}
		const [before, after] = (
			typeof pad === "number"
				? [pad, pad]
				: typeof pad === "string"
					? [0, 0]
					: pad[axis + 1]
		) as [number, number];
		const round = ROUND[pooling.dimRoundingMode ?? "none"];
		const windows = round((size - reach + before + after) / stride + 1);
		return { size, window, stride, dilation, before, windows };
	});
}

/** The cells of a window that lie inside, in order. Places are those of one image. */
function* cellsOf(
	axes: readonly Axis[],
	place: readonly number[],
	axis = 0,
): Generator<readonly number[]> {
	if (axis === axes.length) {
		yield [];
		return;
	}
	const { size, window, stride, dilation, before } = axes[axis] as Axis;
	for (let k = 0; k < window; k++) {
		const cell = (place[axis] as number) * stride - before + k * dilation;
		if (cell >= 0 && cell < size)
			for (const rest of cellsOf(axes, place, axis + 1)) yield [cell, ...rest];
	}
}

/** Pools `x` of `[batch, …, channels]`, or without the batch. */
export function pooled(
	images: Array64,
	spatial: number,
	pooling: Pooling,
	type: "max" | "avg",
): { result: Array64; indexes: Array64 } {
	const x = pooling.alone
		? { ...images, shape: images.shape.slice(1) }
		: images;
	const hasBatch = x.shape.length === spatial + 2;
	const lead = hasBatch ? 1 : 0;
	const sizes = x.shape.slice(lead, lead + spatial);
	const channels = x.shape.at(-1) as number;
	const axes = axesOf(sizes, pooling);
	const shape = [
		...x.shape.slice(0, lead),
		...axes.map(({ windows }) => windows),
		channels,
	];
	/** The window's cells and their values. */
	const cells = (place: readonly number[]) =>
		[...cellsOf(axes, place.slice(lead))].map((cell) => ({
			cell,
			value: valueAt(x, [
				...place.slice(0, lead),
				...cell,
				place.at(-1) as number,
			]),
		}));
	/** The first that no other exceeds; a NaN exceeds every number. */
	const winner = (place: readonly number[]) => {
		const all = cells(place);
		let best = all[0];
		for (const one of all)
			if (
				best &&
				(one.value > best.value ||
					(Number.isNaN(one.value) && !Number.isNaN(best.value)))
			)
				best = one;
		return best;
	};
	const mean = (place: readonly number[]) => {
		const all = cells(place);
		return all.reduce((sum, { value }) => sum + value, 0) / all.length;
	};
	return {
		result: build(shape, (place) =>
			type === "avg"
				? mean(place)
				: (winner(place)?.value ?? Number.NEGATIVE_INFINITY),
		),
		indexes: build(
			shape,
			(place) => {
				const cell = winner(place)?.cell;
				if (!cell) return -1;
				const first =
					pooling.includeBatchInIndex && hasBatch ? (place[0] as number) : 0;
				return (
					[first, ...cell].reduce(
						(index, step, axis) =>
							axis === 0 ? step : index * (sizes[axis - 1] as number) + step,
						0,
					) *
						channels +
					(place.at(-1) as number)
				);
			},
			"int32",
		),
	};
}

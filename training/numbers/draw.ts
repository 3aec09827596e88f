import { openStream } from "../../experiment/random/stream.ts";
import type { Array64, NumberType } from "./array.ts";
import { sizeOf } from "./array.ts";

/** Draws examples: equal names draw equal ones, on every machine. */
export interface Draw {
	/** A whole number from `from` to `to`, both possible. */
	int(from: number, to: number): number;
	/** A number from `from` up to `to`. */
	number(from: number, to: number): number;
	pick<T>(choices: readonly T[]): T;
	/** True with this chance. */
	chance(share?: number): boolean;
	/** Sizes of axes. */
	shape(rank: number, most?: number, least?: number): number[];
	/** Axes of a tensor of this rank, in order, some of them counted from the end. */
	axes(rank: number, least?: number): number[];
	/** Numbers of both signs around 0, or between bounds; whole ones for int32, 0 and 1 for bool. */
	values(
		shape: readonly number[],
		options?: { from?: number; to?: number; dtype?: NumberType },
	): Array64;
	/**
	 * Numbers of both signs of which no two are closer than `gap`, nor any to a
	 * whole multiple of `gap` beside its own: no maximum changes hands, and no kink is
	 * crossed, within half of it.
	 */
	distinct(shape: readonly number[], gap?: number): Array64;
	shuffled<T>(list: readonly T[]): T[];
}

/** The examples named `name`. */
export function openDraw(name: string): Draw {
	const stream = openStream("numbers", name);
	const number = (from: number, to: number) =>
		from + (to - from) * stream.next();
	const int = (from: number, to: number) =>
		Math.floor(number(from, to + 1)) || 0;
	const pick = <T>(choices: readonly T[]): T =>
		choices[int(0, choices.length - 1)] as T;
	const chance = (share = 0.5) => stream.next() < share;
	const shuffled = <T>(list: readonly T[]): T[] => {
		const rest = [...list];
		return list.map(() => rest.splice(int(0, rest.length - 1), 1)[0] as T);
	};
	return {
		int,
		number,
		pick,
		chance,
		shuffled,
		shape: (rank, most = 4, least = 1) =>
			Array.from({ length: rank }, () => int(least, most)),
		axes(rank, least = 0) {
			const all = Array.from({ length: rank }, (_, axis) => axis);
			const kept = shuffled(all)
				.slice(0, int(least, rank))
				.sort((a, b) => a - b);
			return kept.map((axis) => (chance(0.3) ? axis - rank : axis));
		},
		values(shape, { from, to, dtype = "float32" } = {}) {
			const one = {
				float32: () => Math.fround(number(from ?? -2, to ?? 2)),
				int32: () => int(from ?? -5, to ?? 5),
				bool: () => int(0, 1),
			}[dtype];
			const values = Float64Array.from({ length: sizeOf(shape) }, one);
			return { shape, values, dtype };
		},
		distinct(shape, gap = 0.125) {
			const size = sizeOf(shape);
			const places = shuffled(Array.from({ length: size }, (_, at) => at));
			// Between the multiples of the gap, 0 among them; exact in 32 bits.
			const values = Float64Array.from(places, (at) =>
				Math.fround((at - Math.floor(size / 2) + 0.5) * gap),
			);
			return { shape, values, dtype: "float32" };
		},
	};
}

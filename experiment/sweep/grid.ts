import { canonicalJson } from "../../base/canonical.ts";
import { UsageError } from "../../base/errors.ts";
import type { Params, ParamValue, Scalar } from "../events.ts";
import { paramText } from "../parameters/overrides/written.ts";

/**
 * Parameters of a multirun: one value, the list of values to try, or an object
 * with others in it. A value that is a list stands in a list: `[[32, 64], [16]]`.
 */
export interface GridParams {
	readonly [name: string]: Scalar | readonly ParamValue[] | GridParams;
}

/** The same by whole names, `optim.lr` of `{ optim: { lr: … } }`. */
export type FlatGrid = Readonly<Record<string, Scalar | readonly ParamValue[]>>;

/** The parameters that vary, in the order in which members are counted, each with its values. */
export type VariedGrid = Readonly<Record<string, readonly ParamValue[]>>;

/** Every parameter with the list of its values. */
export const listedValues = (
	grid: FlatGrid,
): Record<string, readonly ParamValue[]> =>
	Object.fromEntries(
		Object.entries(grid).map(([key, values]) => [
			key,
			typeof values === "object" ? values : [values],
		]),
	);

/** More points than this are no plan, and a list of them would fill the memory. */
const MOST_POINTS = 100_000;

/**
 * Every combination of the listed values, the last parameter varying fastest.
 * @throws UsageError for a list that is empty or holds a value twice: equal
 *   parameters are the same run, which would count twice in every mean; and for more than 100,000 combinations
 */
export function expandGrid(grid: FlatGrid): Params[] {
	let points: Record<string, ParamValue>[] = [{}];
	for (const [key, list] of Object.entries(listedValues(grid))) {
		if (list.length === 0)
			throw new UsageError(
				`the list of values for ${key} is empty; give at least one`,
			);
		const twice = firstTwice(list);
		if (twice !== undefined)
			throw new UsageError(
				`${key}=${list.map(paramText).join(",")} lists ${paramText(twice)} twice; leave one out, or repeat every run with -n`,
			);
		if (points.length * list.length > MOST_POINTS)
			throw new UsageError(
				`this grid has more than ${MOST_POINTS} combinations, with the ${list.length} values of ${key}; give fewer values, or vary fewer parameters`,
			);
		points = points.flatMap((point) =>
			list.map((value: ParamValue) => ({ ...point, [key]: value })),
		);
	}
	return points;
}

function firstTwice(list: readonly ParamValue[]): ParamValue | undefined {
	const seen = new Set<string>();
	return list.find((value) => {
		const text = canonicalJson(value);
		if (seen.has(text)) return true;
		seen.add(text);
		return false;
	});
}

/** How many points a grid has. */
export const pointCount = (grid: VariedGrid): number =>
	Object.values(grid).reduce((count, { length }) => count * length, 1);

/** The values of the parameters that vary, at the point that `expandGrid` has in this place. */
export function pointAt(grid: VariedGrid, place: number): Params {
	let rest = place;
	const values = Object.entries(grid).toReversed();
	return Object.fromEntries(
		values
			.map(([name, list]): [string, ParamValue] => {
				const value = list[rest % list.length] as ParamValue;
				rest = Math.floor(rest / list.length);
				return [name, value];
			})
			.toReversed(),
	);
}

/** Names with more than one value. */
export function variedParams(grid: FlatGrid): string[] {
	return Object.keys(grid).filter((key) => {
		const values = grid[key];
		return Array.isArray(values) && values.length > 1;
	});
}

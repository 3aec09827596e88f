import { UsageError } from "../../base/errors.ts";
import type { Params, ParamValue } from "../events.ts";

/** Parameters of a multirun: one value, or the list of values to try. */
export type GridParams = Readonly<
	Record<string, ParamValue | readonly ParamValue[]>
>;

/** Every parameter with the list of its values. */
export const listedValues = (
	grid: GridParams,
): Record<string, readonly ParamValue[]> =>
	Object.fromEntries(
		Object.entries(grid).map(([key, values]) => [
			key,
			Array.isArray(values) ? values : [values as ParamValue],
		]),
	);

/**
 * Every combination of the listed values, the last parameter varying fastest.
 * @throws UsageError for a list that is empty or holds a value twice: equal
 *   parameters are the same run, which would count twice in every mean
 */
export function expandGrid(grid: GridParams): Params[] {
	let points: Record<string, ParamValue>[] = [{}];
	for (const [key, list] of Object.entries(listedValues(grid))) {
		if (list.length === 0)
			throw new UsageError(
				`the list of values for ${key} is empty; give at least one`,
			);
		const twice = list.find((value, i) => list.indexOf(value) !== i);
		if (twice !== undefined)
			throw new UsageError(
				`${key}=${list.join(",")} lists ${twice} twice; leave one out, or repeat every run with -n`,
			);
		points = points.flatMap((point) =>
			list.map((value: ParamValue) => ({ ...point, [key]: value })),
		);
	}
	return points;
}

/** Names with more than one value. */
export function variedParams(grid: GridParams): string[] {
	return Object.keys(grid).filter((key) => {
		const values = grid[key];
		return Array.isArray(values) && values.length > 1;
	});
}

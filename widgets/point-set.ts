import { givenOptions } from "../experiment/given-options.ts";
import type { Picture } from "./drawing/picture.ts";
import { scatterPicture } from "./kinds/scatter.ts";

/**
 * A picture of points of the plane, coloured by class, to look at data before training.
 * @example
 * const picture = await dd.scatter(dd.pointSet("moons", 400, dd.rng("moons")), { title: "moons" });
 * @param set what `dd.pointSet` returns, or points with class indices
 */
export function scatter(
	set: {
		readonly points: readonly {
			readonly x: number;
			readonly y: number;
			readonly label: number;
		}[];
		readonly classes?: readonly string[];
	},
	options: { title?: string } = {},
): Promise<Picture> {
	const example = 'dd.scatter(points, { title: "moons" })';
	const { title = "points" } = givenOptions("dd.scatter", options, example);
	return scatterPicture({
		title,
		positions: set.points.flatMap(({ x, y }) => [x, y]),
		labels: set.points.map(
			({ label }) => set.classes?.[label] ?? String(label),
		),
		axes: ["x₁", "x₂"],
	});
}

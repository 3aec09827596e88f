import type { MultirunReport } from "../../../experiment/sweep/statistics/report/types.ts";
import type { Drawing } from "../../drawing/picture.ts";
import { comparesGroups, effectsDrawing } from "./effects.ts";
import { intervalsDrawing } from "./intervals.ts";

/**
 * What the last values of a multirun show, each drawn when it is called: their intervals, and how large the
 * differences are from a baseline that was asked for.
 * @param baseline as it was given; undefined where it was not
 */
export const valueDrawings = (
	report: MultirunReport,
	title: string,
	baseline: string | undefined,
): (() => Drawing)[] => [
	() => intervalsDrawing(report, title),
	...(baseline !== undefined && comparesGroups(report)
		? [() => effectsDrawing(report, title)]
		: []),
];

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { shown } from "../../base/shown-text.ts";
import { paramValues } from "../../experiment/record/record.ts";
import type { StoredMultirun } from "../../experiment/record/store/multiruns.ts";
import { statusOf } from "../../experiment/record/store/store.ts";
import { pointOf } from "../../experiment/sweep/point.ts";
import { type Drawing, stacked } from "../../widgets/drawing/picture.ts";
import { pictureFile } from "../../widgets/drawing/picture-file.ts";
import { MemberCurves } from "../../widgets/kinds/multirun/curves.ts";
import { multirunDrawing } from "../../widgets/kinds/multirun.ts";
import { print } from "../print.ts";
import {
	drawnValues,
	type ReportedOptions,
	reportStored,
	tellBroken,
} from "./show.ts";

/**
 * `deepdiva multirun show ID --output FILE`: the pictures that its cell showed at its end, from the records.
 * @throws UsageError for a file that is no picture's, and where there is nothing to draw
 */
export async function drawMultirun(
	multirun: StoredMultirun,
	output: string,
	options: ReportedOptions,
): Promise<number> {
	const write = pictureFile(output);
	if (statSync(output, { throwIfNoEntry: false })?.isDirectory())
		throw new UsageError(
			`${output} is a folder; give the name of a file, for example --output ${output}/multirun.svg`,
		);
	const report = reportStored(multirun, options);
	const drawings = [
		...curvesOf(multirun, report.varied, options),
		...drawnValues(multirun, report, options),
	];
	if (drawings.length === 0)
		throw new UsageError(
			`there is nothing to draw of multirun ${multirun.id}: fewer than two of its runs finished with a metric, and none logged one at several steps`,
		);
	writeFileAtomic(resolve(output), await write(stacked(drawings)));
	print(shown`wrote ${output}`);
	return tellBroken(multirun);
}

/** None where no metric was logged at several steps. */
function curvesOf(
	{ members, experiment: title }: StoredMultirun,
	varied: readonly string[],
	{ metrics }: ReportedOptions,
): Drawing[] {
	const curves = new MemberCurves();
	for (const [place, { run }] of members.entries()) {
		const params = paramValues(run.record);
		curves.addRecorded(place, pointOf({ varied }, { params }), {
			directory: run.directory,
			status: statusOf(run),
		});
	}
	const courses = curves
		.courses()
		.filter(({ metric }) => metrics.length === 0 || metrics.includes(metric));
	return courses.length === 0 ? [] : [multirunDrawing(courses, { title })];
}

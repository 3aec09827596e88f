import { UsageError } from "../../base/errors.ts";
import { shown } from "../../base/shown-text.ts";
import { plural } from "../../widgets/text/text.ts";
import { print, printError } from "../print.ts";
import { namedRuns } from "./list.ts";
import type { RunsValues } from "./options.ts";

/** `deepdiva runs export [RUN …] -o OUT`: those named, else those that `--where` means. */
export async function exportCommand(
	references: readonly string[],
	values: RunsValues,
): Promise<number> {
	const out = values.output;
	if (out === undefined)
		throw new UsageError(
			"deepdiva runs export: name a folder or a zip file with -o, for example -o run.zip",
		);
	const chosen = namedRuns(references, values);
	const runs = [
		...new Map(chosen.map((run) => [run.record.id, run] as const)).values(),
	];
	if (runs.length === 0)
		throw new UsageError(
			"deepdiva runs export needs the runs to export: name them, or choose them with --where",
		);
	const { exportRuns } = await import(
		"../../experiment/record/export/export.ts"
	);
	await exportRuns(runs, out, {
		force: values.force,
		onWarning: (text) => printError(`deepdiva: ${text}`),
	});
	print(
		shown`wrote ${plural(runs.length, "run")} to ${out}` +
			(runs.length === 1 ? shown`; elsewhere: deepdiva replay ${out}` : ""),
	);
	return 0;
}

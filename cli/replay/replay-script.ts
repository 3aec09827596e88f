import { UsageError } from "../../base/errors.ts";
import { shown } from "../../base/shown-text.ts";
import {
	readOrigin,
	recordedOrigin,
	replayScript,
} from "../../experiment/replay/exported-script.ts";
import { print } from "../print.ts";
import { launcherOf } from "../sandbox/launcher.ts";
import { executeExported } from "./execute-recipe.ts";
import type { ReplayOptions } from "./replay-options.ts";
import { reportReplay } from "./replay-report.ts";

/** Replays an exported script and prints the comparison with the run that it comes from. */
export async function replayExported(
	path: string,
	options: ReplayOptions,
	signal: AbortSignal,
): Promise<number> {
	refuseOptions(path, options);
	const { json = false, tolerance } = options;
	const origin = readOrigin(path);
	const recorded = recordedOrigin(path, origin);
	if (!recorded && tolerance !== undefined)
		throw new UsageError(
			`deepdiva replay: --tolerance needs the numbers of run ${origin.id}, which is not here; the script has its digests alone`,
		);
	if (!json)
		print(
			shown`replaying ${path} (run ${origin.id}, ${origin.experiment}${recorded ? "" : "; the run is not here, so digests are compared"}) …`,
		);
	const launcher = launcherOf(options.fence ?? {}, path);
	const result = await replayScript(
		path,
		origin,
		(script, stopped) => executeExported(script, stopped, launcher),
		{ recorded, tolerance, signal },
	).finally(() => launcher.close());
	return reportReplay(origin.id, result, { json, tolerance }) ? 0 : 1;
}

/** A certificate was made for a run, and a script is other code. */
function refuseOptions(
	path: string,
	{ certificate, here, data }: ReplayOptions,
): void {
	const refuse = (option: string, reason: string) => {
		throw new UsageError(`deepdiva replay ${path}: --${option} ${reason}`);
	};
	if (certificate !== undefined)
		refuse(
			"certificate",
			"certifies the replay of a run with its recorded code; name the run",
		);
	if (here)
		refuse(
			"here",
			"means nothing for a script, which is always executed where it lies",
		);
	if (data !== undefined && data.size > 0)
		refuse(
			"data",
			"does not reach into a script; put the data where it names them",
		);
}

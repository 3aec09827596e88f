import type { MagicCall } from "./registry.ts";
import type { MultirunArguments, RunArguments } from "./run-arguments.ts";

/** Does the call start several runs? Then its arguments are those of a multirun. */
export const isMultirun = (
	call: MagicCall,
): call is MagicCall<MultirunArguments["values"]> =>
	call.magic.name === "multirun";

/** Does the call start a run, or several? Then its arguments are those of a run. */
export const isRun = (
	call: MagicCall,
): call is MagicCall<RunArguments["values"]> =>
	call.magic.name === "run" || isMultirun(call);

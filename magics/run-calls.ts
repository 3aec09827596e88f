import type {
	MultirunArguments,
	RunArguments,
} from "./arguments/run-arguments.ts";
import type { MagicCall } from "./registry.ts";

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

/**
 * DeepDIVA for scripts and notebooks: `import * as dd from "deepdiva"`.
 * @module
 */
import { installRandom } from "./experiment/random/install.ts";

export * from "./experiment/index.ts";
export { time } from "./magics/timing.ts";
export {
	callMagic,
	type MagicValues,
	magic,
	type UserMagicContext,
	type UserMagicOptions,
	type UserOption,
	type UserPositional,
} from "./magics/user.ts";
export * from "./training/index.ts";
export { MultirunError } from "./training/members.ts";
export {
	artifact,
	boundary,
	callbacks,
	checkpoint,
	confusion,
	data,
	embedding,
	load,
	log,
	params,
	restore,
	rng,
} from "./training/recording.ts";
export {
	type MultirunOptions,
	multirun,
	type RunOptions,
	run,
} from "./training/run.ts";
export { scatter } from "./widgets/point-set.ts";

// For scripts that were started without us: what loads from here on can follow a seed.
installRandom();

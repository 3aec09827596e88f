import { syncBuiltinESMExports } from "../../host/builtins.ts";
import { installClockReads } from "./clock-reads.ts";
import { installEntropyReads } from "./entropy-reads.ts";
import { installEnvironmentReads } from "./environment-reads.ts";
import { installFileReads } from "./file-reads.ts";
import { installListingReads } from "./listing-reads.ts";

let installed = false;

/**
 * From now on, what a run's code reads of clock, entropy, folders and
 * environment is noted. Should come before any user import: who took a
 * function out of its module earlier keeps the one that nobody watches.
 */
export function installLeakWatch(): void {
	if (installed) return;
	installed = true;
	installClockReads();
	installEntropyReads();
	installEnvironmentReads();
	installListingReads();
	installFileReads();
	// Of Node's modules, `import { hostname } from "node:os"` gives what the module held when it was loaded.
	syncBuiltinESMExports();
}

import { createHash } from "node:crypto";
import { canonicalJson, digestOf } from "../canonical.ts";
import type { Params } from "../events.ts";

/**
 * What makes a run the run it is: experiment, parameters and repeat index.
 * Nothing here depends on a clock, a counter, the front end or the order of jobs.
 */
export interface RunIdentity {
	readonly experiment: string;
	/** Without paths and secrets: where the data lies, and who may read it, changes no result. */
	readonly params: Params;
	/** 0 for a single run; the index within a multirun otherwise. */
	readonly repeat: number;
}

/** `sha256:…` of the identity: the same run has it on every machine. */
export function identityDigest(identity: RunIdentity): string {
	const { experiment, params, repeat } = identity;
	return digestOf({ experiment, params, repeat });
}

/** The run's own seed, 16 hexadecimal digits, derived from the root seed and the identity alone. */
export function runSeed(rootSeed: string, identity: RunIdentity): string {
	return createHash("sha256")
		.update(`${rootSeed}\0run\0${canonicalJson(identity)}`)
		.digest("hex")
		.slice(0, 16);
}

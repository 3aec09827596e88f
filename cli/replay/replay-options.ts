import type { DataPlaces } from "../../experiment/replay/workplace.ts";
import type { Fence } from "../sandbox/launcher.ts";

/** How `deepdiva replay` executes what it is given. */
export interface ReplayOptions {
	readonly json?: boolean;
	/** Largest relative difference that counts as equal. */
	readonly tolerance?: number;
	/** A certificate to which the outcome is added, with a signature. */
	readonly certificate?: string;
	/** The private key that signs it. */
	readonly key?: string;
	/** Execute in the present work tree, even if the code has changed. */
	readonly here?: boolean;
	/** Where data folders lie that are not at their recorded places. */
	readonly data?: DataPlaces;
	/** Execute somebody else's code without asking. */
	readonly yes?: boolean;
	/** npm may run the install scripts of somebody else's packages. */
	readonly installScripts?: boolean;
	/** How the code is confined; by default not at all. */
	readonly fence?: Fence;
}

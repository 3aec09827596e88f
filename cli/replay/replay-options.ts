import type { DataPlaces } from "../../experiment/replay/workplace.ts";
import type { Fence } from "../sandbox/launcher.ts";

/** How `deepdiva replay` executes what it is given. */
export interface ReplayOptions {
	readonly json?: boolean;
	/** Largest relative difference that is let pass. */
	readonly tolerance?: number;
	/** A certificate to which the outcome is added, signed. */
	readonly certificate?: string;
	/** The private key that signs it. */
	readonly key?: string;
	/** In the present work tree, whatever became of the code. */
	readonly here?: boolean;
	/** Where data lie that are not where the record has them. */
	readonly data?: DataPlaces;
	/** Somebody else's code is executed unasked. */
	readonly yes?: boolean;
	/** npm may run the install scripts of somebody else's packages. */
	readonly installScripts?: boolean;
	/** How the code is held; by default not at all. */
	readonly fence?: Fence;
}

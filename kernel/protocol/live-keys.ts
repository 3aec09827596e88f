/** What a completion is offered of a live value. */
export interface LiveKeys {
	readonly keys: readonly string[];
	/** Is it an object as literals and JSON make them, or the environment? Of others, types may know better. */
	readonly isPlain: boolean;
}

export const NO_KEYS: LiveKeys = { keys: [], isPlain: false };

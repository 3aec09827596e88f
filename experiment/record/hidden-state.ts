/**
 * What a notebook keeps between its cells, as far as a run depends on it: a
 * reader who executes the cells from top to bottom may see other values.
 */
export interface HiddenState {
	/** Names the run's cell read from other cells, in alphabetical order. */
	readonly reads: readonly string[];
	/** Names it declared or assigned. */
	readonly writes: readonly string[];
	/** What each live name held before and after: equal digests for equal content. */
	readonly bindings: Readonly<
		Record<string, { readonly before?: string; readonly after?: string }>
	>;
	/** Names whose content is not known: the time was over, or nothing can look into the value. */
	readonly notChecked: readonly string[];
	readonly findings: readonly HiddenStateFinding[];
}

export interface HiddenStateFinding {
	/**
	 * `stale`: made from a value that was changed afterwards. `out of order`:
	 * made from a value that a cell further down, or the same cell at an earlier
	 * time, has left. `deleted`: no cell makes it any more. `mutated`: changed
	 * without being assigned.
	 */
	readonly kind: "stale" | "out of order" | "deleted" | "mutated";
	readonly name: string;
	/** The finding as a sentence. */
	readonly text: string;
}

/** Looks at the notebook's state on behalf of runs. Given to the session by a kernel's engine. */
export interface StateWitness {
	/** A run begins; undefined when it is part of no cell. */
	begin(): WitnessedRun | undefined;
	/** Of these names, and those that their code mentions, the functions of now: digests as in `HiddenState.bindings`. */
	functions(names: readonly string[]): ReadonlyMap<string, string | undefined>;
}

export interface WitnessedRun {
	/** What is wrong with the state the run starts from, unless its cell has said so already. */
	readonly warnings: readonly string[];
	/** Call it when the run's code has ended. */
	end(): { readonly state: HiddenState; readonly warnings: readonly string[] };
}

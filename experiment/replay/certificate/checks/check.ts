/** One thing that was checked. */
export interface Check {
	readonly what: string;
	readonly status:
		| "holds"
		| "broken"
		/** It was to be checked, and what is needed for it is not there. */
		| "could not check"
		/** What it is about is not here, and need not be. */
		| "not here";
	readonly detail?: string;
}

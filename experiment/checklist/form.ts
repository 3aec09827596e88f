import type { Answer, Evidence } from "./evidence.ts";

/** What a form asks, in a few words of ours. */
export interface Item {
	/** As the form numbers it. */
	readonly number: string;
	readonly asks: string;
	/** Undefined where the record says nothing about it: then it is for a person. */
	readonly answer?: (evidence: Evidence) => Answer | undefined;
}

export interface Section {
	readonly title: string;
	readonly items: readonly Item[];
}

/** A checklist that authors fill in. */
export interface Form {
	readonly name: string;
	readonly title: string;
	readonly url: string;
	readonly sections: readonly Section[];
}

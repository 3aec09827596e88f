/** A row of the coverage table. A row is written only after all of it was checked. */
export interface Row {
	readonly kind:
		| "operation"
		| "layer"
		| "loss"
		| "optimizer"
		| "metric"
		| "callback"
		| "initializer"
		| "regularizer"
		| "constraint";
	readonly name: string;
	readonly dtypes: readonly string[];
	readonly forward: "right" | "refused";
	readonly gradient: "right" | "refused" | "none";
	/** The gradient of the gradient. */
	readonly second: "right" | "refused" | "none";
	/** What it was compared with. */
	readonly oracles: readonly string[];
	/** Largest differences, in terms of the largest expected number. */
	readonly worst: { readonly forward: number; readonly gradient?: number };
}

/** What each policy does, for people. */
export const TYPE_POLICY_MEANINGS = {
	report: "type errors are shown above a cell's output, and the cell runs",
	strict: "a cell with type errors is stopped before anything of it runs",
	off: "types are not checked",
} as const;

/** What happens to a cell with type errors. */
export type TypePolicy = keyof typeof TYPE_POLICY_MEANINGS;

export const TYPE_POLICIES = Object.keys(
	TYPE_POLICY_MEANINGS,
) as readonly TypePolicy[];

export const isTypePolicy = (word: string): word is TypePolicy =>
	Object.hasOwn(TYPE_POLICY_MEANINGS, word);

import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { Magic } from "../definition.ts";

const POLICIES = {
	report: "type errors are shown above a cell's output, and the cell runs",
	strict: "a cell with type errors is stopped before anything of it runs",
	off: "types are not checked",
} as const;

/** What happens to a cell with type errors. */
export type TypePolicy = keyof typeof POLICIES;

export const TYPE_POLICIES = Object.keys(POLICIES) as readonly TypePolicy[];

export const isTypePolicy = (word: string): word is TypePolicy =>
	Object.hasOwn(POLICIES, word);

/**
 * Whoever owns the engine checks the types, and reads this line before the cell
 * runs: it holds for its own cell, too. Here it is only said.
 */
export const typesMagic: Magic = {
	name: "types",
	mark: "%",
	summary: "Says what happens to a cell with type errors.",
	positionals: [
		{
			name: "POLICY",
			required: false,
			description: `${TYPE_POLICIES.join(", ")}, from this cell on; without it, what holds is shown.`,
		},
	],
	options: [],
	wraps: false,
	examples: ["%types", "%types strict"],
	complete: (words) => (words.length === 1 ? TYPE_POLICIES : []),
	check({ positionals: [policy] }) {
		if (policy !== undefined && !isTypePolicy(policy))
			throw new UsageError(
				`%types has no policy "${policy}"${suggestion(policy, TYPE_POLICIES)}`,
			);
	},
	async run({ positionals: [policy] }, { print, typePolicy = "off" }) {
		const holds =
			policy !== undefined && isTypePolicy(policy) ? policy : typePolicy;
		print(`types ${holds}: ${POLICIES[holds]}`);
	},
	toCode: () => undefined,
};

import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { defineMagic } from "../definition.ts";
import {
	isTypePolicy,
	TYPE_POLICIES,
	TYPE_POLICY_MEANINGS,
} from "../type-policy.ts";

/**
 * The owner of the engine checks types and reads this line before the cell
 * runs, so it holds for its own cell, too. The magic itself only reports it.
 */
export const typesMagic = defineMagic({
	name: "types",
	mark: "%",
	summary: "Says what happens to a cell with type errors.",
	positionals: [
		{
			name: "policy",
			placeholder: "POLICY",
			description: `${TYPE_POLICIES.join(", ")}, from this cell on; without it, what holds is shown.`,
		},
	],
	options: [],
	wraps: false,
	examples: ["%types", "%types strict"],
	complete: (words) => (words.length === 1 ? TYPE_POLICIES : []),
	check({ values: { policy } }) {
		if (policy !== undefined && !isTypePolicy(policy))
			throw new UsageError(
				`%types has no policy "${policy}"${suggestion(policy, TYPE_POLICIES)}`,
			);
	},
	async run({ values: { policy } }, { print, typePolicy = "off" }) {
		const holds =
			policy !== undefined && isTypePolicy(policy) ? policy : typePolicy;
		print(`types ${holds}: ${TYPE_POLICY_MEANINGS[holds]}`);
	},
	toCode: () => undefined,
});

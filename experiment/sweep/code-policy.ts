import { UsageError } from "../../base/errors.ts";

/** What a resumed multirun does with members that finished by other code than now. */
export const CODE_POLICIES = ["keep", "redo"] as const;
export type CodePolicy = (typeof CODE_POLICIES)[number];

export const CODE_DESCRIPTION =
	"With --resume, about members of a multirun that finished by other code than now: keep them, or compute them again.";

/** @throws UsageError for what is no policy */
export function readCodePolicy(policy: unknown): CodePolicy {
	const found = CODE_POLICIES.find((one) => one === policy);
	if (found) return found;
	throw new UsageError(
		`code is "keep" or "redo", not "${policy}": what a resumed multirun does with members that finished by other code`,
	);
}

import { UsageError } from "../../base/errors.ts";

/** What a multirun does when a member fails: go on with the others and fail at the end, or stop at once. */
export const FAIL_POLICIES = ["continue", "fast"] as const;
export type FailPolicy = (typeof FAIL_POLICIES)[number];

/** What cells and scripts of earlier versions say, and what it is called now. */
export const FORMER_FAIL_POLICIES = { end: "continue" } as const;
export type FormerFailPolicy = keyof typeof FORMER_FAIL_POLICIES;

export const FAIL_DESCRIPTION =
	"When a run of a multirun fails: go on with the others and tell at the end (default), or stop.";

/** @throws UsageError for what is no policy */
export function readFailPolicy(policy: unknown): FailPolicy {
	if (policy === "end") return FORMER_FAIL_POLICIES[policy];
	const found = FAIL_POLICIES.find((one) => one === policy);
	if (found) return found;
	throw new UsageError(
		`fail is "continue" or "fast", not "${policy}": what a multirun does when a run of it fails`,
	);
}

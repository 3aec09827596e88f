import { UsageError } from "../../base/errors.ts";

/** What a multirun does when a member fails: go on with the others and fail at the end, or stop at once. */
export const FAIL_POLICIES = ["end", "fast"] as const;
export type FailPolicy = (typeof FAIL_POLICIES)[number];

export const FAIL_DESCRIPTION =
	"When a run of a multirun fails: go on with the others and tell at the end (default), or stop.";

/** @throws UsageError for what is no policy */
export function readFailPolicy(policy: unknown): FailPolicy {
	const found = FAIL_POLICIES.find((one) => one === policy);
	if (found) return found;
	throw new UsageError(
		`fail is "end" or "fast", not "${policy}": what a multirun does when a run of it fails`,
	);
}

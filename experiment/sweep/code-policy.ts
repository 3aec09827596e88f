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

/** @throws UsageError for a policy where nothing is resumed */
export function requireResumed(
	resume: boolean | undefined,
	code: CodePolicy | undefined,
): void {
	if (code === undefined || resume) return;
	throw new UsageError(
		`--code ${code} (code: "${code}") is about members that are there already, so it goes with --resume (resume: true)`,
	);
}

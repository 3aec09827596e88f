import { UsageError } from "../../base/errors.ts";

/**
 * What a run does about code that differs from the last commit: refuse to
 * start, keep a snapshot of the work tree, or not look.
 */
export const GIT_MODES = ["require", "snapshot", "ignore"] as const;
export type GitMode = (typeof GIT_MODES)[number];

export const GIT_DESCRIPTION =
	"About code that differs from the last commit: refuse to start, keep a snapshot (default), or do not look.";

/** @throws UsageError for a text that is no mode */
export function readGitMode(text: string): GitMode {
	const mode = GIT_MODES.find((one) => one === text);
	if (mode) return mode;
	throw new UsageError(`--git is require, snapshot or ignore, not "${text}"`);
}

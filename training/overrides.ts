import { suggestion } from "../base/nearest.ts";
import { session } from "../experiment/session.ts";

/**
 * What to tell the user about `-p key=value` of the command line that no run
 * declared, and about `--vary` that no multirun has repeats for; undefined when all was used.
 */
export function unusedOverrides(): string | undefined {
	const { overrides, declaredParams, vary, hasVaried } = session();
	const unused = Object.keys(overrides).filter(
		(key) => !declaredParams.has(key),
	);
	const problems = unused.map(
		(key) =>
			`no run declares a parameter "${key}"${suggestion(key, [...declaredParams])}`,
	);
	if (vary !== undefined && !hasVaried)
		problems.push(
			`--vary ${vary.join(",")} says what differs between repeats, and no multirun has any: give n of at least 2 in the code (-n 5), or leave --vary out`,
		);
	return problems.length > 0 ? problems.join("\n") : undefined;
}

import { suggestion } from "../base/nearest.ts";
import { session } from "../experiment/session.ts";

/**
 * What to tell the user about `-p key=value` of the command line that no run
 * declared, or undefined when each was used.
 */
export function unusedOverrides(): string | undefined {
	const { overrides, declaredParams } = session();
	const unused = Object.keys(overrides).filter(
		(key) => !declaredParams.has(key),
	);
	if (unused.length === 0) return undefined;
	return unused
		.map(
			(key) =>
				`no run declares a parameter "${key}"${suggestion(key, [...declaredParams])}`,
		)
		.join("\n");
}

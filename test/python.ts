import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

/** By Python and statement: many tests of a file ask the same. */
const problems = new Map<string, string>();

/** Why a Python cannot run a statement; empty where it can. */
function problemOf(python: string, statement: string): string {
	const key = `${python} ${statement}`;
	const known = problems.get(key);
	if (known !== undefined) return known;
	const { status, error, stderr } = spawnSync(python, ["-c", statement], {
		encoding: "utf8",
	});
	const problem =
		status === 0
			? ""
			: (error?.message ??
				stderr.trim().split("\n").at(-1) ??
				`status ${status}`);
	problems.set(key, problem);
	return problem;
}

/**
 * A Python that has these modules: the one `DEEPDIVA_PYTHON` names, else
 * `python3`. Without it the test is not run and says why – except in CI,
 * where it fails, so that it cannot go missing unseen.
 *
 * @returns the Python's path, or undefined when the test is to return at once
 */
export function pythonWith(
	modules: readonly string[],
	test: TestContext,
): string | undefined {
	const python = process.env.DEEPDIVA_PYTHON ?? "python3";
	const problem = problemOf(python, `import ${modules.join(", ")}`);
	if (problem === "") return python;
	const reason = `not run: ${python} cannot import ${modules.join(", ")} (${problem}). Set DEEPDIVA_PYTHON to a Python that can.`;
	if (process.env.CI === "true") throw new Error(reason);
	test.skip(reason);
	return undefined;
}

import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

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
	const probe = spawnSync(python, ["-c", `import ${modules.join(", ")}`], {
		encoding: "utf8",
	});
	if (probe.status === 0) return python;
	const problem =
		probe.error?.message ?? probe.stderr.trim().split("\n").at(-1);
	const reason = `not run: ${python} cannot import ${modules.join(", ")} (${problem}). Set DEEPDIVA_PYTHON to a Python that can.`;
	if (process.env.CI === "true") throw new Error(reason);
	test.skip(reason);
	return undefined;
}

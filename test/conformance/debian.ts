import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

/** Debian's own: its packages are not seen by a Python of another origin. */
const PYTHON = "/usr/bin/python3";

/**
 * The Python that has Debian's `python3-jupyter-kernel-test`, and the
 * jupyter_client that belongs to it. Without it the test is not run and says
 * why – except in CI, where it fails.
 *
 * @returns the Python's path, or undefined when the test is to return at once
 */
export function pythonWithKernelTest(test: TestContext): string | undefined {
	const probe = spawnSync(
		PYTHON,
		["-c", "from jupyter_kernel_test import KernelTests"],
		{
			encoding: "utf8",
		},
	);
	if (probe.status === 0) return PYTHON;
	const problem =
		probe.error?.message ?? probe.stderr.trim().split("\n").at(-1);
	const reason = `not run: ${PYTHON} cannot import jupyter_kernel_test (${problem}). On Debian, "apt-get install python3-jupyter-kernel-test" brings it.`;
	if (process.env.CI === "true") throw new Error(reason);
	test.skip(reason);
	return undefined;
}

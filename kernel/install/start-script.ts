import { shellQuoted } from "../../base/shell.ts";
import {
	type Again,
	explainMissing,
	findMissing,
	installation,
} from "./installation.ts";

/** A kernel in Python, beside the script: says in the notebook what the script found missing. */
export const MISSING_KERNEL = "missing.py";

/**
 * What the kernelspec starts. `exec` keeps the process that Jupyter knows, so
 * signals and its exit code are the kernel's.
 */
export function startScript(again: Again): string {
	const { node, server, packages } = installation;
	return `#!/bin/sh
# Starts the DeepDIVA kernel. Written by: deepdiva install
${findMissing([node, server, packages])}
[ -n "$missing" ] || exec ${shellQuoted(node)} ${shellQuoted(server)} "$@"

${explainMissing(again)}
printf '%s\\n' "$message" >&2
# The first Python with ipykernel: of the environment around this folder, or on PATH.
folder=\${0%/*}
for python in "$folder/../../../../bin/python3" python3 python; do
	if "$python" "$folder/${MISSING_KERNEL}" 2>/dev/null; then
		exec "$python" "$folder/${MISSING_KERNEL}" "$message" "$@"
	fi
done
exit 1
`;
}

/** https://jupyter-client.readthedocs.io/en/stable/wrapperkernels.html */
export const MISSING_KERNEL_SOURCE = `"""A kernel that stands in for DeepDIVA when its installation is gone: every cell says so.

missing.py MESSAGE CONNECTION_FILE; without arguments it ends with 0 if ipykernel is there.
"""

import sys

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

message, *arguments = [*sys.argv[1:], ""]


class Missing(Kernel):
    implementation = "deepdiva-missing"
    implementation_version = "1"
    banner = message
    language_info = {
        "name": "typescript",
        "mimetype": "text/typescript",
        "file_extension": ".ts",
    }

    def do_execute(self, code, silent, *_, **__):
        error = {
            "ename": "InstallationMissing",
            "evalue": message,
            "traceback": [f"InstallationMissing: {message}"],
        }
        if not silent:
            self.send_response(self.iopub_socket, "error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}


if message:
    IPKernelApp.launch_instance(argv=["-f", arguments[0]], kernel_class=Missing)
`;

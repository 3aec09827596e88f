import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ownModule } from "../base/own-modules.ts";
import type { SessionOptions } from "../experiment/session.ts";
import { SCRIPT_BOOT_VARIABLE } from "./script-boot.ts";

/** `deepdiva run SCRIPT` as a process of this Node whose session begins with these options. */
export const scriptCommand = (script: string, boot: SessionOptions) => ({
	file: process.execPath,
	args: [
		"--disable-warning=ExperimentalWarning",
		fileURLToPath(ownModule("cli/main")),
		"run",
		script,
	],
	variables: { [SCRIPT_BOOT_VARIABLE]: JSON.stringify(boot) },
});

/** How long an interrupted script may take to end. */
const PATIENCE_MILLISECONDS = 5000;

/**
 * Ends a script as Ctrl-C does, and by force if it takes long. A terminal's Ctrl-C may
 * reach it, too; a signal that is sent to this process alone does not.
 */
export function interruptScript(child: ChildProcess): void {
	child.kill("SIGINT");
	setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS).unref();
}

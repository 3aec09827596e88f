import { accessSync, constants, statSync } from "node:fs";

/**
 * Why no process can be started in a folder, and what to do; undefined when
 * that is not the folder's fault. The system says the same "no such file" of
 * the program.
 */
export function folderProblem(folder: string): string | undefined {
	const remedy =
		"make the folder again, or open the notebook where it is now, and run the cell again";
	const found = statSync(folder, { throwIfNoEntry: false });
	if (!found) return `the notebook's folder ${folder} is not there; ${remedy}`;
	if (!found.isDirectory())
		return `the notebook's folder ${folder} is a file by now; ${remedy}`;
	try {
		accessSync(folder, constants.X_OK);
		return undefined;
	} catch {
		return `the notebook's folder ${folder} may not be entered: chmod u+rx ${folder}`;
	}
}

/** The same for an error that says no more than that this process's own working folder was deleted. */
export const workingFolderProblem = (error: unknown): string | undefined =>
	error instanceof Error && "syscall" in error && error.syscall === "uv_cwd"
		? "the working folder is not there any more; change to another one with cd, or make it again and change to it anew"
		: undefined;

import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { compilerFolder, compilerPackage } from "./package-paths.ts";

const messageOf = (error: unknown) =>
	error instanceof Error ? error.message : String(error);

const AGAIN = "Install deepdiva again with its optional packages:";

/**
 * Why TypeScript 7's compiler does not start, and what to do about it, in one
 * line. The compiler is a program for one platform, in a package of its own.
 */
export function whyItCannotStart(error: unknown): string {
	return `TypeScript 7 cannot be started: ${reason(error)}`;
}

function reason(error: unknown): string {
	const folder = compilerFolder();
	if (folder === undefined)
		return `its package for this platform, ${compilerPackage}, is not installed. ${AGAIN} npm install --include=optional`;
	const name = process.platform === "win32" ? "tsc.exe" : "tsc";
	const program = join(folder, "lib", name);
	if (!existsSync(program))
		return `its package ${compilerPackage} has no ${program}. ${AGAIN} npm install --include=optional`;
	if (!isExecutable(program))
		return `the system does not let ${program} be executed. Allow it with "chmod +x", or install deepdiva on a file system that allows programs`;
	return `${program} does not run here (${messageOf(error)}). Install deepdiva again on this machine: packages copied from another one have the programs of that one`;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

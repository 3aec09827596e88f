import { accessSync, constants, existsSync } from "node:fs";
import {
	compilerFolder,
	compilerPackage,
	compilerProgram,
} from "./package-paths.ts";

const AGAIN = "Install deepdiva again with its optional packages:";

/**
 * Why TypeScript 7's compiler does not start, and what to do about it, in one
 * line. The compiler is a program for one platform, in a package of its own.
 * @param said the message of the error that starting it ended with
 */
export function whyItCannotStart(said: string): string {
	return `TypeScript 7 cannot be started: ${reason(said)}`;
}

function reason(said: string): string {
	if (compilerFolder() === undefined)
		return `its package for this platform, ${compilerPackage}, is not installed. ${AGAIN} npm install --include=optional`;
	const program = compilerProgram();
	if (!existsSync(program))
		return `its package ${compilerPackage} has no ${program}. ${AGAIN} npm install --include=optional`;
	if (!isExecutable(program))
		return `the system does not let ${program} be executed. Allow it with "chmod +x", or install deepdiva on a file system that allows programs`;
	return `${program} does not run here (${said}). Install deepdiva again on this machine: packages copied from another one have the programs of that one`;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** The user's folder of compiled code: below `XDG_CACHE_HOME`, or the home folder. */
export function compileCachePath(env: NodeJS.ProcessEnv = process.env): string {
	return join(
		env.XDG_CACHE_HOME || join(homedir(), ".cache"),
		"deepdiva",
		"compiled",
	);
}

/**
 * Keeps V8's code of modules that are imported from now on, for the next
 * start: of this process, and of the engine, which inherits the variable. A
 * folder that cannot be written costs that and nothing else.
 * `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1`
 * switches it off.
 *
 * Not Node's default, which lies in the temporary folder: others can write there.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
	env.NODE_COMPILE_CACHE ??= compileCachePath(env);
	enableCompileCache(env.NODE_COMPILE_CACHE);
}

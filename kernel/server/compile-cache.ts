import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { makeFolder } from "../../experiment/files.ts";
import { userFolder } from "../../experiment/home.ts";

/**
 * The user's folder of compiled code: below `XDG_CACHE_HOME`, or the home folder.
 * @throws UsageError where there is no home folder
 */
export function compileCachePath(env: NodeJS.ProcessEnv = process.env): string {
	return join(userFolder(env.XDG_CACHE_HOME, ".cache"), "deepdiva", "compiled");
}

/**
 * Keeps V8's code of modules that are imported from now on, for the next
 * start: of this process, and of the engine, which inherits the variable. A
 * folder that cannot be made or written costs that and nothing else.
 * `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1`
 * switches it off.
 *
 * Not Node's default, which lies in the temporary folder: others can write there.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
	try {
		const folder = env.NODE_COMPILE_CACHE ?? compileCachePath(env);
		// Node would try for ever below a folder such as /proc, and the engine with it.
		makeFolder(folder);
		env.NODE_COMPILE_CACHE = folder;
		enableCompileCache(folder);
	} catch {
		delete env.NODE_COMPILE_CACHE;
	}
}

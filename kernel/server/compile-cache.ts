import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { userFolder } from "../../base/home.ts";
import {
	makePrivateFolder,
	NotPrivateError,
} from "../../base/private-folder.ts";

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
 * Node runs what it finds there after a check of nothing but the source's hash, so
 * whoever can write to the folder can run code as this user. One that others can
 * write to is not used, which is said: neither is Node's default, in the temporary folder.
 */
export function keepCompiledCode(
	env: NodeJS.ProcessEnv = process.env,
	say: (sentence: string) => void = (sentence) =>
		process.stderr.write(`${sentence}\n`),
): void {
	try {
		const folder = env.NODE_COMPILE_CACHE ?? compileCachePath(env);
		// Node would try for ever below a folder such as /proc, and the engine with it.
		makePrivateFolder(folder);
		env.NODE_COMPILE_CACHE = folder;
		enableCompileCache(folder);
	} catch (error) {
		delete env.NODE_COMPILE_CACHE;
		if (error instanceof NotPrivateError)
			say(`Compiled code is not kept, so starts take longer: ${error.message}`);
	}
}

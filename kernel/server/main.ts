/**
 * The process Jupyter starts: `node main.ts CONNECTION_FILE`. It ends with 0
 * after a shutdown request, with 1 when it cannot start.
 */
import { workingFolderProblem } from "../owner/folder-problem.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import { keepNewSpaceSmall } from "./memory.ts";
import { kernelParent, watchParent } from "./parent-watch.ts";

process.title = "deepdiva kernel";
keepNewSpaceSmall();

const orphaned = new AbortController();
// Before anything that may take long.
watchParent(kernelParent(), () => orphaned.abort());

try {
	// What is imported before is compiled at every start.
	keepCompiledCode();
	const { serve } = await import("./serve.ts");
	await serve(process.argv.slice(2), orphaned.signal);
	process.exit(0);
} catch (error) {
	process.stderr.write(
		`${workingFolderProblem(error) ?? (error as Error).message}\n`,
	);
	process.exit(1);
}

/** `deepdiva <command>`. Runs on the pinned Node; `bin/deepdiva.js` starts it there. */
import { commandParent, watchParent } from "../kernel/server/parent-watch.ts";
import { answer } from "./answer.ts";
import { endWithReader, isReaderGone, READER_GONE } from "./reader.ts";
import { named, tellUnsettled } from "./unsettled.ts";

// SIGUSR1, which schedulers send, would open Node's debugger to everybody on the host. Windows has no such signal.
if (process.platform !== "win32") process.on("SIGUSR1", () => undefined);
endWithReader();
tellUnsettled();
const parent = commandParent();
if (parent) watchParent(parent, () => process.exit(1));

async function start(): Promise<void> {
	const code = await named("the command", () => answer(process.argv.slice(2)));
	process.exitCode = isReaderGone() ? READER_GONE : code;
}

// Not awaited here: Node would name this line when a script waits for ever.
void start();

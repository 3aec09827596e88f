import { textDecoder } from "../../host/bytes.ts";
import { activeRun } from "./active-run.ts";

let installed = false;

/**
 * From now on, what a run's code prints is recorded too: `console` and
 * everything that writes to `process.stdout` and `process.stderr`. Native code
 * and child processes write to the descriptors themselves, and are not seen.
 */
export function installPrintCapture(): void {
	if (installed) return;
	installed = true;
	for (const name of ["stdout", "stderr"] as const) {
		const stream = process[name];
		const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
		const decoded = textDecoder();
		stream.write = (chunk: unknown, ...rest: unknown[]) => {
			const run = activeRun();
			if (run && typeof chunk === "string") run.print(name, chunk);
			else if (run && chunk instanceof Uint8Array)
				run.print(name, decoded(chunk));
			return write(chunk, ...rest);
		};
	}
}

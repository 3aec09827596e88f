import { text } from "node:stream/consumers";
import { EXIT_INTERRUPTED } from "../exit-codes.ts";
import { splitCells } from "./continuation.ts";
import { PipeView } from "./output/pipe-view.ts";
import { Session, type SessionOptions } from "./session.ts";

/**
 * Runs what is piped, whole statement by whole statement, and prints what each
 * one gives. The first that fails is the last. Resolves to the exit code.
 */
export async function runPlain(
	stdin: NodeJS.ReadableStream,
	stdout: NodeJS.WritableStream,
	stderr: NodeJS.WritableStream,
	options: Omit<SessionOptions, "onOutput">,
): Promise<number> {
	const cells = splitCells(await text(stdin));
	const view = new PipeView(stdout, stderr);
	const session = new Session({
		...options,
		onOutput: (output) => view.output(output),
	});
	let interrupted = false;
	const interrupt = () => {
		interrupted = true;
		session.interrupt();
	};
	process.on("SIGINT", interrupt);
	try {
		for (const cell of cells) {
			const outcome = await session.run(cell);
			view.end();
			if (interrupted) return EXIT_INTERRUPTED;
			if (outcome === "error") return 1;
			if (outcome === "exit") break;
		}
		return 0;
	} finally {
		process.off("SIGINT", interrupt);
		await session.close();
		view.end();
	}
}

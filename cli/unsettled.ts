import { printError } from "./print.ts";

/** Node's own code for it. */
const UNSETTLED = 13;

/** What the process waits for, the innermost last. */
const waiting: string[] = [];

/** Waits for work whose name is told should nothing be left that could end it. */
export async function named<T>(
	name: string,
	work: () => Promise<T>,
): Promise<T> {
	waiting.push(name);
	try {
		return await work();
	} finally {
		waiting.pop();
	}
}

/** Tells, in place of Node, when the process ends because nothing is left to settle what it waits for. */
export function tellUnsettled(): void {
	let isIdle = false;
	// Whoever else listens may still settle it, and the process lives on.
	process.on("beforeExit", () => {
		isIdle = true;
	});
	// These ends are of the script's own making. No timer or immediate tells so:
	// what a later listener of beforeExit started may come in front of it.
	process.on("uncaughtExceptionMonitor", () => {
		isIdle = false;
	});
	const { exit } = process;
	process.exit = (code) => {
		isIdle = false;
		return exit.call(process, code);
	};
	process.on("exit", () => {
		const name = waiting.at(-1);
		if (!isIdle || name === undefined) return;
		process.exitCode = UNSETTLED;
		printError(
			`deepdiva: ${name} waits for a promise that nothing is left to settle: no timer, connection or child process is open. Resolve it, or leave it out.`,
		);
	});
}

import { printError } from "./print.ts";

/** The exit code that Node uses for this. */
const UNSETTLED = 13;

/** Names of the work that the process waits for, the innermost last. */
const waiting: string[] = [];

/**
 * Waits for work. If the process ends because nothing can settle the work any
 * more, the message has this name.
 */
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

/**
 * Replaces Node's message when the process ends because nothing is left to
 * settle what it waits for.
 */
export function tellUnsettled(): void {
	let isIdle = false;
	// Another listener may still settle it; then the process lives on.
	process.on("beforeExit", () => {
		isIdle = true;
	});
	// In these cases the script ends itself. A timer or an immediate could not
	// tell that: what a later listener of beforeExit started may come before it.
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

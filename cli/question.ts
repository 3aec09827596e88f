import { createInterface } from "node:readline/promises";

/** Can anybody answer: are input and output a terminal? */
export const canAsk = (): boolean => process.stdin.isTTY;

interface QuestionOptions {
	/** Default: stdout. */
	readonly output?: NodeJS.WritableStream;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/** Asks on the terminal. Any answer but `y` and `yes` means no. */
export async function isAnsweredYes(
	question: string,
	{ output = process.stdout, signal }: QuestionOptions = {},
): Promise<boolean> {
	const terminal = createInterface({ input: process.stdin, output });
	try {
		const answer = await terminal.question(
			`${question} [y/N] `,
			signal ? { signal } : {},
		);
		return /^y(es)?$/i.test(answer.trim());
	} finally {
		terminal.close();
	}
}

import { KeyboardInterrupt } from "../../../base/errors.ts";
import type { InputAnswer, Question } from "../../protocol/messages.ts";
import { InputRefused } from "../../protocol/requests.ts";
import { currentScope, endCell } from "../interrupt/interrupt.ts";

/** How cells ask whoever runs them. */
export interface InputFunctions {
	/**
	 * Asks for a line of text.
	 * @throws InputRefused when nobody can be asked
	 */
	input(prompt?: string): Promise<string>;
	/** The same; what is typed is not shown. */
	password(prompt?: string): Promise<string>;
	/**
	 * Asks for a line of text and stops everything else in the notebook meanwhile, as in a browser.
	 * @param preset what an empty line means
	 */
	prompt(prompt?: string, preset?: string): string;
	/** Asks a question in the same way that is answered by `y` or `yes`; whatever else is typed is a no. */
	confirm(question?: string): boolean;
	/** Prints a text. */
	alert(text?: string): void;
}

export interface InputChannel {
	readonly functions: InputFunctions;
	/** Does a question wait for its answer? */
	readonly isAsking: boolean;
	/** An answer to `input` or `password`. */
	receive(answer: InputAnswer): void;
}

/**
 * @param ask sends a question to the owner
 * @param wait blocks until the owner has answered a blocking question
 */
export function createInput(
	ask: (question: Question) => void,
	wait: () => InputAnswer,
): InputChannel {
	let asked = 0;
	const pending = new Map<number, (answer: InputAnswer) => void>();

	async function line(prompt: unknown, password: boolean): Promise<string> {
		const id = ++asked;
		const answer = await new Promise<InputAnswer>((resolve) => {
			const settle = (answer: InputAnswer) => {
				pending.delete(id);
				signal?.removeEventListener("abort", interrupted);
				resolve(answer);
			};
			const interrupted = () =>
				settle({ id, error: { name: "KeyboardInterrupt", message: "" } });
			const signal = currentScope()?.abort.signal;
			signal?.addEventListener("abort", interrupted);
			pending.set(id, settle);
			ask({ id, prompt: textOf(prompt), password, blocking: false });
		});
		return inputOf(answer);
	}

	function blockingLine(prompt: string): string {
		const id = ++asked;
		ask({ id, prompt, password: false, blocking: true });
		for (;;) {
			const answer = wait();
			// An earlier question may have been interrupted before its answer was read.
			if (answer.id === id) return inputOf(answer);
		}
	}

	return {
		functions: {
			input: (prompt) => line(prompt, false),
			password: (prompt) => line(prompt, true),
			prompt(prompt, preset) {
				const shown = preset === undefined ? "" : ` [${preset}] `;
				const line = blockingLine(textOf(prompt) + shown);
				return line === "" ? textOf(preset) : line;
			},
			confirm: (question) =>
				/^\s*y(es)?\s*$/i.test(blockingLine(`${textOf(question)} [y/N] `)),
			alert(text) {
				process.stdout.write(`${textOf(text)}\n`);
			},
		},
		get isAsking() {
			return pending.size > 0;
		},
		receive: (answer) => pending.get(answer.id)?.(answer),
	};
}

const textOf = (prompt: unknown) =>
	prompt === undefined ? "" : String(prompt);

function inputOf(answer: InputAnswer): string {
	if ("value" in answer) return answer.value;
	const { name, message } = answer.error;
	if (name !== "KeyboardInterrupt") throw new InputRefused(message);
	const error = new KeyboardInterrupt();
	// The signal may come later, and the cell catch this.
	endCell(error);
	throw error;
}

import { KeyboardInterrupt } from "../../base/errors.ts";
import type { InputAnswer, Question } from "../protocol/messages.ts";
import { type EngineOptions, InputRefused } from "../protocol/requests.ts";

/** The owner's side of `input()`, `password()` and `prompt()`: hands questions to whoever can answer. */
export class Questions {
	readonly #input: NonNullable<EngineOptions["input"]>;
	/** The cells that wait for an answer. */
	readonly #open = new Map<AbortController, number>();

	constructor(input: EngineOptions["input"]) {
		this.#input = input ?? refuse;
	}

	/** Asks; a refusal or an interrupt is an answer too. */
	async ask(
		cell: number,
		parent: string,
		{ id, prompt, password }: Question,
	): Promise<InputAnswer> {
		const controller = new AbortController();
		const { signal } = controller;
		const withdrawn = new Promise<never>((_, reject) =>
			signal.addEventListener("abort", () => reject(signal.reason)),
		);
		this.#open.set(controller, cell);
		try {
			const answer = this.#input({ parent, prompt, password, signal });
			return { id, value: await Promise.race([answer, withdrawn]) };
		} catch (error) {
			// Whoever answers may throw anything.
			const { name, message } =
				error instanceof Error ? error : new InputRefused(String(error));
			return { id, error: { name, message } };
		} finally {
			this.#open.delete(controller);
		}
	}

	/** Nobody waits for the answers to this cell's questions any more. */
	withdraw(cell: number, reason?: string): void {
		for (const [controller, asking] of this.#open)
			if (asking === cell) controller.abort(new KeyboardInterrupt(reason));
	}
}

async function refuse(): Promise<never> {
	throw new InputRefused(
		"There is nobody to ask: this notebook is executed without a front end. Give the value in the cell, for example as a parameter: %dd run name value=1",
	);
}

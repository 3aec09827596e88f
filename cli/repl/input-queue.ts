import type { Input } from "./keys.ts";

/** Inputs that were typed and not taken yet. */
export class InputQueue {
	readonly #inputs: Input[] = [];
	#wake: (() => void) | undefined;
	#isEnded = false;

	get isEmpty(): boolean {
		return this.#inputs.length === 0;
	}

	add(input: Input): void {
		this.#inputs.push(input);
		this.#wake?.();
	}

	clear(): void {
		this.#inputs.length = 0;
	}

	/** Closes the queue: `next` resolves to undefined from now on. */
	end(): void {
		this.#isEnded = true;
		this.#wake?.();
	}

	/**
	 * The next input, once there is one.
	 * @param withdrawn aborted when the caller no longer waits
	 * @returns undefined when the queue is closed, or `withdrawn` was aborted
	 */
	async next(withdrawn?: AbortSignal): Promise<Input | undefined> {
		const isOver = () => this.#isEnded || withdrawn?.aborted === true;
		while (this.isEmpty && !isOver())
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
				withdrawn?.addEventListener("abort", () => resolve(), { once: true });
			});
		return isOver() ? undefined : this.#inputs.shift();
	}
}

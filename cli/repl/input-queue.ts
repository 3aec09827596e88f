import type { Input } from "./keys.ts";

/** What was typed and not taken yet. */
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

	/** From now on `next` gives nothing. */
	end(): void {
		this.#isEnded = true;
		this.#wake?.();
	}

	/**
	 * The next input, once there is one.
	 * @param withdrawn nobody waits any more when it is aborted
	 * @returns undefined when there will be none, or nobody waits
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

/**
 * The end of something that others wait for answers from. `Promise.race` with a
 * promise that stays open keeps every answer, as long as that is open.
 */
export class Ending {
	readonly #waiting = new Set<(reason: unknown) => void>();
	#end: { readonly reason: unknown } | undefined;

	/** Who waits, or comes later, is told why. */
	end(reason: unknown): void {
		this.#end ??= { reason };
		for (const refuse of this.#waiting) refuse(reason);
		this.#waiting.clear();
	}

	/** Resolves when it has come. */
	wait(): Promise<void> {
		return this.race(new Promise<never>(() => undefined)).catch(
			() => undefined,
		);
	}

	/** The answer; a rejection with the reason when the end comes first. */
	race<T>(answer: Promise<T>): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			if (this.#end) reject(this.#end.reason);
			else this.#waiting.add(reject);
			answer.finally(() => this.#waiting.delete(reject)).then(resolve, reject);
		});
	}
}

/**
 * Shows what members of a multirun printed in the order of the members, however
 * they are computed: as soon as all before a member have ended.
 */
export class OrderedOutput {
	readonly #waiting = new Map<number, (() => void)[]>();
	readonly #ended = new Set<number>();
	/** All members before this one have ended. */
	#next = 0;

	add(index: number, show: () => void): void {
		const others = this.#waiting.get(index);
		if (index <= this.#next) show();
		else if (others) others.push(show);
		else this.#waiting.set(index, [show]);
	}

	/** Forgets what a member that is computed again has printed, unless it is shown. */
	drop(index: number): void {
		this.#waiting.delete(index);
	}

	end(index: number): void {
		this.#ended.add(index);
		while (this.#ended.delete(this.#next)) this.#showNext();
	}

	/** Shows what is left, of members before which one has never ended. */
	flush(): void {
		for (const [index, shows] of [...this.#waiting].sort(([a], [b]) => a - b)) {
			this.#waiting.delete(index);
			for (const show of shows) show();
		}
	}

	#showNext(): void {
		this.#next++;
		const shows = this.#waiting.get(this.#next) ?? [];
		this.#waiting.delete(this.#next);
		for (const show of shows) show();
	}
}

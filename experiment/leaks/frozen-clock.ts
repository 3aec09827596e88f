/**
 * A clock of a run's own: it starts at a given instant and goes on by one
 * millisecond each time somebody reads it, so that every replay reads the same
 * times, a duration is never zero, and a loop that waits for a time ends.
 */
export class FrozenClock {
	/** Milliseconds since 1970. */
	readonly start: number;
	#reads = 0;

	constructor(start: number) {
		this.start = start;
	}

	/** Milliseconds since the start: 0, 1, 2, … */
	elapsed(): number {
		return this.#reads++;
	}

	/** Milliseconds since 1970. */
	now(): number {
		return this.start + this.elapsed();
	}
}

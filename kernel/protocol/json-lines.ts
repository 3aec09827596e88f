const LINE_FEED = 10;

/**
 * A value as a line of JSON. It begins with a line feed too: an interrupt may
 * have cut the line before in two.
 * @throws TypeError for what is no JSON
 */
export function lineOf(value: unknown): string {
	return `\n${JSON.stringify(value)}\n`;
}

/** No longer text can be read as JSON; whoever writes one is not waited for. */
const MOST_BYTES = 2 ** 29;

/** Reads lines of JSON from pieces that may be cut anywhere, in a character too. */
export class JsonLines<T> {
	#pieces: Buffer[] = [];
	#bytes = 0;

	/** @returns the values of the lines that are complete now; what is left of a cut one is dropped */
	push(chunk: Buffer): T[] {
		const values: T[] = [];
		let from = 0;
		for (;;) {
			const end = chunk.indexOf(LINE_FEED, from);
			// A copy, since the caller may use the chunk again.
			const piece = Buffer.from(
				chunk.subarray(from, end < 0 ? chunk.length : end),
			);
			this.#bytes += piece.length;
			if (this.#bytes > MOST_BYTES) this.#pieces = [];
			else this.#pieces.push(piece);
			if (end < 0) return values;
			from = end + 1;
			const line = Buffer.concat(this.#pieces).toString();
			this.#pieces = [];
			this.#bytes = 0;
			if (line === "") continue;
			try {
				values.push(JSON.parse(line) as T);
			} catch {
				// Cut by an interrupt, which whoever waits for the message was told.
			}
		}
	}
}

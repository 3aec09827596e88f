/** What lies at the beginning of bytes: a message and its length; or how many bytes there must be to tell more. */
export type Reading<T> =
	| { readonly message: T; readonly length: number }
	| { readonly needed: number };

/** Puts messages together from pieces that are cut anywhere. */
export class MessageReader<T> {
	readonly #read: (bytes: Buffer) => Reading<T>;
	#pieces: Buffer[] = [];
	#length = 0;
	/** With fewer bytes than this there is no use in looking. */
	#needed = 0;

	/** @param read says what the bytes, of which there is at least one, begin with */
	constructor(read: (bytes: Buffer) => Reading<T>) {
		this.#read = read;
	}

	/**
	 * @returns the messages that are whole with this piece; they may share its memory
	 * @throws what `read` throws
	 */
	push(piece: Buffer): T[] {
		this.#pieces.push(piece);
		this.#length += piece.length;
		if (this.#length < this.#needed) return [];
		const bytes =
			this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
		const messages: T[] = [];
		let at = 0;
		this.#needed = 0;
		while (at < bytes.length && this.#needed === 0) {
			const reading = this.#read(bytes.subarray(at));
			if ("needed" in reading) this.#needed = reading.needed;
			else {
				messages.push(reading.message);
				at += reading.length;
			}
		}
		const rest = bytes.subarray(at);
		this.#pieces = rest.length > 0 ? [rest] : [];
		this.#length = rest.length;
		return messages;
	}
}

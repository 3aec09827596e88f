/** What is passed to a thread, which makes `SharedTexts` of it again. */
export interface SharedParts {
	/** In UTF-8, one after the other. */
	readonly bytes: SharedArrayBuffer;
	/** Where each of them begins; at last, where the last one ends. */
	readonly starts: Float64Array<SharedArrayBuffer>;
}

/**
 * Texts in memory that threads share: a string is made of the one that is asked
 * for. A million strings take three times as much, and as much again in each thread.
 */
export class SharedTexts implements Iterable<string> {
	readonly parts: SharedParts;
	/** The bytes of `parts`. */
	readonly bytes: Buffer;

	constructor(parts: SharedParts) {
		this.parts = parts;
		this.bytes = Buffer.from(parts.bytes);
	}

	/** @param texts if they are shared already, they are returned */
	static from(texts: Iterable<string>): SharedTexts {
		if (texts instanceof SharedTexts) return texts;
		const packer = new TextPacker();
		for (const text of texts) packer.add(text);
		return packer.finish();
	}

	get length(): number {
		return this.parts.starts.length - 1;
	}

	/** The place of a text's first byte, and of the last text's end. */
	start(index: number): number {
		return this.parts.starts[index] as number;
	}

	at(index: number): string {
		return this.bytes.toString(
			"utf8",
			this.start(index),
			this.start(index + 1),
		);
	}

	*[Symbol.iterator](): Generator<string> {
		for (let index = 0; index < this.length; index++) yield this.at(index);
	}

	/** The others, in their order. */
	without(indices: ReadonlySet<number>): SharedTexts {
		const packer = new TextPacker();
		for (let index = 0; index < this.length; index++)
			if (!indices.has(index)) packer.add(this.at(index));
		return packer.finish();
	}

	/** Which texts have these characters in them, in order. */
	*containing(characters: string): Generator<number> {
		let index = 0;
		for (
			let found = this.bytes.indexOf(characters);
			found >= 0;
			found = this.bytes.indexOf(characters, this.start(index))
		) {
			while (this.start(index + 1) <= found) index++;
			// Not where one text ends with what the next one goes on with.
			if (found + Buffer.byteLength(characters) <= this.start(index + 1))
				yield index;
			index++;
		}
	}
}

const CHUNK_BYTES = 1 << 20;

/** Collects texts of which it is not known how many will come. */
export class TextPacker {
	/** Each as long as what was written to it. */
	readonly #full: Buffer[] = [];
	#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
	/** In the current chunk. */
	#used = 0;
	/** In all chunks. */
	#end = 0;
	#starts = new Float64Array(1024);
	#count = 0;

	add(text: string): void {
		// A character of UTF-16 takes at most three bytes of UTF-8.
		const longest = 3 * text.length;
		if (this.#used + longest > this.#chunk.length) {
			this.#full.push(this.#chunk.subarray(0, this.#used));
			this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, longest));
			this.#used = 0;
		}
		const written = this.#chunk.write(text, this.#used);
		this.#used += written;
		this.#end += written;
		if (++this.#count === this.#starts.length) {
			const longer = new Float64Array(2 * this.#starts.length);
			longer.set(this.#starts);
			this.#starts = longer;
		}
		this.#starts[this.#count] = this.#end;
	}

	/** The texts; the packer is of no use afterwards. */
	finish(): SharedTexts {
		const starts = new Float64Array(
			new SharedArrayBuffer((this.#count + 1) * Float64Array.BYTES_PER_ELEMENT),
		);
		starts.set(this.#starts.subarray(0, this.#count + 1));
		const bytes = new SharedArrayBuffer(this.#end);
		const target = Buffer.from(bytes);
		this.#full.push(this.#chunk.subarray(0, this.#used));
		let at = 0;
		for (const chunk of this.#full) at += chunk.copy(target, at);
		return new SharedTexts({ bytes, starts });
	}
}

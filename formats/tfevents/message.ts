/**
 * Encodes Protocol Buffers messages from the end to the beginning: when a
 * length is needed, the bytes that it counts are written already. So fields are
 * given last one first. https://protobuf.dev/programming-guides/encoding
 */
export class MessageEncoder {
	#buffer = Buffer.allocUnsafe(1 << 12);
	#at = this.#buffer.length;

	/** What was written; valid until the next write or `clear`. */
	get bytes(): Uint8Array {
		return this.#buffer.subarray(this.#at);
	}

	/**
	 * Bytes written so far. Keep it before a nested message is written, to know
	 * its length afterwards.
	 */
	get length(): number {
		return this.#buffer.length - this.#at;
	}

	clear(): void {
		this.#at = this.#buffer.length;
	}

	varint(field: number, value: number): void {
		this.#varint(value);
		this.#tag(field, 0);
	}

	double(field: number, value: number): void {
		this.#reserve(8);
		this.#buffer.writeDoubleLE(value, this.#at);
		this.#tag(field, 1);
	}

	float(field: number, value: number): void {
		this.#reserve(4);
		this.#buffer.writeFloatLE(value, this.#at);
		this.#tag(field, 5);
	}

	data(field: number, content: Uint8Array): void {
		this.raw(content);
		this.#varint(content.length);
		this.#tag(field, 2);
	}

	text(field: number, content: string): void {
		this.data(field, Buffer.from(content));
	}

	doubles(field: number, values: readonly number[]): void {
		const mark = this.length;
		for (let k = values.length - 1; k >= 0; k--) {
			this.#reserve(8);
			this.#buffer.writeDoubleLE(values[k] as number, this.#at);
		}
		this.nested(field, mark);
	}

	/** Makes a message of what was written since the encoder had the length `mark`. */
	nested(field: number, mark: number): void {
		this.#varint(this.length - mark);
		this.#tag(field, 2);
	}

	/** Bytes that are encoded already. */
	raw(content: Uint8Array): void {
		this.#reserve(content.length);
		this.#buffer.set(content, this.#at);
	}

	#tag(field: number, wireType: number): void {
		this.#varint(field * 8 + wireType);
	}

	#varint(value: number): void {
		// Negative numbers are 64-bit two's complements.
		if (value < 0) {
			this.#negative(BigInt.asUintN(64, BigInt(value)));
			return;
		}
		let size = 1;
		for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
		this.#reserve(size);
		let rest = value;
		for (let k = 0; k < size - 1; k++, rest = Math.floor(rest / 0x80))
			this.#buffer[this.#at + k] = (rest % 0x80) | 0x80;
		this.#buffer[this.#at + size - 1] = rest;
	}

	#negative(value: bigint): void {
		const bytes: number[] = [];
		for (let rest = value; rest > 0n; rest >>= 7n)
			bytes.push(Number(rest & 0x7fn) | 0x80);
		bytes.push((bytes.pop() as number) & 0x7f);
		this.raw(Uint8Array.from(bytes));
	}

	/** Moves the beginning `size` bytes to the front. */
	#reserve(size: number): void {
		if (this.#at < size) {
			const written = this.bytes;
			const larger = Buffer.allocUnsafe(
				Math.max(2 * this.#buffer.length, written.length + size),
			);
			larger.set(written, larger.length - written.length);
			this.#at = larger.length - written.length;
			this.#buffer = larger;
		}
		this.#at -= size;
	}
}

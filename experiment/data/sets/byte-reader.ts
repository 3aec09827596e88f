import { messageOf } from "../../../base/errors.ts";
import { createReadStream } from "../../../host/files.ts";
import { basename } from "../../../host/paths.ts";
import {
	createGunzip,
	createInflate,
	pipeline,
} from "../../../host/streams.ts";
import { DataError, readError, systemCode } from "../data-error.ts";

export interface ByteRange {
	/** First byte; default the beginning. */
	readonly start?: number;
	/** Last byte, inclusive; default the end. */
	readonly end?: number;
	readonly compression?: "gzip" | "zlib";
}

const CHUNK = 1 << 20;

/** A stream of bytes, read in amounts of the caller's choice. */
export class ByteReader {
	/** For messages. */
	readonly name: string;
	readonly #chunks: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array(0);

	constructor(name: string, chunks: AsyncIterable<Uint8Array>) {
		this.name = name;
		this.#chunks = chunks[Symbol.asyncIterator]();
	}

	/**
	 * The next `count` bytes; fewer only where the file ends.
	 * @throws what the stream throws
	 */
	async read(count: number): Promise<Uint8Array> {
		const parts = [this.#rest];
		let have = this.#rest.length;
		while (have < count) {
			const { value, done } = await this.#chunks.next();
			if (done) break;
			parts.push(value);
			have += value.length;
		}
		const all = parts.length > 1 ? Buffer.concat(parts) : this.#rest;
		this.#rest = all.subarray(count);
		return all.subarray(0, count);
	}

	/** All that is left, whole. */
	async readRest(): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		for (;;) {
			const part = await this.read(CHUNK);
			parts.push(part);
			if (part.length < CHUNK) return Buffer.concat(parts);
		}
	}

	/** Lets go of the stream. */
	async close(): Promise<void> {
		await this.#chunks.return?.();
	}
}

/**
 * A file of a data set, or a part of it.
 * @throws DataError when it is read: BAD_FORMAT when it does not decompress, UNREADABLE
 */
export function readerOf(
	path: string,
	{ start, end, compression }: ByteRange = {},
): ByteReader {
	const name = basename(path);
	const file = createReadStream(path, { start, end, highWaterMark: CHUNK });
	const options = { chunkSize: CHUNK };
	const decoder =
		compression === "gzip"
			? createGunzip(options)
			: compression === "zlib"
				? createInflate(options)
				: undefined;
	// The iterator gets the errors of both streams.
	const stream = decoder ? pipeline(file, decoder, () => {}) : file;
	const chunks = async function* () {
		try {
			yield* stream;
		} catch (error) {
			if (systemCode(error)) throw readError(error, path);
			throw badFormat(
				name,
				`it is not a whole ${compression} stream (${messageOf(error)})`,
				error,
			);
		}
	};
	return new ByteReader(name, chunks());
}

/** The error for a file that is not what its name says. */
export function badFormat(
	name: string,
	what: string,
	cause?: unknown,
): DataError {
	return new DataError(
		"BAD_FORMAT",
		`${name} cannot be used: ${what}; delete it and fetch it again`,
		{ cause },
	);
}

/**
 * `count` pieces of `size` bytes each, and then the reader's end.
 * @throws DataError BAD_FORMAT when there are fewer bytes, or more
 */
export async function* records(
	reader: ByteReader,
	size: number,
	count: number,
): AsyncGenerator<Uint8Array> {
	for (let index = 0; index < count; index++) {
		const record = await reader.read(size);
		if (record.length < size)
			throw badFormat(
				reader.name,
				`it ends in image ${index} of the ${count} that it promises`,
			);
		yield record;
	}
	if ((await reader.read(1)).length > 0)
		throw badFormat(
			reader.name,
			`it goes on after the ${count} images that it promises`,
		);
}

import { epochTime } from "../../base/clock.ts";
import {
	closeSync,
	fsyncSync,
	ftruncateSync,
	openSync,
	writeSync,
} from "../../host/files.ts";
import { createHash } from "../../host/hash.ts";
import { backgroundTimeout } from "../../host/timers.ts";
import type { RecordedFile } from "./record.ts";
import { RecordingError } from "./recording-error.ts";

/** Longest that lines stay in memory while the event loop turns. */
const FLUSH_MILLISECONDS = 200;
/** So many writes in so many milliseconds cost nothing that one could notice. */
const PROMPT_WRITES = 100;
const PROMPT_MILLISECONDS = 100;
/** Beyond that, so many lines are written together. */
const BATCH = 32;

/**
 * A file of a run that grows line by line, digested as it is written. A line is
 * on disk at once, so that it outlives a kill however long the code computes
 * afterwards without a pause; only of more than a thousand a second up to 32
 * wait for each other. The file is made with its first line.
 */
export class AppendFile {
	readonly #path: string;
	readonly #failed: (error: RecordingError) => void;
	readonly #hash = createHash("sha256");
	#bytes = 0;
	#file: number | undefined;
	#pending = "";
	#lines = 0;
	#timer: NodeJS.Timeout | undefined;
	#windowStart = Number.NEGATIVE_INFINITY;
	#writes = 0;
	#error: RecordingError | undefined;

	/** @param failed told once when the file cannot be written any more */
	constructor(path: string, failed: (error: RecordingError) => void) {
		this.#path = path;
		this.#failed = failed;
	}

	/**
	 * @param time the present, where the caller has asked already
	 * @throws RecordingError when the file cannot be written, or could not before
	 */
	append(line: string, time = epochTime()): void {
		if (this.#error) throw this.#error;
		this.#pending += line;
		this.#lines++;
		// A clock may be set back.
		if (Math.abs(time - this.#windowStart) >= PROMPT_MILLISECONDS) {
			this.#windowStart = time;
			this.#writes = 0;
		}
		if (this.#writes < PROMPT_WRITES || this.#lines >= BATCH) this.flush();
		else
			this.#timer ??= backgroundTimeout(
				() => this.#write(),
				FLUSH_MILLISECONDS,
			);
	}

	/**
	 * Writes what is pending.
	 * @throws RecordingError when it cannot be written
	 */
	flush(): void {
		this.#write();
		if (this.#error) throw this.#error;
	}

	/** Writes what is pending; what cannot be written is cut off after the last whole line. */
	#write(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#pending === "" || this.#error) return;
		const bytes = Buffer.from(this.#pending);
		this.#pending = "";
		this.#lines = 0;
		this.#writes++;
		let written = 0;
		try {
			this.#file ??= openSync(this.#path, "a");
			while (written < bytes.length)
				written += writeSync(this.#file, bytes, written);
			this.#keep(bytes);
		} catch (error) {
			const whole = bytes.subarray(0, bytes.lastIndexOf(10, written - 1) + 1);
			if (written > 0) this.#keep(whole);
			if (this.#file !== undefined) ftruncateSync(this.#file, this.#bytes);
			this.#error = new RecordingError(
				this.#path,
				error as NodeJS.ErrnoException,
			);
			this.#failed(this.#error);
		}
	}

	#keep(bytes: Uint8Array): void {
		this.#hash.update(bytes);
		this.#bytes += bytes.length;
	}

	/**
	 * Writes the rest and closes the file; undefined when there never was a line.
	 * Lines that could not be written are not in it.
	 */
	close(): RecordedFile | undefined {
		this.#write();
		if (this.#file === undefined) return undefined;
		try {
			fsyncSync(this.#file);
		} catch (error) {
			this.#error ??= new RecordingError(
				this.#path,
				error as NodeJS.ErrnoException,
			);
			this.#failed(this.#error);
		}
		closeSync(this.#file);
		return {
			sha256: `sha256:${this.#hash.digest("hex")}`,
			bytes: this.#bytes,
		};
	}
}

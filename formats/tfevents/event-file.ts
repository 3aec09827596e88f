import { epochTime, now } from "../../base/clock.ts";
import {
	closeSync,
	openSync,
	readdirSync,
	writeSync,
} from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { backgroundTimeout } from "../../host/timers.ts";
import { maskedCrc32c } from "./crc32c.ts";
import { MessageEncoder } from "./message.ts";

/** TensorBoard reads every file whose name holds this. */
const PREFIX = "events.out.tfevents.";

export const isEventFile = (name: string) => name.startsWith(PREFIX);

/** Longest time before an event in memory is written to disk. */
const FLUSH_MILLISECONDS = 500;
const BUFFER_BYTES = 1 << 16;
/** Length, its sum, and the sum of the data. */
const FRAME_BYTES = 8 + 4 + 4;

/** Fields of the message Event (tensorboard/compat/proto/event.proto). */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };

/**
 * A run's TensorBoard file: TFRecords of Event messages. It is made when the
 * first event is written. An error, such as a full disk, is warned of once and
 * ends the file but not the run: the record has everything as well.
 */
export class EventFile {
	readonly #directory: string;
	readonly #encoder = new MessageEncoder();
	readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
	#filled = 0;
	#oldest = 0;
	#timer: NodeJS.Timeout | undefined;
	#descriptor: number | undefined;
	#broken = false;

	/** @param directory the run's folder; a file that is there already is continued */
	constructor(directory: string) {
		this.#directory = directory;
	}

	/**
	 * Adds an event at a step.
	 * @param encode writes the fields of the Summary, last one first
	 */
	add(step: number, encode: (summary: MessageEncoder) => void): void {
		if (this.#broken) return;
		if (this.#descriptor === undefined) this.#guarded(() => this.#open());
		const encoder = this.#encoder;
		encoder.clear();
		encode(encoder);
		encoder.nested(EVENT.summary, 0);
		// TensorBoard's steps are whole numbers.
		encoder.varint(EVENT.step, Math.round(step));
		this.#record();
		// Timers do not fire during a busy loop.
		if (this.#filled > 0 && now() - this.#oldest >= FLUSH_MILLISECONDS)
			this.flush();
	}

	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#filled === 0 || this.#broken) return;
		const content = this.#buffer.subarray(0, this.#filled);
		this.#filled = 0;
		this.#guarded(() => this.#append(content));
	}

	close(): void {
		this.flush();
		const descriptor = this.#descriptor;
		this.#descriptor = undefined;
		if (descriptor !== undefined) this.#guarded(() => closeSync(descriptor));
	}

	#open(): void {
		const present = readdirSync(this.#directory).find(isEventFile);
		const seconds = Math.floor(epochTime() / 1000);
		const name = present ?? `${PREFIX}${seconds}.deepdiva`;
		this.#descriptor = openSync(join(this.#directory, name), "a");
		if (present) return;
		this.#encoder.clear();
		this.#encoder.text(EVENT.fileVersion, "brain.Event:2");
		this.#record();
	}

	/** Frames the encoded event: length, masked CRC-32C of the length, the event, masked CRC-32C of the event. */
	#record(): void {
		const encoder = this.#encoder;
		encoder.double(EVENT.wallTime, epochTime() / 1000);
		const { bytes } = encoder;
		const size = bytes.length + FRAME_BYTES;
		if (this.#filled + size > BUFFER_BYTES) this.flush();
		const fits = size <= BUFFER_BYTES;
		const target = fits ? this.#buffer : Buffer.allocUnsafe(size);
		const from = fits ? this.#filled : 0;
		target.writeUInt32LE(bytes.length, from);
		target.writeUInt32LE(0, from + 4);
		target.writeUInt32LE(maskedCrc32c(target, from, from + 8), from + 8);
		target.set(bytes, from + 12);
		target.writeUInt32LE(maskedCrc32c(bytes), from + 12 + bytes.length);
		if (!fits) {
			this.#guarded(() => this.#append(target));
			return;
		}
		if (this.#filled === 0) this.#oldest = now();
		this.#filled += size;
		this.#timer ??= backgroundTimeout(() => this.flush(), FLUSH_MILLISECONDS);
	}

	#append(content: Uint8Array): void {
		for (let at = 0; at < content.length; )
			at += writeSync(this.#descriptor as number, content, at);
	}

	#guarded(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#broken = true;
			process.emitWarning(
				`TensorBoard's file in ${this.#directory} ends here: ${(error as Error).message}; metrics.jsonl has every metric`,
			);
		}
	}
}

import { epochTime, now } from "../../../base/clock.ts";
import { isObject } from "../../../base/json-object.ts";
import {
	type RenewedFile,
	renewFile,
	touchFile,
} from "../../../host/file-renewal.ts";
import { fstatSync, rmSync, writeFileSync } from "../../../host/files.ts";
import { basename, dirname, join } from "../../../host/paths.ts";
import { fileSystemTime } from "../../data/hashing/stat-index.ts";
import { piecesOf, withFileOf } from "../store/folder-files.ts";

/** In the folder of a run that computes, until it is sealed; no part of its record. */
export const HEARTBEAT_FILE = ".heartbeat";

/** So long after its last renewal a heartbeat says that its process is gone, where it does not say itself. */
const LEASE_SECONDS = 60;
/** A lease is renewed so often that a server may be silent for most of it. */
const RENEWALS_PER_LEASE = 6;
/** What a file may claim: a mistake must not block a run for ever. */
const LONGEST_LEASE_SECONDS = 24 * 60 * 60;

/** `DEEPDIVA_LEASE`, in seconds, for file servers that are silent for longer; else 60. */
export function leaseSeconds(): number {
	const seconds = Number(process.env.DEEPDIVA_LEASE);
	return seconds >= 1 && seconds <= LONGEST_LEASE_SECONDS
		? seconds
		: LEASE_SECONDS;
}

/** A file by which other processes, on any host, see that this one is still there. */
export class Heartbeat {
	readonly #file: RenewedFile;
	readonly #stop: () => void;

	/**
	 * Renews a file that is there.
	 * @param text its content, which says for how long it holds
	 * @param gone somebody took the file away
	 */
	constructor(path: string, text: string, gone: () => void = () => undefined) {
		const everyMilliseconds = (leaseSeconds() * 1000) / RENEWALS_PER_LEASE;
		this.#file = { path, text, everyMilliseconds, gone };
		this.#stop = renewFile(this.#file);
	}

	/** Renews it now. Returns whether it is still there. */
	renew(): boolean {
		return touchFile(this.#file);
	}

	/** Ends it, and takes the file away. */
	stop(): void {
		this.#stop();
		rmSync(this.#file.path, { force: true });
	}
}

/** What a heartbeat's file holds, beside what its owner adds. */
export const heartbeatText = (more: object = {}): string =>
	`${JSON.stringify({ ...more, seconds: leaseSeconds() })}\n`;

/** Begins the heartbeat of a run's folder; undefined where nothing can be written: the run goes on without. */
export function beginHeartbeat(directory: string): Heartbeat | undefined {
	const path = join(directory, HEARTBEAT_FILE);
	const text = heartbeatText();
	try {
		writeFileSync(path, text);
		return new Heartbeat(path, text);
	} catch {
		return undefined;
	}
}

/** Larger than any heartbeat is. */
const MOST_BYTES = 1 << 16;

/** What a heartbeat says. */
export interface Beat {
	/** When it was renewed last, by the clock of the file server, in milliseconds. */
	readonly time: number;
	/** For how long it holds after that. */
	readonly seconds: number;
	/** Everything in it; nothing where it is being written. */
	readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Reads a heartbeat. It is opened, not only looked at: a network file system may
 * show times of a while ago for what is not opened.
 * @returns undefined where there is none
 */
export function readBeat(path: string): Beat | undefined {
	return withFileOf(dirname(path), basename(path), (file) => {
		if (file.bytes > MOST_BYTES) return undefined;
		const text = Buffer.concat([...piecesOf(file)]).toString();
		const { mtimeMs: time } = fstatSync(file.descriptor);
		let content: unknown;
		try {
			content = JSON.parse(text);
		} catch {
			content = undefined;
		}
		const known = isObject(content) ? content : {};
		return { time, seconds: secondsIn(known), content: known };
	});
}

function secondsIn({ seconds }: Readonly<Record<string, unknown>>): number {
	return typeof seconds === "number" && seconds > 0
		? Math.min(seconds, LONGEST_LEASE_SECONDS)
		: LEASE_SECONDS;
}

/** For so long the difference of two clocks is taken to stay. */
const CLOCK_MILLISECONDS = 5_000;
const clocks = new Map<string, { ahead: number; asked: number }>();

/**
 * The present time of the file server that has a folder, in milliseconds since
 * 1970: hosts whose clocks differ agree on it. Where nothing can be written, this machine's.
 */
export function serverTime(folder: string): number {
	const local = now();
	const known = clocks.get(folder);
	if (known && local - known.asked < CLOCK_MILLISECONDS)
		return local + known.ahead;
	const time = probeTime(folder);
	if (time === undefined) return epochTime();
	clocks.set(folder, { ahead: time - local, asked: local });
	return time;
}

/**
 * Asks the file server for the time, in milliseconds since 1970, by a file that is there for a moment. A network
 * file system shows the folder as it is afterwards.
 * @returns undefined where nothing can be written
 */
export const probeTime = (folder: string): number | undefined =>
	fileSystemTime(join(folder, ".clock"));

/** Has it not been renewed for longer than it holds? @param folder on the same file server, to ask the time in */
export const isExpired = (beat: Beat, folder: string): boolean =>
	serverTime(folder) - beat.time > beat.seconds * 1000;

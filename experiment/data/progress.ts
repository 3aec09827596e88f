import { now } from "../../base/clock.ts";

/** How far a long piece of work is. */
export interface DataProgress {
	readonly done: number;
	/** Absent when unknown. */
	readonly total?: number;
	readonly unit: "file" | "byte" | "image";
	/** What is being done, e.g. "hashing" or the name of a download. */
	readonly label: string;
}

export interface PaceOptions {
	/** Called at most ten times a second, and not for work shorter than that. */
	readonly onProgress?: (progress: DataProgress) => void;
	/** Aborted to stop; the promise then rejects with the signal's reason. */
	readonly signal?: AbortSignal;
}

const INTERVAL_MS = 100;

/**
 * Lets long synchronous work report, be interrupted and leave the event loop
 * room: `if (pace.due()) await pace.report(…)` in the loop.
 */
export class Pace {
	readonly #options: PaceOptions;
	#last = now();

	constructor(options: PaceOptions) {
		this.#options = options;
	}

	due(): boolean {
		return now() - this.#last >= INTERVAL_MS;
	}

	/** @throws the signal's reason when it is aborted */
	async report(progress: DataProgress): Promise<void> {
		this.#options.onProgress?.(progress);
		await new Promise((next) => setImmediate(next));
		this.#options.signal?.throwIfAborted();
		this.#last = now();
	}
}

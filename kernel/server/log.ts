import { shortened } from "../../base/text-width.ts";

const INTERVAL_MILLISECONDS = 1000;
const LONGEST_LINE = 500;

/**
 * What the kernel says to whoever started it about what strangers send: one
 * line a second, and how many were left out.
 */
export class Log {
	readonly #write: (text: string) => void;
	#timer: NodeJS.Timeout | undefined;
	#leftOut = 0;

	constructor(write: (text: string) => void) {
		this.#write = write;
	}

	say(line: string): void {
		if (this.#timer) {
			this.#leftOut++;
			return;
		}
		this.#write(`${shortened(line, LONGEST_LINE, " …")}\n`);
		this.#wait();
	}

	/** Says what is owed. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#leftOut === 0) return;
		this.#write(`… and ${this.#leftOut} more in the last second.\n`);
		this.#leftOut = 0;
	}

	#wait(): void {
		this.#timer = setTimeout(() => {
			const isBusy = this.#leftOut > 0;
			this.flush();
			// The line that counts is this second's.
			if (isBusy) this.#wait();
		}, INTERVAL_MILLISECONDS).unref();
	}
}

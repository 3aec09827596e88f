import {
	closeSync,
	openSync,
	rmSync,
	writeFileSync,
} from "../../host/files.ts";
import { join } from "../../host/paths.ts";

const RESERVED_BYTES = 64 << 10;

/** Errors of a system that has no more of what the reserve holds. */
const SCARCE = ["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"];

/** Would an error like this one not come again once the reserve is released? */
export const isScarcity = (error: unknown): boolean =>
	error instanceof Error && "code" in error
		? SCARCE.includes(String(error.code))
		: false;

/** Some bytes and an open file, kept so that a record can be closed where the disk is full, or no more file may be opened. */
export class Reserve {
	readonly #path: string;
	#descriptor: number | undefined;

	/** @throws the system's error where there is no room */
	constructor(directory: string) {
		this.#path = join(directory, ".reserve");
		this.#descriptor = openSync(this.#path, "w");
		try {
			writeFileSync(this.#descriptor, Buffer.alloc(RESERVED_BYTES));
		} catch (error) {
			this.release();
			throw error;
		}
	}

	release(): void {
		if (this.#descriptor === undefined) return;
		closeSync(this.#descriptor);
		this.#descriptor = undefined;
		rmSync(this.#path, { force: true });
	}
}

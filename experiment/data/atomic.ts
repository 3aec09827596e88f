import { writeFileAtomic } from "../files.ts";
import { randomBytes } from "../random/system.ts";
import { DataError } from "./data-error.ts";

/** A name beside `path` that no other process uses, and that nobody can have put something under before. */
export function temporaryName(path: string): string {
	return `${path}.${randomBytes(8).toString("hex")}.tmp`;
}

/** `writeFileAtomic`, with an error for the reader. @throws DataError UNWRITABLE */
export function writeAtomically(path: string, content: string): void {
	try {
		writeFileAtomic(path, content);
	} catch (error) {
		throw new DataError(
			"UNWRITABLE",
			`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
			{ cause: error },
		);
	}
}

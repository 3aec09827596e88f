import { messageOf } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { DataError } from "./data-error.ts";

/** `writeFileAtomic`, with an error for the reader. @throws DataError UNWRITABLE */
export function writeAtomically(
	path: string,
	content: string | Buffer | Iterable<Buffer>,
): void {
	try {
		writeFileAtomic(path, content);
	} catch (error) {
		throw new DataError(
			"UNWRITABLE",
			`${path} could not be written: ${messageOf(error)}`,
			{ cause: error },
		);
	}
}

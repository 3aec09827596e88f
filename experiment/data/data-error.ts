import { messageOf, UsageError } from "../../base/errors.ts";

export type DataErrorCode =
	/** The folder does not exist. */
	| "MISSING_FOLDER"
	/** A file, or something else, where a folder is needed. */
	| "NOT_A_FOLDER"
	/** A check that needs a manifest found none. */
	| "NO_MANIFEST"
	/** `init` where a manifest exists. */
	| "MANIFEST_EXISTS"
	/** The manifest's text is not what `sha256sum` writes. */
	| "BAD_MANIFEST"
	/** No permission, or the disk failed. */
	| "UNREADABLE"
	/** A socket, pipe or device. */
	| "NOT_A_FILE"
	| "BROKEN_LINK"
	/** A link to a folder that contains the link. */
	| "LINK_LOOP"
	| "NOT_UTF8"
	/** A file was written while it was read. */
	| "CHANGING"
	/** What needs unchanged data was asked of changed ones. */
	| "CHANGED"
	/** A result could not be written. */
	| "UNWRITABLE"
	/** An argument that means nothing. */
	| "BAD_ARGUMENT"
	/** The folder to be made is already there and differs. */
	| "EXISTS"
	/** No mirror delivered the file. */
	| "DOWNLOAD"
	/** What was delivered is not the file that was pinned. */
	| "CHECKSUM"
	/** The files are not in folders of classes. */
	| "BAD_LAYOUT"
	/** A file is not in the format its name promises. */
	| "BAD_FORMAT"
	/** A file of this package that the build makes is missing. */
	| "NOT_BUILT";

/**
 * Why data could not be checked, fetched or used; the message says what to do.
 * @example
 * try {
 *   await dd.verifyData("data/nothing");
 * } catch (error) {
 *   if (error instanceof dd.DataError) console.log(error.code); // MISSING_FOLDER
 * }
 */
export class DataError extends UsageError {
	override readonly name: string = "DataError";
	readonly code: DataErrorCode;
	constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/** The code of a file-system error ("ENOENT"), "" for any other. */
export function systemCode(error: unknown): string {
	// An abort has a code too, but no system call.
	return error instanceof Error && "syscall" in error && "code" in error
		? String(error.code)
		: "";
}

/** The reader's words for a file-system error at `path`; any other error as it is. */
export function readError(error: unknown, path: string): unknown {
	const cause = { cause: error };
	switch (systemCode(error)) {
		case "":
			return error;
		case "ENOENT":
			return new DataError(
				"CHANGING",
				`${path} disappeared while the folder was read; stop what writes there and check again`,
				cause,
			);
		case "EACCES":
		case "EPERM":
			return new DataError(
				"UNREADABLE",
				`${path} may not be read by this user; grant read access (chmod u+r) and check again`,
				cause,
			);
		case "ELOOP":
			return new DataError(
				"LINK_LOOP",
				`${path} is a symbolic link that leads back to itself; remove it`,
				cause,
			);
		default:
			return new DataError(
				"UNREADABLE",
				`${path} could not be read: ${messageOf(error)}`,
				cause,
			);
	}
}

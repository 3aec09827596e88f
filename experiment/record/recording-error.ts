import { UsageError } from "../errors.ts";

const CAUSES: Readonly<Record<string, string>> = {
	ENOSPC: "the disk is full",
	EDQUOT: "your share of the disk is full",
	EFBIG:
		"the file may grow no further (a limit of the system or of this shell)",
	EROFS: "the disk is read-only",
	EACCES: "it may not be written",
	EPERM: "it may not be written",
	EIO: "the disk failed",
};

/** A run's folder cannot be written: the run ends, since what it does would be lost. */
export class RecordingError extends UsageError {
	override readonly name = "RecordingError";
	constructor(path: string, cause: NodeJS.ErrnoException) {
		const why = CAUSES[cause.code ?? ""] ?? cause.message;
		super(
			`${path} cannot be written: ${why} (${cause.code}); what was recorded before is kept. Make room, or record elsewhere (DEEPDIVA_RUNS=DIR), and run again`,
			{ cause },
		);
	}
}

/** Does what writes `path`. @throws RecordingError for what the system refuses */
export function recording<T>(path: string, write: () => T): T {
	try {
		return write();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		throw new RecordingError(path, error as NodeJS.ErrnoException);
	}
}

import { UsageError } from "../../base/errors.ts";

interface Refusal {
	readonly why: string;
	readonly whatToDo: string;
}

const ELSEWHERE = "record elsewhere (DEEPDIVA_RUNS=DIR)";
const NOT_WRITABLE: Refusal = {
	why: "it may not be written",
	whatToDo: `Let your user write there (chmod u+w, or its owner), or ${ELSEWHERE}`,
};
const TOO_MANY_OPEN: Refusal = {
	why: "too many files are open",
	whatToDo:
		"Close what the code opens (streams, file handles, sockets), or raise the limit (ulimit -n)",
};
const REMOVED: Refusal = {
	why: "its folder is gone, or something else stands in its place",
	whatToDo: "Leave a run's folder alone until the run has ended",
};

/** The same words of the system, where the folder never was. */
const NOT_MADE: Refusal = {
	why: "no folder can be made there, since what is above it is missing, or is no folder",
	whatToDo: `Put a folder in that place, or ${ELSEWHERE}`,
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
	ENOSPC: {
		why: "the disk is full",
		whatToDo: `Make room, or ${ELSEWHERE}`,
	},
	EDQUOT: {
		why: "your share of the disk is full",
		whatToDo: `Make room, or ${ELSEWHERE}`,
	},
	EFBIG: {
		why: "the file may grow no further (a limit of the system or of this shell)",
		whatToDo: `Raise the limit (ulimit -f), log less, or ${ELSEWHERE}`,
	},
	EROFS: {
		why: "the disk is read-only",
		whatToDo: `Mount it for writing, or ${ELSEWHERE}`,
	},
	EACCES: NOT_WRITABLE,
	EPERM: NOT_WRITABLE,
	EMFILE: TOO_MANY_OPEN,
	ENFILE: TOO_MANY_OPEN,
	ENOENT: REMOVED,
	ENOTDIR: REMOVED,
	EISDIR: REMOVED,
	EEXIST: REMOVED,
	ENAMETOOLONG: {
		why: "the path is longer than the system takes",
		whatToDo: `Use shorter names, or ${ELSEWHERE}`,
	},
	EIO: {
		why: "the disk failed",
		whatToDo: `Check the disk, or ${ELSEWHERE}`,
	},
};

/** Is this error of the system about what it does not let us write or open, and no mistake of ours? */
export const isRefusal = (code: string): boolean =>
	code !== "ENOENT" && Object.hasOwn(REFUSALS, code);

function refusalOf(
	{ code = "", message }: NodeJS.ErrnoException,
	kept: boolean,
): Refusal {
	const refusal = REFUSALS[code];
	if (refusal === REMOVED && !kept) return NOT_MADE;
	return refusal ?? { why: message, whatToDo: `Mend that, or ${ELSEWHERE}` };
}

/** A run's folder cannot be written: the run ends, since what it does would be lost. */
export class RecordingError extends UsageError {
	override readonly name = "RecordingError";
	/** @param kept is there anything on record already? Default true */
	constructor(path: string, cause: NodeJS.ErrnoException, kept = true) {
		const { why, whatToDo } = refusalOf(cause, kept);
		super(
			`${path} cannot be written: ${why} (${cause.code}); ${
				kept ? "what was recorded before is kept" : "nothing was recorded"
			}. ${whatToDo}, and run again`,
			{ cause },
		);
	}
}

/** Does what writes `path`. @throws RecordingError for what the system refuses */
export function recording<T>(path: string, write: () => T, kept = true): T {
	try {
		return write();
	} catch (error) {
		if (error instanceof RecordingError) throw error;
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		throw new RecordingError(path, error as NodeJS.ErrnoException, kept);
	}
}

/** A status as people are told it: with a full disk as its reason. */
export function withReason(
	status: string,
	error: Pick<Error, "name" | "message"> | undefined,
): string {
	const { name, message } = error ?? {};
	const hadNoRoom =
		name === "RecordingError" && /\((ENOSPC|EDQUOT)\)/.test(message ?? "");
	return hadNoRoom ? `${status}: no space` : status;
}

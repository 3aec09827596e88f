import {
	closeSync,
	constants,
	fstatSync,
	openSync,
	readFileSync,
	type Stats,
} from "../host/files.ts";

/**
 * Missing on Windows, which has no such pipes and allows links only with a
 * privilege.
 */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0, O_RDONLY } = constants;

export interface PlainFileOptions {
	/** A longer file is refused. */
	readonly maxBytes: number;
	/** Default: a link is refused. */
	readonly followLinks?: boolean;
	/** A further condition on the file's stat. */
	readonly isRight?: (stats: Stats) => boolean;
}

/**
 * The bytes of a plain file; undefined for anything else: a link, a folder, a
 * device, or a pipe, which would wait for a writer for ever.
 * @throws the system's error where there is no file, or none that may be read
 */
export function readPlainFile(
	path: string,
	{ maxBytes, followLinks = false, isRight = () => true }: PlainFileOptions,
): Buffer | undefined {
	let descriptor: number;
	try {
		descriptor = openSync(
			path,
			O_RDONLY | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW),
		);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENXIO" || (code === "ELOOP" && !followLinks))
			return undefined;
		throw error;
	}
	try {
		const stats = fstatSync(descriptor);
		if (!stats.isFile() || stats.size > maxBytes || !isRight(stats))
			return undefined;
		return readFileSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** One word of a POSIX shell that means this text and nothing else. */
export const shellQuoted = (text: string) =>
	`'${text.replaceAll("'", "'\\''")}'`;

/** A path as the bytes that git knows, one per character. */
export type GitPath = string;

/** A path as people read it. */
export const shownPath = (path: GitPath) =>
	Buffer.from(path, "latin1").toString();

/** A file by its name's bytes, which may be no text. */
export const fileOf = (top: string, path: GitPath) =>
	Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, "latin1")]);

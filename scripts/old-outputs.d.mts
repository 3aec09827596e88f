/** Removes what was compiled to `dist/` of sources that are gone. */
export function removeOrphans(root: string): void;

/** Removes files of earlier builds a day after a later one, which wrote these, has come in their place. */
export function removeSuperseded(
	folder: string,
	written: ReadonlySet<string>,
	now?: number,
): void;

/** What a file, or a folder with a slash at its end, shows, and which quicker tests come first. */
export const thorough: Readonly<
	Record<
		string,
		{ readonly shows: string; readonly quicker: readonly string[] }
	>
>;

/** Whether the file is that of an entry, or lies in its folder. */
export function isOf(file: string, entry: string): boolean;

export function isThorough(file: string): boolean;

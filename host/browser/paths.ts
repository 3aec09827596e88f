/** Paths are POSIX's, of the files in memory. */
import {
	basename,
	delimiter,
	dirname,
	extname,
	isAbsolute,
	join,
	normalize,
	parse,
	relative,
	resolve,
	sep,
} from "pathe";
import type * as node from "../paths.ts";

export {
	basename,
	delimiter,
	dirname,
	extname,
	isAbsolute,
	join,
	normalize,
	parse,
	relative,
	resolve,
	sep,
};
export const posix: Pick<typeof node.posix, "basename"> = { basename };

/** Of an address of any kind: what lies beside a script is read by its path. */
export const fileURLToPath: typeof node.fileURLToPath = (url) =>
	decodeURIComponent(new URL(url).pathname);

export const pathToFileURL: typeof node.pathToFileURL = (path) =>
	new URL(
		`file://${encodeURI(resolve(path)).replaceAll(/[?#]/g, encodeURIComponent)}`,
	);

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { randomBytes } from "./random/system.ts";

const id = () => randomBytes(4).toString("hex");

/** Writes a whole file or nothing: to a temporary name beside it, then renamed. Makes missing folders. */
export function writeFileAtomic(
	path: string,
	content: string | NodeJS.ArrayBufferView,
): void {
	mkdirSync(dirname(path), { recursive: true });
	const temporary = `${path}.${id()}.tmp`;
	try {
		writeFileSync(temporary, content);
		renameSync(temporary, path);
	} catch (error) {
		rmSync(temporary, { force: true });
		throw error;
	}
}

/** Is this relative path, `/` between its parts, one that stays in its folder on every system? */
export function isInside(path: string): boolean {
	return (
		// biome-ignore lint/suspicious/noControlCharactersInRegex: a path with them means something else to other readers
		!/[\x00-\x1f\\]|^[A-Za-z]:/.test(path) &&
		path
			.split("/")
			.every((part) => part !== "" && part !== "." && part !== "..")
	);
}

/** One text for all paths that some file system takes for one: "É" and "é", or two encodings of it. */
export const foldedPath = (path: string) => path.normalize("NFC").toLowerCase();

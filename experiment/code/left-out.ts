import { realpathSync } from "../../host/files.ts";
import { dirname, relative } from "../../host/paths.ts";
import { grouped } from "../grouped.ts";
import type { LeftOut } from "../record/record.ts";

export const IGNORED = "ignored by git";
export const TOO_LARGE = "untracked and larger than 16 MB";
export const TOO_MANY =
	"untracked, beyond 64 MB or 2,000 files of them together";
export const SECRET_NAME = "untracked and secret by its name";
export const UNREADABLE = "unreadable";
export const NO_FILE = "a socket, pipe or device";
export const NESTED = "a repository of its own that is no submodule";
export const NOT_CHECKED_OUT = "a submodule that was not checked out";
export const HOLDS_SECRETS = "kept with [redacted] where it has secrets";
export const BINARY_SECRETS = "no text, and it has a secret";

const MOST_IN_FOLDER = 20;
const MOST = 100;

/** Of a folder with many files the folder is named, with their number; beyond a hundred entries the rest are counted. */
export function foldLeftOut(all: readonly LeftOut[]): LeftOut[] {
	const groups = grouped(all, ({ path, why }) => `${why}\n${dirname(path)}`);
	const folded = [...groups.values()].flatMap((files) => {
		const [{ path, why } = { path: "", why: "" }] = files;
		return files.length <= MOST_IN_FOLDER
			? files
			: [{ path: `${dirname(path)}/ (${files.length} files)`, why }];
	});
	const more = folded.length - MOST;
	return more <= 0
		? folded
		: [...folded.slice(0, MOST), { path: `(${more} more)`, why: "not listed" }];
}

/** As lines to read, one for each reason. */
export const describeLeftOut = (all: readonly LeftOut[]): string[] =>
	[
		...grouped(all.toSorted(byRead), ({ why, read }) =>
			read ? `${why}, and read by the run` : why,
		),
	].map(
		([why, files]) => `${files.map(({ path }) => path).join(", ")}: ${why}`,
	);

/** What a replay will miss comes first. */
const byRead = (a: LeftOut, b: LeftOut) =>
	Number(b.read ?? false) - Number(a.read ?? false);

/**
 * Says which of these a run opened, also by the name of a link.
 * @param top of the work tree, absolute
 * @param opened absolute paths
 */
export function markRead(
	all: readonly LeftOut[],
	top: string,
	opened: ReadonlySet<string>,
): LeftOut[] {
	if (all.length === 0 || opened.size === 0) return [...all];
	const paths = [...opened].map((file) =>
		relative(top, realOf(file)).replaceAll("\\", "/"),
	);
	return all.map((one) => {
		const folder = one.path.replace(/ \(\d+ files\)$/, "");
		const isRead = paths.some(
			(path) =>
				path === one.path || (folder.endsWith("/") && path.startsWith(folder)),
		);
		return isRead ? { ...one, read: true } : one;
	});
}

function realOf(file: string): string {
	try {
		return realpathSync(file);
	} catch {
		return file; // It is gone again.
	}
}

import { access, constants, lstat, readFile, stat } from "../../host/files.ts";
import type { LeftOut } from "../record/record.ts";
import {
	hasSecretName,
	isPerhapsPublic,
	isPublic,
} from "../secrets/secret-names.ts";
import { fileOf, type GitPath, shownPath } from "./git-path.ts";
import type { StatusEntry } from "./git-status.ts";
import {
	NESTED,
	NO_FILE,
	SECRET_NAME,
	TOO_LARGE,
	TOO_MANY,
	UNREADABLE,
} from "./left-out.ts";

const LARGEST_UNTRACKED_FILE = 16 << 20;
const LARGEST_UNTRACKED_TOTAL = 64 << 20;
const MOST_UNTRACKED_FILES = 2000;

/** Tracked files that are no files any more, or cannot be read, with the reason. */
export async function unfitFiles(
	top: string,
	entries: readonly StatusEntry[],
): Promise<Map<StatusEntry, string>> {
	const reasons = await Promise.all(
		entries.map(async ({ path }) => {
			const found = await lookAt(top, path);
			// What is deleted, or became a folder, is a change as any other.
			return found.why === NESTED ? undefined : found.why;
		}),
	);
	return new Map(
		entries.flatMap((entry, i) => {
			const why = reasons[i];
			return why === undefined ? [] : [[entry, why] as const];
		}),
	);
}

/** The size of a file, and why it cannot be kept. */
async function lookAt(
	top: string,
	path: GitPath,
): Promise<{ size: number; why?: string }> {
	// A repository inside of this one is listed as a folder.
	if (path.endsWith("/")) return { size: 0, why: NESTED };
	const file = fileOf(top, path);
	try {
		const found = await lstat(file);
		if (found.isSymbolicLink() || found.isDirectory()) return { size: 0 };
		if (!found.isFile()) return { size: 0, why: NO_FILE };
		await access(file, constants.R_OK);
		return { size: found.size };
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		return ["ENOENT", "ENOTDIR"].includes(code)
			? { size: 0 }
			: { size: 0, why: UNREADABLE };
	}
}

/** Which untracked files a snapshot takes: small and few enough, one by one and together, and no secrets. */
export async function sortUntracked(
	top: string,
	untracked: readonly GitPath[],
): Promise<{ small: GitPath[]; skipped: LeftOut[] }> {
	const found = await Promise.all(untracked.map((path) => lookAt(top, path)));
	const secret = await secretAmong(top, untracked);
	let total = 0;
	const small: GitPath[] = [];
	const skipped: LeftOut[] = [];
	untracked.forEach((path, i) => {
		const { size, why } = found[i] as { size: number; why?: string };
		const reason =
			why ??
			(secret.has(path)
				? SECRET_NAME
				: size > LARGEST_UNTRACKED_FILE
					? TOO_LARGE
					: total + size > LARGEST_UNTRACKED_TOTAL ||
							small.length >= MOST_UNTRACKED_FILES
						? TOO_MANY
						: undefined);
		if (reason === undefined) {
			total += size;
			small.push(path);
		} else skipped.push({ path: shownPath(path), why: reason });
	});
	return { small, skipped };
}

/** Those that are secret by name, and other names of the same files. */
async function secretAmong(
	top: string,
	paths: readonly GitPath[],
): Promise<ReadonlySet<GitPath>> {
	const secret = new Set<GitPath>();
	for (const path of paths)
		if (hasSecretName(shownPath(path)) && !(await isPublicFile(top, path)))
			secret.add(path);
	if (secret.size === 0) return secret;
	const files = await Promise.all(
		paths.map((path) => stat(fileOf(top, path)).catch(() => undefined)),
	);
	const idOf = (i: number) => {
		const file = files[i];
		return file?.isFile() ? `${file.dev} ${file.ino}` : undefined;
	};
	const ids = new Set(
		paths.flatMap((path, i) => (secret.has(path) ? [idOf(i)] : [])),
	);
	paths.forEach((path, i) => {
		const id = idOf(i);
		if (id !== undefined && ids.has(id)) secret.add(path);
	});
	return secret;
}

/** No key or certificate is larger. */
const LARGEST_KEY = 4 << 20;

/** Is it a key or certificate that everybody may see? */
async function isPublicFile(top: string, path: GitPath): Promise<boolean> {
	if (!isPerhapsPublic(path)) return false;
	const file = await lstat(fileOf(top, path)).catch(() => undefined);
	if (!file?.isFile() || file.size > LARGEST_KEY) return false;
	const bytes = await readFile(fileOf(top, path)).catch(() => undefined);
	return bytes !== undefined && isPublic(bytes.toString("latin1"));
}

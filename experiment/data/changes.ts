import { posix } from "../../host/paths.ts";
import type { SharedTexts } from "./hashing/shared-texts.ts";
import type { ManifestEntry, ManifestLines } from "./manifest-lines.ts";

/** How a folder differs from its manifest; all paths in byte order. */
export interface Changes {
	readonly added: readonly string[];
	readonly removed: readonly string[];
	/** Same path, other bytes. */
	readonly modified: readonly string[];
	/** Same bytes at another path; neither in `added` nor in `removed`. */
	readonly renamed: readonly Rename[];
}

export interface Rename {
	readonly from: string;
	readonly to: string;
}

/** How many paths are concerned. */
export function changeCount(changes: Changes): number {
	return (
		changes.added.length +
		changes.removed.length +
		changes.modified.length +
		changes.renamed.length
	);
}

/** Files that are gone, all with the same bytes, and not yet found elsewhere. */
class Gone {
	/** In reverse, so that the first is the last and taken in one step. */
	readonly #all: ManifestEntry[];
	readonly #byName = new Map<string, ManifestEntry[]>();
	readonly #taken = new Set<ManifestEntry>();

	constructor(entries: readonly ManifestEntry[]) {
		this.#all = entries.toReversed();
		for (const entry of this.#all) {
			const name = posix.basename(entry.path);
			const named = this.#byName.get(name);
			if (named) named.push(entry);
			else this.#byName.set(name, [entry]);
		}
	}

	/** The likelier source of a file is the one that kept its name. */
	take(path: string): ManifestEntry | undefined {
		const found =
			this.#next(this.#byName.get(posix.basename(path)) ?? []) ??
			this.#next(this.#all);
		if (found) this.#taken.add(found);
		return found;
	}

	#next(candidates: ManifestEntry[]): ManifestEntry | undefined {
		let candidate = candidates.pop();
		while (candidate && this.#taken.has(candidate))
			candidate = candidates.pop();
		return candidate;
	}
}

/** The line of each path, both in byte order; -1 where it has none. */
export function linesOf(paths: SharedTexts, lines: ManifestLines): Int32Array {
	const found = new Int32Array(paths.length).fill(-1);
	let line = 0;
	for (let index = 0; index < paths.length; index++) {
		while (line < lines.length) {
			const order = lines.comparePath(line, paths, index);
			if (order === 0) found[index] = line;
			if (order > 0) break;
			line++;
			if (order === 0) break;
		}
	}
	return found;
}

/** A folder beside the manifest that it had. */
export interface FolderBesideManifest {
	readonly before: ManifestLines;
	/** By path, see `linesOf`. */
	readonly lines: Int32Array;
	/** Has the file that has this line the digest of the line? */
	holds(index: number): boolean;
	/** The file as it is now; asked for where it has no line. */
	entry(index: number): ManifestEntry;
}

/** What happened to a folder since its manifest was written. Makes objects of what differs, and of nothing else. */
export function findChanges({
	before,
	lines,
	holds,
	entry,
}: FolderBesideManifest): Changes {
	const gone: ManifestEntry[] = [];
	const come: ManifestEntry[] = [];
	const modified: string[] = [];
	let next = 0;
	const passTo = (line: number) => {
		while (next < line) gone.push(before.at(next++));
	};
	for (let index = 0; index < lines.length; index++) {
		const line = lines[index] as number;
		if (line < 0) come.push(entry(index));
		else {
			passTo(line);
			next = line + 1;
			if (!holds(index)) modified.push(before.path(line));
		}
	}
	passTo(before.length);
	const { added, removed, renamed } = findMoves(gone, come);
	return { added, removed, modified, renamed };
}

/**
 * What became of paths on one side only, both in byte order.
 * @param gone files that are at their paths no longer
 * @param come files at paths that had none
 */
export function findMoves(
	gone: readonly ManifestEntry[],
	come: readonly ManifestEntry[],
): Omit<Changes, "modified"> {
	const { added, renamed } = findRenamed(gone, come);
	const moved = new Set(renamed.map(({ from }) => from));
	return {
		added,
		removed: gone.map(({ path }) => path).filter((path) => !moved.has(path)),
		renamed,
	};
}

/** Which new paths have the bytes of one that is gone, and which are added. */
function findRenamed(
	gone: readonly ManifestEntry[],
	come: readonly ManifestEntry[],
): Pick<Changes, "added" | "renamed"> {
	const goneByDigest = new Map<string, ManifestEntry[]>();
	for (const entry of gone) {
		const equal = goneByDigest.get(entry.digest);
		if (equal) equal.push(entry);
		else goneByDigest.set(entry.digest, [entry]);
	}
	const sources = new Map(
		Array.from(goneByDigest, ([digest, entries]) => [
			digest,
			new Gone(entries),
		]),
	);
	const renamed: Rename[] = [];
	const added: string[] = [];
	for (const { path, digest } of come) {
		const source = sources.get(digest)?.take(path);
		if (source) renamed.push({ from: source.path, to: path });
		else added.push(path);
	}
	return { added, renamed };
}

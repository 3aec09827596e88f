import { posix } from "../../host/paths.ts";
import { compareBytes } from "./byte-order.ts";
import type { ManifestEntry } from "./manifest.ts";

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

/** What happened between two manifests, both in byte order. */
export function compareManifests(
	before: readonly ManifestEntry[],
	after: readonly ManifestEntry[],
): Changes {
	const { gone, come, modified } = comparePaths(before, after);
	const { added, renamed } = findRenamed(gone, come);
	const moved = new Set(renamed.map(({ from }) => from));
	return {
		added,
		removed: gone.map(({ path }) => path).filter((path) => !moved.has(path)),
		modified,
		renamed,
	};
}

/** Paths on one side only, and those with other bytes. */
function comparePaths(
	before: readonly ManifestEntry[],
	after: readonly ManifestEntry[],
) {
	const gone: ManifestEntry[] = [];
	const come: ManifestEntry[] = [];
	const modified: string[] = [];
	let i = 0;
	let j = 0;
	while (i < before.length || j < after.length) {
		const old = before[i];
		const now = after[j];
		if (old && old === now) {
			i++;
			j++;
			continue;
		}
		const order = !old ? 1 : !now ? -1 : compareBytes(old.path, now.path);
		if (old && now && order === 0) {
			if (old.digest !== now.digest) modified.push(now.path);
			i++;
			j++;
		} else if (old && order < 0) {
			gone.push(old);
			i++;
		} else if (now) {
			come.push(now);
			j++;
		}
	}
	return { gone, come, modified };
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

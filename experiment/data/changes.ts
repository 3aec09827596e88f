import { basename } from "node:path/posix";
import type { ManifestEntry } from "./manifest.ts";
import { compareBytes } from "./walk.ts";

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

function takeMatch(
	candidates: ManifestEntry[] | undefined,
	path: string,
): ManifestEntry | undefined {
	if (!candidates) return undefined;
	// Of several equal files the one that kept its name is the likelier source.
	const name = basename(path);
	const named = candidates.findIndex((c) => basename(c.path) === name);
	return candidates.splice(Math.max(named, 0), 1)[0];
}

/** What happened between two manifests, both in byte order. */
export function compareManifests(
	before: readonly ManifestEntry[],
	after: readonly ManifestEntry[],
): Changes {
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
	const goneByDigest = new Map<string, ManifestEntry[]>();
	for (const entry of gone) {
		const equal = goneByDigest.get(entry.digest);
		if (equal) equal.push(entry);
		else goneByDigest.set(entry.digest, [entry]);
	}
	const renamed: Rename[] = [];
	const added: string[] = [];
	const moved = new Set<string>();
	for (const entry of come) {
		const source = takeMatch(goneByDigest.get(entry.digest), entry.path);
		if (source) {
			renamed.push({ from: source.path, to: entry.path });
			moved.add(source.path);
		} else added.push(entry.path);
	}
	return {
		added,
		removed: gone.map(({ path }) => path).filter((path) => !moved.has(path)),
		modified,
		renamed,
	};
}

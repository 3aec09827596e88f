// What earlier builds have left in dist/.
import {
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";

const COMPILED = /\.(?:js|js\.map|d\.ts)$/;

/**
 * Removes what was compiled of sources that are gone.
 * @param root has the sources, and dist/
 */
export function removeOrphans(root) {
	const dist = join(root, "dist");
	for (const entry of readdirSync(dist, {
		recursive: true,
		withFileTypes: true,
	})) {
		const path = relative(dist, join(entry.parentPath, entry.name));
		if (!entry.isFile() || !COMPILED.test(path) || /^bundle[\\/]/.test(path))
			continue;
		if (!existsSync(join(root, path.replace(COMPILED, ".ts"))))
			rmSync(join(dist, path));
	}
}

/** So long processes may live on that an earlier build's files have started, and load more of them. */
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Names the superseded files of a folder: npm packs none of them. */
const SUPERSEDED = ".npmignore";

/**
 * Removes files of earlier builds a day after a later one has come in their
 * place. The time of a file is when that was.
 * @param written names of the files that the present build has written
 */
export function removeSuperseded(folder, written, now = Date.now()) {
	const list = join(folder, SUPERSEDED);
	const known = new Set(
		existsSync(list) ? readFileSync(list, "utf8").split("\n") : [],
	);
	const kept = readdirSync(folder).filter((name) => {
		const path = join(folder, name);
		if (written.has(name) || name === SUPERSEDED) return false;
		if (!known.has(name)) utimesSync(path, now / 1000, now / 1000);
		const isYoung = now - statSync(path).mtimeMs < KEPT_MILLISECONDS;
		if (!isYoung) rmSync(path);
		return isYoung;
	});
	writeFileSync(list, kept.map((name) => `${name}\n`).join(""));
}

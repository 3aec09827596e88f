import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isInside } from "../files.ts";

/** Written after the seal, each with a signature of its own. */
const CERTIFICATE = "certificate.intoto.jsonl";

/** What systems, network shares and front ends leave in a folder that somebody looks at. */
const LITTER =
	/^(\.DS_Store|\._.*|\.localized|Thumbs\.db|desktop\.ini|\.directory|\.nfs[\da-f]+|\.fuse_hidden[\da-f]+|@eaDir|\.ipynb_checkpoints)$/;

/**
 * Every file of a run's folder that its record must know, relative, with `/`, in
 * order; links too, which no run makes. Left out are the record itself, its
 * certificate, and what systems leave behind in folders.
 */
export function filesOf(directory: string): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => !entry.isDirectory())
		.map((entry) =>
			relative(directory, join(entry.parentPath, entry.name)).replaceAll(
				"\\",
				"/",
			),
		)
		.filter(
			(path) =>
				path !== "run.json" &&
				path !== CERTIFICATE &&
				!path.split("/").some((part) => LITTER.test(part)),
		)
		.sort();
}

/**
 * The bytes of a file of a run's folder. Who made the folder may be anybody: no
 * path leads out of it, no link is followed, and what never ends (a device, a
 * pipe) is not read.
 * @returns undefined where there is no such file
 */
export function readFileOf(
	directory: string,
	path: string,
): Buffer | undefined {
	if (!isInside(path)) return undefined;
	const parts = path.split("/");
	const isLink = parts
		.slice(0, -1)
		.some((_, i) => isLinked(join(directory, ...parts.slice(0, i + 1))));
	const file = join(directory, path);
	const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
	return isLink || !isFile ? undefined : readFileSync(file);
}

const isLinked = (path: string) =>
	lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Written after the seal, each with a signature of its own. */
const CERTIFICATE = "certificate.intoto.jsonl";

/** What systems and front ends leave in a folder that somebody looks at. */
const LITTER =
	/^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints)$/;

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

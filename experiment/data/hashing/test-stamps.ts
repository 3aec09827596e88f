import { statSync } from "node:fs";
import { join } from "node:path";
import { readManifest, siblingPaths } from "../manifest.ts";
import { Stamps } from "./stamp.ts";
import { writeStatIndex } from "./stat-index.ts";

/** What the stat index has of stamps. */
export function base64Of(stamps: Stamps): string {
	const text = Buffer.alloc(stamps.base64Length);
	stamps.writeBase64(text, 0);
	return text.toString();
}

/**
 * Makes the stat index vouch for every file as it is now, as it does two seconds
 * after they were written: only then does a quick check depend on what stat says.
 */
export function trustStats(folder: string): void {
	const { manifest, statIndex } = siblingPaths(folder);
	const recorded = readManifest(manifest);
	if (!recorded) throw new Error(`${folder} has no manifest`);
	const stamps = new Stamps(recorded.lines.length);
	for (const [line, path] of [...recorded.lines.paths()].entries())
		stamps.set(line, statSync(join(folder, path)));
	writeStatIndex(statIndex, folder, recorded.root, stamps);
}

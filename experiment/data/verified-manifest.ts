import { DataError } from "./data-error.ts";
import { readManifest } from "./manifest.ts";
import type { ManifestLines } from "./manifest-lines.ts";
import type { Verification } from "./verify.ts";

/**
 * The files that a check found.
 * @throws DataError CHANGED when that is not what the manifest says, CHANGING
 * when the manifest is another one since
 */
export function verifiedManifest({
	directory,
	manifest,
	root,
	status,
}: Pick<
	Verification,
	"directory" | "manifest" | "root" | "status"
>): ManifestLines {
	if (status === "changed")
		throw new DataError(
			"CHANGED",
			`${directory} is not what its manifest says; restore the data, or record a new version with --accept "why"`,
		);
	const recorded = readManifest(manifest);
	if (recorded?.root !== root)
		throw new DataError(
			"CHANGING",
			`${manifest} was changed since ${directory} was checked; check again`,
		);
	return recorded.lines;
}

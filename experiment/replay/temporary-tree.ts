import { UsageError } from "../../base/errors.ts";
import { isWithin, makeFolder } from "../../base/files.ts";
import {
	existsSync,
	lstatSync,
	mkdtempSync,
	realpathSync,
	symlinkSync,
} from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { dirname, join, normalize, resolve } from "../../host/paths.ts";
import { siblingPaths } from "../data/manifest.ts";
import type { RunRecord } from "../record/record.ts";

/** A new folder for a work tree; whoever makes it takes it away. */
export function temporaryFolder(): string {
	// Links on the way to it would make other paths of the same files.
	return mkdtempSync(join(realpathSync(tmpdir()), "deepdiva-tree-"));
}

/** Where a run was executed, and its script lay, relative to the folder that held `runs`. */
const placesOf = ({ cwd, folder = cwd, source }: RunRecord): string[] => [
	cwd,
	folder,
	...(source.path === undefined ? [] : [dirname(source.path)]),
];

/** How many folders above the one that held `runs` the highest of these places lies. */
export const stepsUp = (record: RunRecord): number =>
	Math.max(
		...placesOf(record).map(
			(path) =>
				normalize(path)
					.split(/[\\/]/)
					.filter((part) => part === "..").length,
		),
	);

/**
 * Makes the folders that the run was executed in: where they hold nothing that git keeps, a checkout lacks them.
 * @throws UsageError where they, or where its script lay, are not in `base`: whoever made the record may be anybody
 */
export function makeFolders(
	record: RunRecord,
	project: string,
	base: string,
): void {
	for (const path of placesOf(record)) {
		const folder = resolve(project, path);
		if (!isReallyWithin(base, folder))
			throw new UsageError(
				`run ${record.id} was executed in the folder ${JSON.stringify(path)} of its project, which leads out of the code that is here, so it is not executed; replay it in its own project`,
			);
		makeFolder(folder);
	}
}

/** Is this path in a folder, by its name and after all links? It need not be there. */
function isReallyWithin(folder: string, path: string): boolean {
	if (!isWithin(folder, path)) return false;
	// A link that leads nowhere is there, and what is below it is not.
	for (let up = path; ; up = dirname(up)) {
		if (!lstatSync(up, { throwIfNoEntry: false })) continue;
		try {
			return isWithin(folder, realpathSync(up));
		} catch {
			return false;
		}
	}
}

/** Is something at this path, be it a link that leads nowhere? */
export const isThere = (path: string) =>
	lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Lets code find data by the recorded path, as far as it lies in what was rebuilt. */
export function linkData(folder: string, path: string, base: string): void {
	if (!isReallyWithin(base, path) || !existsSync(folder)) return;
	const present = siblingPaths(folder);
	const wanted = siblingPaths(path);
	makeFolder(dirname(path));
	for (const [from, to] of [
		[folder, path],
		[present.manifest, wanted.manifest],
		[present.statIndex, wanted.statIndex],
	] as const)
		if (existsSync(from) && !isThere(to)) symlinkSync(from, to, "junction");
}

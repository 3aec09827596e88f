import { UsageError } from "../../../base/errors.ts";
import { isInside } from "../../../base/files.ts";
import { join } from "../../../host/paths.ts";
import { byBeginning } from "../store/by-beginning.ts";
import { textOf } from "../store/folder-files.ts";
import { projectAround, readRun, type StoredRun } from "../store/store.ts";
import { CODE_FOLDER, INDEX_FILE, isExport } from "./names.ts";

/** Raised when the fields change their meaning. */
export const EXPORT_FORMAT = 1;

/** One run of an export. */
export interface ExportedRun {
	readonly id: string;
	readonly experiment: string;
	/** Relative to the export. */
	readonly folder: string;
	/** Of all that came out of the run. */
	readonly digest: string;
	/** Where the repository in the export has its code. */
	readonly code?: { readonly commit: string };
	/** A folder with package.json and package-lock.json, relative to the export. */
	readonly packages?: string;
}

/** The content of `deepdiva-export.json`. */
export interface ExportIndex {
	readonly format: typeof EXPORT_FORMAT;
	readonly runs: readonly ExportedRun[];
}

/** What an export has beside a run, to execute it again elsewhere. */
export interface CarriedCode {
	/** The bare repository, if the run's commit is in it. */
	readonly repository?: string;
	/** A folder with package.json and package-lock.json. */
	readonly packages?: string;
}

/** @throws UsageError for what is no export, or one that leads out of itself */
export function readIndex(folder: string, shown = folder): ExportIndex {
	let index: Partial<ExportIndex>;
	try {
		index = JSON.parse(textOf(folder, INDEX_FILE));
	} catch (error) {
		throw new UsageError(
			`${shown} is no export of runs (${INDEX_FILE} cannot be read: ${(error as Error).message}); make one with: deepdiva runs export RUN -o ${shown}`,
		);
	}
	if (index?.format !== EXPORT_FORMAT)
		throw new UsageError(
			`${shown} has export format ${index?.format}, and this version reads format ${EXPORT_FORMAT}; read it with the version of deepdiva that wrote it`,
		);
	if (!Array.isArray(index.runs) || !index.runs.every(isExportedRun))
		throw new UsageError(
			`${INDEX_FILE} of ${shown} is damaged; get the export again`,
		);
	return index as ExportIndex;
}

function isExportedRun(run: Partial<ExportedRun>): boolean {
	const inside = (path: unknown) => typeof path === "string" && isInside(path);
	return (
		typeof run.id === "string" &&
		inside(run.folder) &&
		(run.packages === undefined || inside(run.packages)) &&
		(run.code === undefined ||
			/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(run.code.commit))
	);
}

/**
 * A run of an export.
 * @param id or its beginning; may be left out where there is one run
 * @throws UsageError where there is no such run, or more than one
 */
export function findExported(
	folder: string,
	id = "",
	shown = folder,
): { stored: StoredRun; carried: CarriedCode } {
	const { runs } = readIndex(folder, shown);
	const meant = id === "" ? runs : byBeginning(id, runs, (run) => [run.id]);
	const [run] = meant;
	if (!run || meant.length > 1)
		throw new UsageError(
			`${shown} has ${run ? meant.length : "no"} runs${id === "" ? "" : ` ${id}`}${run ? "" : "; it has"} (${(run ? meant : runs).map((one) => one.id).join(", ")}); name one of them: ${shown}#${(run ?? runs[0])?.id ?? "ID"}`,
		);
	return {
		stored: readRun(join(folder, run.folder)),
		carried: carriedWith(folder, run),
	};
}

/** What the export around a run's folder has for it; undefined where there is none. */
export function carriedBy(stored: StoredRun): CarriedCode | undefined {
	const folder = projectAround(stored);
	if (!isExport(folder)) return undefined;
	const run = readIndex(folder).runs.find(({ id }) => id === stored.record.id);
	return run && carriedWith(folder, run);
}

const carriedWith = (
	folder: string,
	{ code, packages }: ExportedRun,
): CarriedCode => ({
	...(code ? { repository: join(folder, CODE_FOLDER) } : {}),
	...(packages === undefined ? {} : { packages: join(folder, packages) }),
});

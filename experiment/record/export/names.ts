import { existsSync } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";

/** Says what an export holds; a folder that has it is one. */
export const INDEX_FILE = "deepdiva-export.json";
/** A bare repository with the recorded commits, without what came before them. */
export const CODE_FOLDER = "code.git";
/** Lock files, by digest, of runs whose code is in no repository. */
export const PACKAGES_FOLDER = "packages";
export const RUNS_FOLDER = "runs";

/** Is this folder an export of runs? */
export const isExport = (folder: string) =>
	existsSync(join(folder, INDEX_FILE));

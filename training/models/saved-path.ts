import { isPathText } from "../../experiment/parameters/field.ts";
import { existsSync, statSync } from "../../host/files.ts";
import { dirname, resolve } from "../../host/paths.ts";

/** Of a model by its path: a folder with `model.json`, that file, or a run's checkpoint. */
export interface SavedModel {
	/** As it was named: what the run depends on. */
	readonly folder: string;
	/** In the folder. */
	readonly file: string;
}

const isFolder = (path: string) => statSync(path).isDirectory();

/** Where a saved model lies; undefined for the name of an architecture. */
export function savedModel(named: string): SavedModel | undefined {
	if (!isPathText(named)) return undefined;
	const absolute = resolve(named);
	return existsSync(absolute) && isFolder(absolute)
		? { folder: named, file: "model.json" }
		: {
				folder: dirname(named),
				file: absolute.slice(dirname(absolute).length + 1),
			};
}

/** What is wrong with a model that is named by its path, before a run opens; undefined where it is there. */
export function savedModelProblem(named: string): string | undefined {
	const saved = savedModel(named);
	if (!saved || existsSync(resolve(saved.folder, saved.file))) return undefined;
	return `model=${named} is no saved model (${resolve(saved.folder, saved.file)} is missing); give a folder with model.json, as model.save("FOLDER") and dd.artifact write it, or the checkpoint.safetensors of a run`;
}

import { UsageError } from "../../base/errors.ts";
import type { CarriedCode } from "../record/export/layout.ts";
import type { RunRecord } from "../record/record.ts";
import type { ComparedPart } from "./compare.ts";

/** Recorded path of a data folder → where it lies here, absolute. */
export type DataPlaces = ReadonlyMap<string, string>;

/** Where a run is executed again. */
export interface Workplace {
	/** Stands for the folder that held `runs` when the run was recorded. */
	readonly project: string;
	readonly data: DataPlaces;
	/** Why it is not the project itself; undefined where it is. */
	readonly rebuilt: string | undefined;
	/** Is its code the recorded one? Nothing where that was not asked for; undefined where nobody looked. */
	readonly code?: readonly ComparedPart[];
	/** What of the recorded work tree is not there, as lines to read. */
	readonly lacks?: readonly string[];
	/** The folder that was made for it, with all that its code may change; absent where it is the project itself. */
	readonly temporary?: string;
	/** Folders elsewhere that links in it lead to: data and packages. */
	readonly linked?: readonly string[];
	/** In that folder, what its code must leave alone: git's note of the work tree, installed packages. */
	readonly kept?: readonly string[];
	/** Takes away what was made for the replay. */
	close(): Promise<void>;
}

/** How a workplace is found or made. */
export interface WorkplaceOptions {
	/** In the present work tree, whatever became of it. */
	readonly here?: boolean;
	/** Where data lie that are not where the record has them. */
	readonly data?: DataPlaces;
	/** What the export that the run lies in has for it. */
	readonly carried?: CarriedCode | undefined;
	/** Did the run come from somebody else? See `PackageRules`. */
	readonly foreign?: boolean;
	readonly installScripts?: boolean;
	/** Told what takes long. */
	readonly onProgress?: (text: string) => void;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/** @throws UsageError for a name that the run has no data of */
export function checkDataNames(places: DataPlaces, record: RunRecord): void {
	const known = record.data.map(({ path }) => path);
	for (const name of places.keys())
		if (!known.includes(name))
			throw new UsageError(
				`run ${record.id} has no data "${name}"; it has ${known.length > 0 ? known.join(", ") : "none"}`,
			);
}

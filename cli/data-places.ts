import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { DataPlaces } from "../experiment/replay/workplace.ts";

/**
 * Reads `NAME=DIR` words: the path of a data folder in the record → where it
 * lies here.
 * @throws UsageError for another word
 */
export function readDataPlaces(words: readonly string[] = []): DataPlaces {
	return new Map(
		words.map((word) => {
			const [, name, folder] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
			if (name === undefined || folder === undefined)
				throw new UsageError(
					`--data takes NAME=DIR, for example data/digits=/mnt/digits, not "${word}"`,
				);
			return [name, resolve(folder)];
		}),
	);
}

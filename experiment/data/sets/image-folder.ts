import { encode } from "fast-png";
import { makeFolder } from "../../../base/files.ts";
import { writeFileSync } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import { Pace, type PaceOptions } from "../progress.ts";
import { SPLITS, type Split } from "../split.ts";
import { writeFolder } from "../write-folder.ts";
import type { ImageSource } from "./image-source.ts";

/** Where the images of a source go: `splits[i]` is the part that gets image i. */
export interface FolderPart {
	readonly source: ImageSource;
	readonly splits: readonly Split[];
}

/** The part of each of `count` images, of which every one is in exactly one part. */
export function splitOfEach(
	parts: Readonly<Record<Split, readonly number[]>>,
	count: number,
): Split[] {
	const splits = new Array<Split>(count);
	for (const split of SPLITS)
		for (const index of parts[split]) splits[index] = split;
	return splits;
}

/**
 * Writes `DIRECTORY/{train,val,test}/CLASS/NNNNN.png`; the number is the image's
 * index in its source.
 * @param options.force replaces an existing folder
 * @throws DataError EXISTS, UNWRITABLE, BAD_FORMAT; the signal's reason when it is aborted
 */
export async function writeImageFolder(
	directory: string,
	parts: readonly FolderPart[],
	options: PaceOptions & { readonly force?: boolean } = {},
): Promise<void> {
	const total = parts.reduce((sum, { splits }) => sum + splits.length, 0);
	const pace = new Pace(options);
	let done = 0;
	await writeFolder(
		directory,
		async (temporary) => {
			for (const { source, splits } of parts) {
				const { height, width, channels, labels, classes } = source;
				for (const split of new Set(splits))
					for (const name of classes) makeFolder(join(temporary, split, name));
				let index = 0;
				for await (const data of source.images()) {
					const name = classes[labels[index] as number] as string;
					const file = `${String(index).padStart(5, "0")}.png`;
					writeFileSync(
						join(temporary, splits[index] as Split, name, file),
						// The same bytes on every machine: fflate is pure JavaScript.
						encode({ width, height, channels, depth: 8, data }),
					);
					index++;
					done++;
					if (pace.due())
						await pace.report({ done, total, unit: "image", label: "writing" });
				}
			}
		},
		options,
	);
}

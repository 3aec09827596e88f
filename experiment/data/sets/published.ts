import { existsSync, rmSync } from "../../../host/files.ts";
import { join, resolve } from "../../../host/paths.ts";
import { DataError } from "../data-error.ts";
import type { PaceOptions } from "../progress.ts";
import { stratifiedSplit } from "../split.ts";
import {
	type DownloadOptions,
	download,
	type PinnedFile,
	requireByHand,
} from "./download.ts";
import {
	type FetchedData,
	type FetchOptions,
	fetched,
	present,
} from "./fetched.ts";
import { splitOfEach, writeImageFolder } from "./image-folder.ts";
import { byClass, type ImageSource } from "./image-source.ts";

/**
 * A set that somebody else publishes. Sums and sizes of its files are those
 * that TensorFlow Datasets publishes (tensorflow_datasets/url_checksums in
 * github.com/tensorflow/datasets).
 */
export interface PublishedSet {
	readonly name: string;
	/** Addresses of folders that hold the files; tried in this order. */
	readonly mirrors: readonly string[];
	readonly files: readonly PinnedFile[];
	/**
	 * Reads the labels; the images are read as they are asked for.
	 * @param path where the file of this name lies
	 * @param scratch a folder for what is unpacked, removed in the end
	 * @throws DataError BAD_FORMAT, UNREADABLE, UNWRITABLE
	 */
	open(
		path: (name: string) => string,
		scratch: string,
		options: PaceOptions,
	): Promise<{ readonly training: ImageSource; readonly test: ImageSource }>;
}

export interface GetOptions extends FetchOptions, DownloadOptions {
	/** Addresses to try before the set's own. */
	readonly mirrors?: readonly string[];
	/** A folder with the set's files, got by other means; nothing is downloaded then. */
	readonly from?: string;
	/** Share of the training images that becomes `val`; default 0.2, as in DeepDIVA. */
	readonly validation?: number;
}

/**
 * Downloads a published set and writes
 * `DIRECTORY/{train,val,test}/CLASS/NNNNN.png`, `val` being a stratified share
 * of the published training images, the same on every machine. What is
 * downloaded lies in `DIRECTORY.download` until the folder is complete, so that
 * a broken download goes on where it stopped. An existing folder that is as its
 * manifest says is left as it is.
 * @throws DataError DOWNLOAD, CHECKSUM, BAD_FORMAT, EXISTS, UNWRITABLE,
 * UNREADABLE, BAD_ARGUMENT; the signal's reason when it is aborted
 */
export async function getPublished(
	directory: string,
	set: PublishedSet,
	options: GetOptions = {},
): Promise<FetchedData> {
	if (existsSync(directory) && !options.force)
		return present(directory, options);
	const validation = options.validation ?? 0.2;
	if (!(validation >= 0 && validation < 1))
		throw new DataError(
			"BAD_ARGUMENT",
			`${validation} is not a share of the training images for validation; give at least 0 and less than 1`,
		);
	const own = `${resolve(directory)}.download`;
	const mirrors = [...(options.mirrors ?? []), ...set.mirrors];
	if (options.from !== undefined)
		await requireByHand(set.files, options.from, mirrors, options);
	else
		for (const file of set.files)
			await download(file, mirrors, join(own, file.name), options);
	const scratch = join(own, "unpacked");
	try {
		const { training, test } = await set.open(
			(name) => join(options.from ?? own, name),
			scratch,
			options,
		);
		const parts = stratifiedSplit(
			byClass(training),
			{ train: 1 - validation, val: validation, test: 0 },
			// Part of the data: never a session's seed.
			`deepdiva ${set.name}`,
		);
		await writeImageFolder(
			directory,
			[
				{
					source: training,
					splits: splitOfEach(parts, training.labels.length),
				},
				{ source: test, splits: Array.from(test.labels, () => "test") },
			],
			options,
		);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
	rmSync(own, { recursive: true, force: true });
	return fetched("created", directory, options);
}

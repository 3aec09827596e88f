import { UsageError } from "../../../base/errors.ts";
import { suggestion } from "../../../base/nearest.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { isUserSeal, userSeal } from "../../../base/user-seal.ts";
import { writeAtomically } from "../../../experiment/data/atomic.ts";
import {
	type Verification,
	verifyData,
} from "../../../experiment/data/index.ts";
import { givenOptions } from "../../../experiment/given-options.ts";
import { realpathSync } from "../../../host/files.ts";
import { join, resolve } from "../../../host/paths.ts";
import { type ExamineOptions, examineMany } from "./examine-many.ts";
import {
	listClasses,
	listSplit,
	type SplitName,
	splitNames,
} from "./folder.ts";
import { meanAndStd } from "./pixel-sums.ts";

/** Statistics of one part of a data set. */
export interface ImageStatistics {
	readonly images: number;
	/**
	 * Per channel (RGB, or one where all images are gray), of values from 0 to 1.
	 * Every pixel counts alike, so a large image counts more than a small one.
	 */
	readonly mean: readonly number[];
	/** Population standard deviation. */
	readonly std: readonly number[];
	/** In the order of the labels, which is that of bytes. */
	readonly classes: readonly ClassStatistics[];
	/** The commonest first, the ten commonest at most. */
	readonly sizes: readonly SizeStatistics[];
	/** How many different sizes there are. */
	readonly distinctSizes: number;
}

export interface ClassStatistics {
	readonly name: string;
	readonly images: number;
	/**
	 * Weight of the class in a balanced loss: images / (classes × the class's
	 * images), so that the mean weight of an image is 1. DeepDIVA's weights are
	 * these divided by their sum. 0 for a class without images.
	 */
	readonly weight: number;
}

export interface SizeStatistics {
	readonly width: number;
	readonly height: number;
	readonly images: number;
}

export interface DataAnalysis {
	/** As the caller wrote it. */
	readonly directory: string;
	readonly split: SplitName;
	/** Root of the whole data set as it was analysed. */
	readonly root: string;
	readonly statistics: ImageStatistics;
	/** The file that holds the statistics. */
	readonly file: string;
	/** The file had them already, for this very root. */
	readonly reused: boolean;
	/** The folder against its manifest, which is made on first use. */
	readonly verification: Verification;
}

export interface AnalyzeOptions extends ExamineOptions {
	/** Default `train`: statistics of what a model is tested on must not reach its training. */
	readonly split?: SplitName;
}

/** The file's content. */
interface StoredAnalysis {
	readonly version: typeof VERSION;
	readonly root: string;
	readonly splits: Partial<Record<SplitName, ImageStatistics>>;
	/** Of the user whose computer counted, over the folder's real path and all of the above. */
	readonly seal: string;
}

const VERSION = 2;
const PURPOSE = "image statistics 2";
/** Statistics of three splits with ten thousand classes each have a tenth of it. */
const LONGEST_BYTES = 1 << 24;
const SIZES_LISTED = 10;
const FAILURES_LISTED = 20;

const sealed = (
	directory: string,
	root: string,
	splits: StoredAnalysis["splits"],
): [string, string, string] => [
	realpathSync(directory),
	root,
	JSON.stringify(splits),
];

/**
 * What this user stored for this root; the file is a cache, and one that is another
 * root's, damaged, or of another user is made anew: it travels with the data.
 */
function readStored(
	file: string,
	directory: string,
	root: string,
): StoredAnalysis["splits"] {
	try {
		const text = readPlainFile(file, { maxBytes: LONGEST_BYTES })?.toString();
		const stored = JSON.parse(text ?? "null") as StoredAnalysis;
		if (
			stored.version === VERSION &&
			stored.root === root &&
			isUserSeal(
				stored.seal,
				PURPOSE,
				...sealed(directory, root, stored.splits),
			)
		)
			return { ...stored.splits };
	} catch {
		// Missing or damaged.
	}
	return {};
}

async function statisticsOf(
	root: string,
	split: SplitName,
	options: ExamineOptions,
): Promise<ImageStatistics> {
	const names = await listClasses(root);
	const { files, labels } = await listSplit(root, split, names, 0);
	const counts = names.map(() => 0);
	for (const label of labels) counts[label] = (counts[label] as number) + 1;
	const empty = names.find((_, label) => counts[label] === 0);
	if (split === "train" && empty !== undefined)
		throw new UsageError(
			`the class folder ${join(root, split, empty)} is empty; put images into it or remove it`,
		);
	const { sums, sizes, failures } = await examineMany(
		files.map((file) => join(root, file)),
		options,
	);
	if (failures.size > 0) {
		const indices = [...failures.keys()].sort((a, b) => a - b);
		const lines = indices
			.slice(0, FAILURES_LISTED)
			.map((index) => `  ${files[index]}: ${failures.get(index)}`);
		if (indices.length > lines.length)
			lines.push(`  … ${indices.length - lines.length} more`);
		throw new UsageError(
			[
				`${indices.length === 1 ? "an image" : `${indices.length} images`} of ${root} cannot be read; replace or remove:`,
				...lines,
			].join("\n"),
		);
	}
	const filled = counts.filter((count) => count > 0).length;
	return {
		images: files.length,
		...meanAndStd(sums),
		classes: names.map((name, label) => {
			const images = counts[label] as number;
			return {
				name,
				images,
				weight: images === 0 ? 0 : files.length / (filled * images),
			};
		}),
		sizes: [...sizes]
			.map(([size, images]): SizeStatistics => {
				const [width, height] = size.split("×").map(Number) as [number, number];
				return { width, height, images };
			})
			.sort(
				(a, b) =>
					b.images - a.images || a.width - b.width || a.height - b.height,
			)
			.slice(0, SIZES_LISTED),
		distinctSizes: sizes.size,
	};
}

/**
 * Mean and deviation per channel, class counts and weights, and sizes of the
 * images of a data set laid out as `train|val|test/class/file`, in one pass. They
 * are kept in `DIRECTORY.analysis.json` under the data's root, and computed again
 * when the root is another one.
 * @example
 * const { statistics } = await dd.analyzeData("data/pets");
 * @throws UsageError for an unknown split, an empty class folder or images that
 * cannot be read, naming them; an Error for a missing split; DataError as
 * `verifyData`; the signal's reason when it is aborted
 */
export async function analyzeData(
	directory: string,
	options: AnalyzeOptions = {},
): Promise<DataAnalysis> {
	givenOptions(
		"dd.analyzeData",
		options,
		'dd.analyzeData("data/pets", { split: "val" })',
	);
	const { split = "train", onProgress, signal } = options;
	if (!splitNames.includes(split))
		throw new UsageError(
			`there is no split "${split}"${suggestion(split, splitNames)}`,
		);
	const verification = await verifyData(directory, { onProgress, signal });
	const { root } = verification;
	const absolute = resolve(directory);
	const file = `${absolute}.analysis.json`;
	const splits = readStored(file, absolute, root);
	const stored = splits[split];
	const statistics = stored ?? (await statisticsOf(absolute, split, options));
	if (!stored) {
		splits[split] = statistics;
		const content: StoredAnalysis = {
			version: VERSION,
			root,
			splits,
			seal: userSeal(PURPOSE, ...sealed(absolute, root, splits)),
		};
		writeAtomically(file, `${JSON.stringify(content, undefined, "\t")}\n`);
	}
	return {
		directory,
		split,
		root,
		statistics,
		file,
		reused: stored !== undefined,
		verification,
	};
}

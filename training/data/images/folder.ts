import { UsageError } from "../../../base/errors.ts";
import { readdir, readFile } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import type { Examples } from "../../loop.ts";
import { decodePicture } from "./decode.ts";
import { resizeInto } from "./resize.ts";

export const splitNames = ["train", "val", "test"] as const;
export type SplitName = (typeof splitNames)[number];

/** The images of one split, each as a path relative to the data folder. */
export interface ImageList {
	readonly files: readonly string[];
	/** Class index per file. */
	readonly labels: readonly number[];
}

export interface ImageFolder {
	/** Absolute. */
	readonly root: string;
	/** Names of the folders in `train`, by bytes. */
	readonly classes: readonly string[];
	readonly splits: Readonly<Record<SplitName, ImageList>>;
}

/** Names in a folder by their UTF-8 bytes, the same on every file system; hidden ones are left out. */
async function namesIn(
	folder: string,
	kind: "folders" | "files",
): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	return entries
		.filter(
			(entry) =>
				!entry.name.startsWith(".") &&
				entry.isDirectory() === (kind === "folders"),
		)
		.map(({ name }) => name)
		.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

async function classesOf(root: string, split: SplitName): Promise<string[]> {
	try {
		return await namesIn(join(root, split), "folders");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		throw new UsageError(
			`The data folder ${root} has no folder "${split}". It needs train, val and test, each with one folder of images per class; deepdiva data split makes them.`,
		);
	}
}

/** At most `limit` of the files, taken from all classes in turn. */
function limited(byClass: readonly string[][], limit: number): ImageList {
	const counts = byClass.map(() => 0);
	let left = limit > 0 ? limit : Number.POSITIVE_INFINITY;
	for (let turn = 0; left > 0; turn++) {
		const open = byClass.flatMap((files, label) =>
			turn < files.length ? [label] : [],
		);
		if (open.length === 0) break;
		for (const label of open.slice(0, left)) counts[label] = turn + 1;
		left -= open.length;
	}
	const taken = byClass.map((files, label) => files.slice(0, counts[label]));
	return {
		files: taken.flat(),
		labels: taken.flatMap((files, label) => files.map(() => label)),
	};
}

/**
 * Names of the class folders in `train`, by bytes.
 *
 * @throws if `train` is missing or has fewer than two
 */
export async function listClasses(root: string): Promise<string[]> {
	const classes = await classesOf(root, "train");
	if (classes.length < 2)
		throw new UsageError(
			`The folder ${join(root, "train")} has ${classes.length} class folders. Put the images of each class into a folder of its own, at least two.`,
		);
	return classes;
}

/**
 * Lists the images of one split, in the order of bytes.
 *
 * @param limit the most images; 0 for all
 * @throws if the split is missing or empty, or has a class that `train` lacks
 */
export async function listSplit(
	root: string,
	split: SplitName,
	classes: readonly string[],
	limit: number,
): Promise<ImageList> {
	const present = await classesOf(root, split);
	const unknown = present.filter((name) => !classes.includes(name));
	if (unknown.length > 0)
		throw new UsageError(
			`The folder ${join(root, split)} has classes that train lacks: ${unknown.join(", ")}.`,
		);
	const byClass = await Promise.all(
		classes.map(async (name) =>
			present.includes(name)
				? (await namesIn(join(root, split, name), "files")).map(
						(file) => `${split}/${name}/${file}`,
					)
				: [],
		),
	);
	const images = limited(byClass, limit);
	if (images.files.length === 0)
		throw new UsageError(`The folder ${join(root, split)} holds no images.`);
	return images;
}

/**
 * Lists a data set laid out as `train|val|test/class/file`, in the order of
 * bytes.
 *
 * @param limit the most images per split; 0 for all
 * @throws if a split is missing or empty, or has a class that `train` lacks
 */
export async function listImages(
	root: string,
	limit: number,
): Promise<ImageFolder> {
	const classes = await listClasses(root);
	const list = (split: SplitName) => listSplit(root, split, classes, limit);
	// One after the other: of several faults the first is named, however busy the disk is.
	const splits = {
		train: await list("train"),
		val: await list("val"),
		test: await list("test"),
	};
	return { root, classes, splits };
}

/** Files read ahead of the one being decoded. */
const readAhead = 32;

/**
 * The images of a list as RGB from 0 to 1, resized to `width` × `height`.
 *
 * @throws naming the image that cannot be read
 */
export async function loadImages(
	{ root }: ImageFolder,
	{ files, labels }: ImageList,
	[height, width]: readonly [number, number],
	signal: AbortSignal,
	onImage: () => void,
): Promise<Examples> {
	const size = width * height * 3;
	const inputs = new Float32Array(files.length * size);
	for (let from = 0; from < files.length; from += readAhead) {
		signal.throwIfAborted();
		const some = files.slice(from, from + readAhead);
		const contents = await Promise.allSettled(
			some.map((file) => readFile(join(root, file))),
		);
		for (const [offset, content] of contents.entries()) {
			try {
				if (content.status === "rejected") throw content.reason;
				const picture = decodePicture(content.value);
				resizeInto(picture, width, height, inputs, (from + offset) * size);
			} catch (error) {
				throw new UsageError(
					`The image ${join(root, some[offset] as string)} cannot be read: ${(error as Error).message}. Replace or remove it.`,
					{ cause: error },
				);
			}
			onImage();
		}
	}
	return {
		inputs,
		shape: [height, width, 3],
		labels: Uint16Array.from(labels),
	};
}

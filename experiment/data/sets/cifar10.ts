import { readFile, stat } from "../../../host/files.ts";
import { basename, join } from "../../../host/paths.ts";
import { unpack } from "./archive.ts";
import { badFormat, readerOf, records } from "./byte-reader.ts";
import { checkLabels, type ImageSource, interleave } from "./image-source.ts";
import type { PublishedSet } from "./published.ts";

const ARCHIVE = "cifar-10-binary.tar.gz";
const FOLDER = "cifar-10-batches-bin";
const TRAINING = [1, 2, 3, 4, 5].map((k) => `${FOLDER}/data_batch_${k}.bin`);
const TEST = [`${FOLDER}/test_batch.bin`];

const CLASSES = [
	"airplane",
	"automobile",
	"bird",
	"cat",
	"deer",
	"dog",
	"frog",
	"horse",
	"ship",
	"truck",
];

const SIDE = 32;
const PIXELS = SIDE * SIDE * 3;
/** One byte of label, then the red, green and blue plane, each row by row. */
const RECORD = 1 + PIXELS;

async function openBatches(paths: readonly string[]): Promise<ImageSource> {
	const counts: number[] = [];
	for (const path of paths) {
		const { size } = await stat(path);
		if (size % RECORD !== 0)
			throw badFormat(
				basename(path),
				`its ${size} bytes are not whole images of ${RECORD} bytes`,
			);
		counts.push(size / RECORD);
	}
	const labels: number[] = [];
	for (const path of paths) {
		const bytes = await readFile(path);
		const batch = bytes.filter((_, index) => index % RECORD === 0);
		checkLabels(batch, CLASSES, basename(path));
		labels.push(...batch);
	}
	return {
		height: SIDE,
		width: SIDE,
		channels: 3,
		labels: Uint8Array.from(labels),
		classes: CLASSES,
		async *images() {
			const image = new Uint8Array(PIXELS);
			for (const [index, path] of paths.entries()) {
				const reader = readerOf(path);
				try {
					const count = counts[index] as number;
					for await (const record of records(reader, RECORD, count)) {
						interleave(record.subarray(1), SIDE, SIDE, "rows", image);
						yield image;
					}
				} finally {
					await reader.close();
				}
			}
		},
	};
}

/**
 * CIFAR-10 in its binary version: 40,000 + 10,000 + 10,000 photographs of ten
 * things, 32×32 RGB. Format: https://www.cs.toronto.edu/~kriz/cifar.html.
 */
export const CIFAR10: PublishedSet = {
	name: "cifar10",
	mirrors: [
		"https://www.cs.toronto.edu/~kriz",
		"https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10",
	],
	files: [
		{
			name: ARCHIVE,
			bytes: 170052171,
			sha256:
				"c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
		},
	],
	async open(path, scratch, options) {
		await unpack(path(ARCHIVE), [...TRAINING, ...TEST], scratch, options);
		const inScratch = (member: string) => join(scratch, basename(member));
		return {
			training: await openBatches(TRAINING.map(inScratch)),
			test: await openBatches(TEST.map(inScratch)),
		};
	},
};

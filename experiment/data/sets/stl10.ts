import { readFile } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import { unpack } from "./archive.ts";
import { readerOf, records } from "./byte-reader.ts";
import { checkLabels, type ImageSource, interleave } from "./image-source.ts";
import type { PublishedSet } from "./published.ts";

const ARCHIVE = "stl10_binary.tar.gz";
const MEMBERS = ["train_X", "train_y", "test_X", "test_y"].map(
	(name) => `stl10_binary/${name}.bin`,
);

const CLASSES = [
	"airplane",
	"bird",
	"car",
	"cat",
	"deer",
	"dog",
	"horse",
	"monkey",
	"ship",
	"truck",
];

const SIDE = 96;
const PIXELS = SIDE * SIDE * 3;

async function openPart(folder: string, part: string): Promise<ImageSource> {
	const file = `${part}_y.bin`;
	// Published labels count from 1.
	const labels = (await readFile(join(folder, file))).map((label) => label - 1);
	checkLabels(labels, CLASSES, file);
	return {
		height: SIDE,
		width: SIDE,
		channels: 3,
		labels,
		classes: CLASSES,
		async *images() {
			const image = new Uint8Array(PIXELS);
			const reader = readerOf(join(folder, `${part}_X.bin`));
			try {
				for await (const record of records(reader, PIXELS, labels.length)) {
					interleave(record, SIDE, SIDE, "columns", image);
					yield image;
				}
			} finally {
				await reader.close();
			}
		},
	};
}

/**
 * STL-10: 4,000 + 1,000 + 8,000 photographs of ten things, 96×96 RGB, each
 * colour plane stored column by column. Its 100,000 images without labels have
 * no place in folders of classes and are left in the archive.
 * Format: https://cs.stanford.edu/~acoates/stl10/.
 */
export const STL10: PublishedSet = {
	name: "stl10",
	mirrors: [
		"http://ai.stanford.edu/~acoates/stl10",
		"https://cs.stanford.edu/~acoates/stl10",
	],
	files: [
		{
			name: ARCHIVE,
			bytes: 2640397119,
			sha256:
				"f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866",
		},
	],
	async open(path, scratch, options) {
		await unpack(path(ARCHIVE), MEMBERS, scratch, options);
		return {
			training: await openPart(scratch, "train"),
			test: await openPart(scratch, "test"),
		};
	},
};

import { basename } from "../../../host/paths.ts";
import { badFormat, records } from "./byte-reader.ts";
import {
	checkLabels,
	DIGITS,
	type ImageSource,
	interleave,
} from "./image-source.ts";
import { openMatValues, readMat, readMatValues } from "./mat.ts";
import type { PublishedSet } from "./published.ts";

const SIDE = 32;
const PIXELS = SIDE * SIDE * 3;

/** Arrays `X`, `[height, width, channel, image]` with the first changing fastest, and `y`, 1 to 10. */
async function openPart(path: string): Promise<ImageSource> {
	const name = basename(path);
	const variables = await readMat(path);
	const pixels = variables.find((variable) => variable.name === "X");
	const classes = variables.find((variable) => variable.name === "y");
	if (!pixels || !classes)
		throw badFormat(name, "it lacks an array X of images or y of labels");
	const [height, width, channels, count = 1] = pixels.dimensions;
	if (
		pixels.type !== "uint8" ||
		height !== SIDE ||
		width !== SIDE ||
		channels !== 3
	)
		throw badFormat(
			name,
			`its images are ${pixels.dimensions.slice(0, 3).join(" × ")} of ${pixels.type}, not 32 × 32 × 3 of uint8`,
		);
	const labels = Uint8Array.from(await readMatValues(classes), (label) =>
		// The digit 0 has the label 10.
		label === 10 ? 0 : label === 0 ? 10 : label,
	);
	checkLabels(labels, DIGITS, name);
	if (labels.length !== count)
		throw badFormat(
			name,
			`it holds ${count} images, but ${labels.length} labels`,
		);
	return {
		height: SIDE,
		width: SIDE,
		channels: 3,
		labels,
		classes: DIGITS,
		async *images() {
			const image = new Uint8Array(PIXELS);
			const reader = await openMatValues(pixels);
			try {
				for await (const planes of records(reader, PIXELS, count)) {
					interleave(planes, SIDE, SIDE, "columns", image);
					yield image;
				}
			} finally {
				await reader.close();
			}
		},
	};
}

/**
 * Street View House Numbers, cropped digits: 58,606 + 14,651 + 26,032 of 32×32
 * RGB. The 531,131 easier "extra" digits are left out, as in DeepDIVA.
 * Format: http://ufldl.stanford.edu/housenumbers/, "Format 2".
 */
export const SVHN: PublishedSet = {
	name: "svhn",
	mirrors: ["http://ufldl.stanford.edu/housenumbers"],
	files: [
		{
			name: "train_32x32.mat",
			bytes: 182040794,
			sha256:
				"435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
		},
		{
			name: "test_32x32.mat",
			bytes: 64275384,
			sha256:
				"cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
		},
	],
	async open(path) {
		return {
			training: await openPart(path("train_32x32.mat")),
			test: await openPart(path("test_32x32.mat")),
		};
	},
};

import type { PinnedFile } from "./download.ts";
import { openIdxImages } from "./idx.ts";
import { DIGITS } from "./image-source.ts";
import type { PublishedSet } from "./published.ts";

type Pin = readonly [bytes: number, sha256: string];

/** A published set in MNIST's format: images and labels, training and test. */
function idxSet(
	name: string,
	mirrors: readonly string[],
	classes: readonly string[],
	pins: Readonly<
		Record<"trainImages" | "trainLabels" | "testImages" | "testLabels", Pin>
	>,
): PublishedSet {
	const pin = (file: string, [bytes, sha256]: Pin): PinnedFile => ({
		name: `${file}-ubyte.gz`,
		bytes,
		sha256,
	});
	return {
		name,
		mirrors,
		files: [
			pin("train-images-idx3", pins.trainImages),
			pin("train-labels-idx1", pins.trainLabels),
			pin("t10k-images-idx3", pins.testImages),
			pin("t10k-labels-idx1", pins.testLabels),
		],
		async open(path) {
			const read = (part: string) =>
				openIdxImages(
					path(`${part}-images-idx3-ubyte.gz`),
					path(`${part}-labels-idx1-ubyte.gz`),
					classes,
				);
			return { training: await read("train"), test: await read("t10k") };
		},
	};
}

/** 48,000 + 12,000 + 10,000 handwritten digits, 28×28 gray. */
export const MNIST = idxSet(
	"mnist",
	[
		"https://storage.googleapis.com/cvdf-datasets/mnist",
		"https://ossci-datasets.s3.amazonaws.com/mnist",
	],
	DIGITS,
	{
		trainImages: [
			9912422,
			"440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
		],
		trainLabels: [
			28881,
			"3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
		],
		testImages: [
			1648877,
			"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
		],
		testLabels: [
			4542,
			"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
		],
	},
);

/** 48,000 + 12,000 + 10,000 pieces of clothing, 28×28 gray. */
export const FASHION_MNIST = idxSet(
	"fashion-mnist",
	[
		"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
		"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
	],
	[
		"0-t-shirt-top",
		"1-trouser",
		"2-pullover",
		"3-dress",
		"4-coat",
		"5-sandal",
		"6-shirt",
		"7-sneaker",
		"8-bag",
		"9-ankle-boot",
	],
	{
		trainImages: [
			26421880,
			"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
		],
		trainLabels: [
			29515,
			"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
		],
		testImages: [
			4422102,
			"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
		],
		testLabels: [
			5148,
			"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
		],
	},
);

/** 48,000 + 12,000 + 10,000 cursive Japanese letters, 28×28 gray. */
export const KMNIST = idxSet(
	"kmnist",
	["http://codh.rois.ac.jp/kmnist/dataset/kmnist"],
	DIGITS,
	{
		trainImages: [
			18165135,
			"51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
		],
		trainLabels: [
			29497,
			"e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
		],
		testImages: [
			3041136,
			"edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
		],
		testLabels: [
			5120,
			"20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
		],
	},
);

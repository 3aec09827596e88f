import {
	cast,
	concat,
	div,
	engine,
	floor,
	greater,
	image,
	lessEqual,
	mul,
	type NamedTensorMap,
	reshape,
	scalar,
	sum,
	type Tensor,
	type Tensor1D,
	type Tensor2D,
	type Tensor3D,
	type TensorLike,
	tensor,
	tensor1d,
	tidy,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import {
	paddedIndices,
	type SuppressionAttributes,
	suppress,
} from "../wasm-kernels/suppression.ts";
import { tensorOf } from "./tensor-of.ts";

/** @throws UsageError unless the last axis has so many channels */
function checkChannels(
	name: string,
	{ shape }: Tensor,
	channels: number,
): void {
	if (shape.length < 2)
		throw new UsageError(
			`image.${name} takes images of at least rank 2, and this tensor has the shape [${shape}]`,
		);
	if (shape.at(-1) !== channels)
		throw new UsageError(
			`image.${name} takes images whose last axis has the size ${channels}, and this tensor has the shape [${shape}]`,
		);
}

/** How bright red, green and blue are: CCIR 601, in ten-thousandths. */
const LUMA = [2989, 5870, 1140];

/** Of images of any rank; that of tfjs ends at 6, and needs a kernel that the wasm backend does not have. */
function rgbToGrayscale<T extends Tensor>(given: T | TensorLike): T {
	return tidy(() => {
		const x = tensorOf(given);
		checkChannels("rgbToGrayscale", x, 3);
		if (x.dtype !== "float32" && x.dtype !== "int32")
			throw new UsageError(
				`image.rgbToGrayscale takes numbers, and this tensor is ${x.dtype}; give x.toFloat()`,
			);
		const shape = [...x.shape.slice(0, -1), 1];
		const pixels = reshape(x, [x.size / 3, 3]);
		const brightness = (colors: Tensor, shares: Tensor) =>
			sum(mul(colors, shares), 1);
		if (x.dtype === "float32")
			return reshape(brightness(pixels, div(tensor1d(LUMA), 10000)), shape);
		// Whole numbers are rounded down, as tfjs does, but not for what 32 bits leave out.
		const scaled = brightness(cast(pixels, "float32"), tensor1d(LUMA));
		return reshape(cast(floor(div(scaled, 10000)), x.dtype), shape);
	}) as T;
}

/** Of images of any rank; the gradient of tfjs's ends at 4. */
function grayscaleToRGB<T extends Tensor>(given: T | TensorLike): T {
	return tidy(() => {
		const x = tensorOf(given);
		checkChannels("grayscaleToRGB", x, 1);
		return concat([x, x, x], x.rank - 1);
	}) as T;
}

/**
 * The level that parts an image best into dark and bright: Otsu's, after which the variance
 * between the two is largest. -1 where there is one level alone.
 *
 * @throws UsageError of levels that are not from 0 to 255
 */
function otsu(levels: ArrayLike<number>): number {
	const histogram = new Array<number>(256).fill(0);
	let whole = 0;
	for (let at = 0; at < levels.length; at++) {
		const level = Math.round(levels[at] as number);
		if (!(level >= 0 && level <= 255))
			throw new UsageError(
				`image.threshold: Otsu's method counts levels from 0 to 255, and a pixel has ${levels[at]}; scale the image to them first`,
			);
		histogram[level] = (histogram[level] as number) + 1;
		whole += level;
	}
	let [best, largest, count, sum] = [-1, 0, 0, 0];
	for (let level = 0; level < 255; level++) {
		count += histogram[level] as number;
		sum += level * (histogram[level] as number);
		const rest = levels.length - count;
		if (count === 0 || rest === 0) continue;
		const apart = sum / count - (whole - sum) / rest;
		const variance = count * rest * apart * apart;
		if (variance > largest) [best, largest] = [level, variance];
	}
	return best;
}

/** Black where an image is at most so bright, and white elsewhere; that of tfjs counts levels by some 5,000 kernels. */
function threshold(
	given: Tensor3D | TensorLike,
	method = "binary",
	inverted = false,
	threshValue = 0.5,
): Tensor3D {
	if (method !== "binary" && method !== "otsu")
		throw new UsageError(
			`image.threshold: the method is "binary" or "otsu", not ${JSON.stringify(method)}`,
		);
	return tidy(() => {
		const x = tensorOf(given);
		const channels = x.shape[2];
		if (x.rank !== 3 || (channels !== 1 && channels !== 3))
			throw new UsageError(
				`image.threshold takes one image of rank 3, [height, width, channels] with 1 or 3 channels, and this tensor has the shape [${x.shape}]`,
			);
		if (x.dtype !== "float32" && x.dtype !== "int32")
			throw new UsageError(
				`image.threshold takes numbers, and this tensor is ${x.dtype}; give x.toFloat()`,
			);
		const colors = cast(x, "float32");
		const gray = channels === 3 ? rgbToGrayscale(colors) : colors;
		const limit = method === "otsu" ? otsu(gray.dataSync()) : threshValue * 255;
		const isWhite = (inverted ? lessEqual : greater)(gray, limit);
		return mul(cast(isWhite, "int32"), scalar(255, "int32"));
	}) as Tensor3D;
}

interface Boxes {
	readonly boxes: Tensor2D;
	readonly scores: Tensor1D;
	readonly attrs: SuppressionAttributes;
}

type Given = [
	boxes: Tensor2D | TensorLike,
	scores: Tensor1D | TensorLike,
	maxOutputSize: number,
	iouThreshold?: number,
	scoreThreshold?: number,
];

/** @throws UsageError where boxes, scores or thresholds are none */
function boxesOf(
	name: string,
	[givenBoxes, givenScores, maxOutputSize, iouThreshold, scoreThreshold]: Given,
	softNmsSigma?: number,
): Boxes {
	const boxes = tensorOf(givenBoxes);
	const scores = tensorOf(givenScores);
	const refuse = (problem: string): never => {
		throw new UsageError(`image.${name}: ${problem}`);
	};
	if (boxes.rank !== 2 || boxes.shape[1] !== 4)
		refuse(
			`boxes have the shape [count, 4], two corners of each as [y1, x1, y2, x2], not [${boxes.shape}]`,
		);
	if (scores.rank !== 1 || scores.shape[0] !== boxes.shape[0])
		refuse(
			`scores are one for each box, of the shape [${boxes.shape[0]}], not [${scores.shape}]`,
		);
	for (const { dtype } of [boxes, scores])
		if (dtype !== "float32" && dtype !== "int32")
			refuse(`boxes and scores are numbers, and this tensor is ${dtype}`);
	if (!(Number.isInteger(maxOutputSize) && maxOutputSize >= 0))
		refuse(
			`maxOutputSize is a whole number of at least 0, not ${maxOutputSize}`,
		);
	const overlap = iouThreshold ?? 0.5;
	if (!(overlap >= 0 && overlap <= 1))
		refuse(`iouThreshold is between 0 and 1, not ${overlap}`);
	const least = scoreThreshold ?? Number.NEGATIVE_INFINITY;
	if (Number.isNaN(least)) refuse("scoreThreshold is a number, not NaN");
	const sigma = softNmsSigma ?? 0;
	if (!(sigma >= 0 && sigma <= 1))
		refuse(`softNmsSigma is between 0 and 1, not ${sigma}`);
	return {
		boxes: boxes as Tensor2D,
		scores: scores as Tensor1D,
		attrs: {
			maxOutputSize,
			iouThreshold: overlap,
			scoreThreshold: least,
			softNmsSigma: sigma,
		},
	};
}

const run = (kernel: string, { boxes, scores, attrs }: Boxes) =>
	engine().runKernel(
		kernel,
		{ boxes: cast(boxes, "float32"), scores: cast(scores, "float32") },
		{ ...attrs },
	);

function nonMaxSuppression(...given: Given): Tensor1D {
	return tidy(
		() =>
			run(
				"NonMaxSuppressionV3",
				boxesOf("nonMaxSuppression", given),
			) as Tensor1D,
	);
}

function nonMaxSuppressionWithScore(
	...[boxes, scores, most, overlap, least, sigma]: [...Given, number?]
): NamedTensorMap {
	return tidy(() => {
		const given = boxesOf(
			"nonMaxSuppressionWithScore",
			[boxes, scores, most, overlap, least],
			sigma,
		);
		const [selectedIndices, selectedScores] = run(
			"NonMaxSuppressionV5",
			given,
		) as [Tensor, Tensor];
		return { selectedIndices, selectedScores };
	});
}

/** Padded to as many as were asked for: those of tfjs end at the number of boxes. */
function nonMaxSuppressionPadded(
	...[boxes, scores, most, overlap, least, pad]: [...Given, boolean?]
): NamedTensorMap {
	return tidy(() => {
		const given = boxesOf("nonMaxSuppressionPadded", [
			boxes,
			scores,
			most,
			overlap,
			least,
		]);
		const attrs = { ...given.attrs, padToMaxOutputSize: pad === true };
		const [selectedIndices, validOutputs] = run("NonMaxSuppressionV4", {
			...given,
			attrs,
		}) as [Tensor, Tensor];
		return { selectedIndices, validOutputs };
	});
}

/** The values of both, which may have to be waited for. What was made of lists is gone afterwards. */
async function suppressedLater(
	given: readonly unknown[],
	{ boxes, scores, attrs }: Boxes,
) {
	const values = await Promise.all([boxes.data(), scores.data()]);
	for (const one of [boxes, scores]) if (!given.includes(one)) one.dispose();
	return suppress(...values, attrs);
}

async function nonMaxSuppressionAsync(...given: Given): Promise<Tensor1D> {
	const found = await suppressedLater(
		given,
		boxesOf("nonMaxSuppressionAsync", given),
	);
	return tensor1d(found.indices, "int32");
}

async function nonMaxSuppressionWithScoreAsync(
	...given: [...Given, number?]
): Promise<NamedTensorMap> {
	const [boxes, scores, most, overlap, least, sigma] = given;
	const found = await suppressedLater(
		given,
		boxesOf(
			"nonMaxSuppressionWithScoreAsync",
			[boxes, scores, most, overlap, least],
			sigma,
		),
	);
	return {
		selectedIndices: tensor1d(found.indices, "int32"),
		selectedScores: tensor1d(found.scores),
	};
}

async function nonMaxSuppressionPaddedAsync(
	...given: [...Given, boolean?]
): Promise<NamedTensorMap> {
	const [boxes, scores, most, overlap, least, pad] = given;
	const checked = boxesOf("nonMaxSuppressionPaddedAsync", [
		boxes,
		scores,
		most,
		overlap,
		least,
	]);
	const { indices } = await suppressedLater(given, checked);
	const padded = paddedIndices(indices, {
		...checked.attrs,
		padToMaxOutputSize: pad === true,
	});
	return {
		selectedIndices: tensor1d(padded, "int32"),
		validOutputs: tensor(indices.length, [], "int32"),
	};
}

type Resize = typeof image.resizeBilinear;

/** Of a size that was left out, tfjs says that it has no length. */
const sized =
	(name: string, resize: Resize): Resize =>
	(images, size, ...rest) => {
		if (!Array.isArray(size))
			throw new UsageError(
				`image.${name}: the size of an image is [height, width], two whole numbers above 0, not ${size}`,
			);
		return resize(images, size, ...rest);
	};

/** Puts operations in the place of those of `tf.image` that are wrong above their kernels. */
export function installImageOps(): void {
	const { resizeBilinear, resizeNearestNeighbor } = image;
	const replaced = {
		resizeBilinear: sized("resizeBilinear", resizeBilinear),
		resizeNearestNeighbor: sized(
			"resizeNearestNeighbor",
			resizeNearestNeighbor,
		),
		rgbToGrayscale,
		grayscaleToRGB,
		threshold,
		nonMaxSuppression,
		nonMaxSuppressionAsync,
		nonMaxSuppressionWithScore,
		nonMaxSuppressionWithScoreAsync,
		nonMaxSuppressionPadded,
		nonMaxSuppressionPaddedAsync,
	};
	Object.assign(image, replaced);
}

/** Layers that prepare images and categories, and the one that enlarges images. */
import {
	cast,
	image,
	max,
	mul,
	oneHot,
	reshape,
	slice,
	sum,
	type Tensor,
	type Tensor3D,
	type Tensor4D,
	tidy,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { asGiven, channelsLast } from "./channels.ts";
import {
	type AnyLayer,
	type CallArguments,
	mend,
	mendMaking,
	only,
	onlyShape,
	prototypeOf,
	type Shape,
} from "./classes.ts";

type Size = [height: number, width: number];
type Interpolation = "bilinear" | "nearest";

/** Pixels are squares: what is between their centres lies between them, as in Keras and PyTorch. */
function resized(x: Tensor, size: Size, interpolation: Interpolation): Tensor {
	const floats = (x.dtype === "float32" ? x : cast(x, "float32")) as Tensor4D;
	return interpolation === "nearest"
		? image.resizeNearestNeighbor(floats, size, false, true)
		: image.resizeBilinear(floats, size, false, true);
}

/** Height and width are the second and third axis from the end: of images, with or without a batch. */
const sizeOf = (x: Tensor): Size => x.shape.slice(-3, -1) as Size;

function withSize(
	shape: Shape,
	[height, width]: readonly (number | null)[],
): Shape {
	const result = [...shape];
	result.splice(-3, 2, height ?? null, width ?? null);
	return result;
}

/** A part of an image. */
function cropped(x: Tensor, [top, left]: Size, [height, width]: Size): Tensor {
	const isAlone = x.rank === 3;
	const [begin, size] = [
		[top, left, 0],
		[height, width, x.shape.at(-1) as number],
	];
	return isAlone
		? slice(x as Tensor3D, begin, size)
		: slice(x, [0, ...begin], [x.shape[0] as number, ...size]);
}

/** The largest part in the middle that has the proportions of the target. */
function inProportion(x: Tensor, [height, width]: Size): Tensor {
	const [h, w] = sizeOf(x);
	const part: Size = [
		Math.max(1, Math.min(h, Math.floor((w * height) / width))),
		Math.max(1, Math.min(w, Math.floor((h * width) / height))),
	];
	return cropped(
		x,
		[Math.floor((h - part[0]) / 2), Math.floor((w - part[1]) / 2)],
		part,
	);
}

interface Sized extends AnyLayer {
	readonly height: number;
	readonly width: number;
}

const centerCrop = prototypeOf<Sized>("CenterCrop");
/** tfjs samples beside the pixels, one column off where widths differ by one, and without a gradient; and it changes the shape of the layer before. */
mend(
	centerCrop,
	"call",
	() =>
		function (this: Sized, inputs) {
			return tidy(() => {
				const x = only(inputs);
				const [h, w] = sizeOf(x);
				const target: Size = [this.height, this.width];
				if (h >= this.height && w >= this.width)
					return cropped(
						x,
						[
							Math.floor((h - this.height) / 2),
							Math.floor((w - this.width) / 2),
						],
						target,
					);
				return cast(
					resized(inProportion(x, target), target, "bilinear"),
					x.dtype,
				);
			});
		},
);
interface Resizing extends Sized {
	readonly interpolation: Interpolation;
	readonly cropToAspectRatio: boolean;
}

const resizing = prototypeOf<Resizing>("Resizing");
/** tfjs aligns the corners, crops nothing, and says that what it gives has no batch. */
mend(
	resizing,
	"call",
	() =>
		function (this: Resizing, inputs) {
			return tidy(() => {
				const x = only(inputs);
				const target: Size = [this.height, this.width];
				return resized(
					this.cropToAspectRatio ? inProportion(x, target) : x,
					target,
					this.interpolation,
				);
			});
		},
);
for (const owner of [centerCrop, resizing] as Sized[])
	mend(
		owner,
		"computeOutputShape",
		() =>
			function (this: Sized, shape) {
				return withSize(onlyShape(shape), [this.height, this.width]);
			},
	);

interface UpSampling extends AnyLayer {
	readonly size: Size;
	readonly interpolation: Interpolation;
	readonly dataFormat: string;
}

// tfjs takes one number for no list, and computes NaN.
mendMaking("upSampling2d", "UpSampling2D", (config, make) =>
	make(
		typeof config?.size === "number"
			? { ...config, size: [config.size, config.size] }
			: config,
	),
);
/** tfjs takes the corner of a pixel for its centre: the image moves by half a pixel. */
mend(
	prototypeOf<UpSampling>("UpSampling2D"),
	"call",
	() =>
		function (this: UpSampling, inputs) {
			return tidy(() => {
				const x = channelsLast(this, only(inputs));
				const [h, w] = sizeOf(x);
				const size: Size = [h * this.size[0], w * this.size[1]];
				return asGiven(this, resized(x, size, this.interpolation));
			});
		},
);

interface RandomWidth extends AnyLayer {
	readonly widthLower: number;
}

const randomWidth = prototypeOf<RandomWidth>("RandomWidth");
/**
 * As in Keras, images keep their width in predictions, and tfjs cannot take the list
 * that a model hands on. Of a prediction a model says nothing but that list.
 */
mend(
	randomWidth,
	"call",
	(call) =>
		function (this: RandomWidth, inputs, args: CallArguments) {
			const training = args?.training ?? !Array.isArray(inputs);
			const x = only(inputs);
			return training ? call.call(this, x, args ?? {}) : x;
		},
);
/** tfjs forgets the batch. */
mend(randomWidth, "computeOutputShape", () => (shape) => {
	const given = onlyShape(shape);
	return withSize(given, [given.at(-3) ?? null, null]);
});

interface CategoryEncoding extends AnyLayer {
	readonly numTokens: number;
	readonly outputMode: "multiHot" | "oneHot" | "count" | "int" | "tfIdf";
}

const categoryEncoding = prototypeOf<CategoryEncoding>("CategoryEncoding");

/** tfjs encodes at most rows, changes the shape of the layer before, and takes a batch of one number for a list of them. */
mend(
	categoryEncoding,
	"call",
	() =>
		function (this: CategoryEncoding, inputs, args) {
			return tidy(() => {
				const x = cast(only(inputs), "int32");
				const { outputMode, numTokens } = this;
				const weights = args?.countWeights as Tensor | undefined;
				if (outputMode === "tfIdf")
					throw new UsageError(
						`the layer ${this.name} has no weights for outputMode "tfIdf": take "count", and multiply what it gives by the weights of the tokens`,
					);
				if (weights !== undefined && outputMode !== "count")
					throw new UsageError(
						`the layer ${this.name} takes countWeights with outputMode "count" alone, and it has "${outputMode}"`,
					);
				checkTokens(this, x);
				if (outputMode === "int") return x;
				const rows =
					outputMode === "oneHot" && x.rank > 1 && x.shape.at(-1) === 1
						? reshape(x, x.shape.slice(0, -1))
						: x;
				const ones = cast(oneHot(rows as never, numTokens), "float32");
				if (outputMode === "oneHot") return ones;
				if (outputMode === "multiHot") return max(ones, -2);
				return sum(
					weights ? mul(ones, reshape(weights, [...weights.shape, 1])) : ones,
					-2,
				);
			});
		},
);

function checkTokens({ name, numTokens }: CategoryEncoding, x: Tensor): void {
	const wrong = x.dataSync().find((token) => token < 0 || token >= numTokens);
	if (wrong !== undefined)
		throw new UsageError(
			`the layer ${name} was given the token ${wrong}, and with numTokens ${numTokens} it knows those from 0 to ${numTokens - 1}: give it a larger numTokens, or number the tokens from 0`,
		);
}

mend(
	categoryEncoding,
	"computeOutputShape",
	() =>
		function (this: CategoryEncoding, shape) {
			const given = onlyShape(shape);
			const { outputMode, numTokens } = this;
			if (outputMode === "int") return given;
			const isListed = outputMode === "oneHot" && given.at(-1) !== 1;
			return isListed
				? [...given, numTokens]
				: [...given.slice(0, -1), numTokens];
		},
);

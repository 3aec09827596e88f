import {
	add,
	cast,
	concat,
	expandDims,
	type GradConfig,
	gather,
	mul,
	reshape,
	slice,
	sub,
	sum,
	type Tensor,
	tensor,
	zeros,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { cropPlace } from "../wasm-kernels/resampling.ts";
import { type Attributes, run } from "./run.ts";

/** Resizing is linear: the gradient of its gradient is resizing again. */
const resizing = (
	kernel: "ResizeBilinear" | "ResizeNearestNeighbor",
): GradConfig[] => [
	{
		kernelName: kernel,
		inputsToSave: ["images"],
		gradFunc: (dy, saved, attrs) => {
			const [images] = saved as [Tensor];
			return {
				images: () => run(`${kernel}Grad`, { dy: dy as Tensor, images }, attrs),
			};
		},
	},
	{
		kernelName: `${kernel}Grad`,
		inputsToSave: ["images"],
		gradFunc: (ddx, saved, attrs) => {
			const [images] = saved as [Tensor];
			return {
				dy: () => run(kernel, { images: ddx as Tensor }, attrs),
				images: () => zerosLike(images),
			};
		},
	},
];

interface Crops {
	readonly cropSize: readonly [number, number];
	readonly method: string;
}

/** Along rows or columns: which cells a crop is made of, and how its places follow from the corners. */
function cropAxis(
	axis: 0 | 1,
	boxes: Tensor,
	size: number,
	{ cropSize }: Crops,
) {
	const count = cropSize[axis];
	const corners = boxes.dataSync();
	const crops = boxes.shape[0] as number;
	const cells = Array.from({ length: crops * count }, (_, at) => {
		const [box, cell] = [Math.floor(at / count), at % count];
		const [from, to] = [corners[4 * box + axis], corners[4 * box + axis + 2]];
		const place = cropPlace(cell, count, from as number, to as number, size);
		const isInside = place >= 0 && place <= size - 1;
		const first = isInside ? Math.floor(place) : 0;
		return { isInside, first, last: isInside ? Math.ceil(place) : 0 };
	});
	/** How far places move with the first corner and with the second. */
	const slopes = ([0, 1] as const).map((corner) =>
		tensor(
			Array.from({ length: count }, (_, cell) => {
				const far = count > 1 ? cell / (count - 1) : 0.5;
				return (corner === 0 ? 1 - far : far) * (size - 1);
			}),
			[1, count],
		),
	) as [Tensor, Tensor];
	const column = (k: number) => slice(boxes, [0, k], [crops, 1]);
	const places = add(
		mul(column(axis), slopes[0]),
		mul(column(axis + 2), slopes[1]),
	);
	const firsts = tensor(
		cells.map(({ first }) => first),
		[crops, count],
	);
	return { count, cells, slopes, shares: sub(places, firsts) };
}

/**
 * The gradient of bilinear crops with respect to the corners of their boxes, which
 * tfjs does not have: how much brighter a pixel gets as its place moves down or right,
 * by operations that have gradients themselves. On a pixel, where the slope jumps, it is
 * none, as in TensorFlow.
 */
function boxesGradient(
	dy: Tensor,
	image: Tensor,
	boxes: Tensor,
	boxInd: Tensor,
	attrs: Attributes,
): Tensor {
	const crops = attrs as unknown as Crops;
	const [batch, height, width, channels] = image.shape as [
		number,
		number,
		number,
		number,
	];
	if (crops.method === "nearest" || boxes.size === 0) return zerosLike(boxes);
	const rows = cropAxis(0, boxes, height, crops);
	const columns = cropAxis(1, boxes, width, crops);
	const shape = [boxes.shape[0] as number, rows.count, columns.count];
	const images = boxInd.dataSync();
	const pixels = reshape(cast(image, "float32"), [
		batch * height * width,
		channels,
	]);
	/** A number for each place of each crop, of the cells of its row and column. */
	const ofPlaces = (
		number: (
			y: (typeof rows.cells)[number],
			x: (typeof rows.cells)[number],
			box: number,
		) => number,
	) =>
		rows.cells.flatMap((y, r) => {
			const box = Math.floor(r / rows.count);
			return columns.cells
				.slice(box * columns.count, (box + 1) * columns.count)
				.map((x) => number(y, x, box));
		});
	/** Those at one of the two rows and columns around each place. */
	const at = (row: "first" | "last", column: "first" | "last") => {
		const indices = ofPlaces(
			(y, x, box) =>
				((images[box] as number) * height + y[row]) * width + x[column],
		);
		return reshape(gather(pixels, tensor(indices, [indices.length], "int32")), [
			...shape,
			channels,
		]);
	};
	const inside = tensor(
		ofPlaces((y, x) => Number(x.isInside && y.isInside)),
		[...shape, 1],
	);
	const [topLeft, topRight] = [at("first", "first"), at("first", "last")];
	const [bottomLeft, bottomRight] = [at("last", "first"), at("last", "last")];
	const mixed = (a: Tensor, b: Tensor, share: Tensor) =>
		add(a, mul(share, sub(b, a)));
	const down = reshape(rows.shares, [shape[0] as number, rows.count, 1, 1]);
	const across = reshape(columns.shares, [
		shape[0] as number,
		1,
		columns.count,
		1,
	]);
	const weighted = mul(dy, inside);
	const along = (slope: Tensor, axes: number[]) =>
		sum(mul(weighted, slope), axes);
	const byRow = along(
		mixed(sub(bottomLeft, topLeft), sub(bottomRight, topRight), across),
		[2, 3],
	);
	const byColumn = along(
		mixed(sub(topRight, topLeft), sub(bottomRight, bottomLeft), down),
		[1, 3],
	);
	return concat(
		([0, 1] as const).flatMap((corner) => [
			expandDims(sum(mul(byRow, rows.slopes[corner]), 1), 1),
			expandDims(sum(mul(byColumn, columns.slopes[corner]), 1), 1),
		]),
		1,
	);
}

const cropAndResize: GradConfig = {
	kernelName: "CropAndResize",
	inputsToSave: ["image", "boxes", "boxInd"],
	gradFunc: (given, saved, attrs) => {
		const dy = given as Tensor;
		const [image, boxes, boxInd] = saved as [Tensor, Tensor, Tensor];
		return {
			image: () =>
				run(
					"CropAndResizeGradImage",
					{ dy, boxes, boxInd },
					{
						...attrs,
						imageShape: image.shape,
					},
				),
			boxes: () => boxesGradient(dy, image, boxes, boxInd, attrs),
			boxInd: () => zeros(boxInd.shape),
		};
	},
};

const cropAndResizeGradImage: GradConfig = {
	kernelName: "CropAndResizeGradImage",
	inputsToSave: ["dy", "boxes", "boxInd"],
	gradFunc: (ddx, saved, attrs) => {
		const image = ddx as Tensor;
		const [dy, boxes, boxInd] = saved as [Tensor, Tensor, Tensor];
		return {
			dy: () =>
				run(
					"CropAndResize",
					{ image, boxes, boxInd },
					{
						...attrs,
						extrapolationValue: 0,
					},
				),
			boxes: () => boxesGradient(dy, image, boxes, boxInd, attrs),
			boxInd: () => zeros(boxInd.shape),
		};
	},
};

const noGradientOfTransforms = (): never => {
	throw new UsageError(
		"image.transform has no gradient with respect to its matrices: take them as constants, or move the corners of boxes, which image.cropAndResize has gradients of",
	);
};

/** Exactly the transpose of what was computed; TensorFlow takes the inverse matrix, which is only about that. */
const transform: readonly GradConfig[] = [
	{
		kernelName: "Transform",
		inputsToSave: ["image", "transforms"],
		gradFunc: (dy, saved, attrs) => {
			const [image, transforms] = saved as [Tensor, Tensor];
			return {
				image: () =>
					run(
						"TransformGrad",
						{ dy: dy as Tensor, transforms },
						{
							...attrs,
							imageShape: image.shape,
						},
					),
				transforms: noGradientOfTransforms,
			};
		},
	},
	{
		kernelName: "TransformGrad",
		inputsToSave: ["transforms"],
		gradFunc: (ddx, saved, attrs) => {
			const [transforms] = saved as [Tensor];
			return {
				dy: () =>
					run(
						"Transform",
						{ image: ddx as Tensor, transforms },
						{
							...attrs,
							fillValue: 0,
						},
					),
				transforms: noGradientOfTransforms,
			};
		},
	},
];

const rotateWithOffset: readonly GradConfig[] = [
	{
		kernelName: "RotateWithOffset",
		gradFunc: (dy, _, attrs) => ({
			image: () => run("RotateWithOffsetGrad", { dy: dy as Tensor }, attrs),
		}),
	},
	{
		kernelName: "RotateWithOffsetGrad",
		gradFunc: (ddx, _, attrs) => ({
			dy: () =>
				run(
					"RotateWithOffset",
					{ image: ddx as Tensor },
					{
						...attrs,
						fillValue: 0,
					},
				),
		}),
	},
];

const flipLeftRight: GradConfig = {
	kernelName: "FlipLeftRight",
	gradFunc: (dy, _, attrs) => ({
		image: () => run("FlipLeftRight", { image: dy as Tensor }, attrs),
	}),
};

export const imageGradients: readonly GradConfig[] = [
	...resizing("ResizeBilinear"),
	...resizing("ResizeNearestNeighbor"),
	cropAndResize,
	cropAndResizeGradImage,
	...transform,
	...rotateWithOffset,
	flipLeftRight,
];

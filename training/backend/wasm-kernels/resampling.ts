import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { computeOn, onAll, onBoth, valuesOf } from "./on-any-backend.ts";

/** assembly/sampling.ts, which documents them. */
interface SamplingLibrary {
	interpolate(
		images: number,
		y: number,
		first: number,
		end: number,
		height: number,
		width: number,
		channels: number,
		outHeight: number,
		outWidth: number,
		sources: number,
		rows: number,
		rowsApart: number,
		columns: number,
		columnsApart: number,
		outside: number,
	): void;
	interpolateGrad(
		dy: number,
		dx: number,
		first: number,
		end: number,
		results: number,
		height: number,
		width: number,
		channels: number,
		outHeight: number,
		outWidth: number,
		sources: number,
		rows: number,
		rowsApart: number,
		columns: number,
		columnsApart: number,
	): void;
}

type KernelFunction = KernelConfig["kernelFunc"];
type Size = readonly [height: number, width: number];
type Method = "bilinear" | "nearest";

/** Entries of the kernels, for rows or columns. */
class Places {
	readonly table: Int32Array;
	readonly #shares: Float32Array;
	#at = 0;
	constructor(count: number) {
		this.table = new Int32Array(3 * count);
		this.#shares = new Float32Array(this.table.buffer);
	}
	/** The next is at `from`, or between it and `to`. */
	add(from: number, to = from, share = 0): void {
		this.table[this.#at] = from;
		this.table[this.#at + 1] = to;
		this.#shares[this.#at + 2] = share;
		this.#at += 3;
	}
	addOutside(): void {
		this.add(-1);
	}
}

/** @throws UsageError where there is no such size, or nothing to read from */
function checkSizes(
	kernel: string,
	{ shape }: TensorInfo,
	size: readonly number[],
): void {
	if (
		size.length !== 2 ||
		!size.every((side) => Number.isInteger(side) && side > 0)
	)
		throw new UsageError(
			`${kernel}: the size of an image is [height, width], two whole numbers above 0, not [${size}]`,
		);
	const [, height, width] = shape;
	if (height === 0 || width === 0)
		throw new UsageError(
			`${kernel}: images of ${height}×${width} have no pixels to compute others from`,
		);
}

interface Alignment {
	readonly alignCorners?: boolean;
	readonly halfPixelCenters?: boolean;
}

/**
 * Where the cells of an axis lie in one of another size. Fractions are kept whole up to the
 * last division: a place on the border of two cells is not left to rounding.
 */
function resizedPlaces(
	size: number,
	out: number,
	method: Method,
	{ alignCorners, halfPixelCenters }: Alignment,
): Int32Array {
	const places = new Places(out);
	const byCorners = alignCorners === true && out > 1;
	const under = byCorners ? out - 1 : halfPixelCenters ? 2 * out : out;
	const last = size - 1;
	for (let cell = 0; cell < out; cell++) {
		const over = byCorners
			? cell * last
			: halfPixelCenters
				? (2 * cell + 1) * size - out
				: cell * size;
		if (method === "nearest") {
			const isRounded = alignCorners === true || halfPixelCenters === true;
			const at = isRounded
				? Math.floor((2 * over + under) / (2 * under))
				: Math.floor(over / under);
			places.add(Math.min(last, Math.max(0, at)));
			continue;
		}
		const from = Math.floor(over / under);
		const rest = (over - from * under) / under;
		const to = rest === 0 ? from : from + 1;
		const [a, b] = [Math.max(0, from), Math.min(last, to)];
		if (a === b) places.add(a);
		else places.add(a, b, rest);
	}
	return places.table;
}

const identity = (count: number) =>
	Int32Array.from({ length: count }, (_, at) => at);

interface ResizeAttributes extends Alignment {
	readonly size: Size;
}

/** Images that are read at the crossings of rows and columns. */
interface Reading {
	readonly images: TensorInfo;
	readonly sources: Int32Array;
	readonly size: Size;
	readonly rows: Int32Array;
	readonly columns: Int32Array;
	readonly outside: number;
	/** Of whole numbers, whole ones are copied: no two are mixed. */
	readonly keepsWhole: boolean;
	/** Each result has rows and columns of its own. */
	readonly isApart: boolean;
}

function read(backend: unknown, reading: Reading): TensorInfo {
	const { images, sources, size, rows, columns, outside, isApart } = reading;
	const isWhole = reading.keepsWhole && images.dtype === "int32";
	const isPlain = isWhole || images.dtype === "float32";
	const [, height, width, channels] = images.shape as [
		number,
		number,
		number,
		number,
	];
	const [outHeight, outWidth] = size;
	const [y] = computeOn<SamplingLibrary>(backend, {
		inputs: isPlain ? [images] : [],
		tables: [
			sources,
			rows,
			columns,
			...(isPlain ? [] : [Float32Array.from(valuesOf(backend, images))]),
		],
		outputs: [
			{
				shape: [sources.length, outHeight, outWidth, channels],
				dtype: isWhole ? "int32" : "float32",
			},
		],
		compute(library, { inputs, tables, outputs }) {
			const [from, byRow, byColumn, converted] = tables as [
				number,
				number,
				number,
				number?,
			];
			library.interpolate(
				(inputs[0] ?? converted) as number,
				outputs[0] as number,
				0,
				sources.length,
				height,
				width,
				channels,
				outHeight,
				outWidth,
				from,
				byRow,
				isApart ? outHeight : 0,
				byColumn,
				isApart ? outWidth : 0,
				outside,
			);
		},
	});
	return y as TensorInfo;
}

/** The gradient with respect to images of this shape. */
function readGrad(
	backend: unknown,
	dy: TensorInfo,
	shape: readonly number[],
	reading: Omit<Reading, "images" | "outside" | "keepsWhole">,
): TensorInfo {
	const { sources, size, rows, columns, isApart } = reading;
	const [batch, height, width, channels] = shape as [
		number,
		number,
		number,
		number,
	];
	const [outHeight, outWidth] = size;
	const [dx] = computeOn<SamplingLibrary>(backend, {
		inputs: [dy],
		tables: [sources, rows, columns],
		outputs: [{ shape, dtype: "float32" }],
		compute(library, { inputs, tables, outputs }) {
			const [from, byRow, byColumn] = tables as [number, number, number];
			library.interpolateGrad(
				inputs[0] as number,
				outputs[0] as number,
				0,
				batch,
				sources.length,
				height,
				width,
				channels,
				outHeight,
				outWidth,
				from,
				byRow,
				isApart ? outHeight : 0,
				byColumn,
				isApart ? outWidth : 0,
			);
		},
	});
	return dx as TensorInfo;
}

/** Rows and columns of images that get another size. */
function resizing(
	shape: readonly number[],
	size: Size,
	method: Method,
	alignment: Alignment,
) {
	const [batch, height, width] = shape as [number, number, number];
	return {
		sources: identity(batch),
		size,
		rows: resizedPlaces(height, size[0], method, alignment),
		columns: resizedPlaces(width, size[1], method, alignment),
		isApart: false,
	};
}

/**
 * Images of another size. The originals leave memory as it was for images without
 * pixels, make floats of whole numbers, and let rounding choose between pixels.
 */
const resize =
	(kernel: string, method: Method): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const images = inputs.images as TensorInfo;
		const { size, ...alignment } = attrs as unknown as ResizeAttributes;
		checkSizes(kernel, images, size);
		return read(backend, {
			images,
			...resizing(images.shape, size, method, alignment),
			outside: 0,
			keepsWhole: method === "nearest",
		});
	};

/** The gradient of resizing. The originals take no notice of half-pixel centers, and lose pixels whose place is beyond their search. */
const resizeGrad =
	(method: Method): KernelFunction =>
	({ inputs, attrs, backend }) => {
		const { dy, images } = inputs as { dy: TensorInfo; images: TensorInfo };
		const alignment = attrs as unknown as Alignment;
		const size = dy.shape.slice(1, 3) as unknown as Size;
		return readGrad(
			backend,
			dy,
			images.shape,
			resizing(images.shape, size, method, alignment),
		);
	};

interface CropAttributes {
	readonly cropSize: Size;
	readonly method: Method;
	readonly extrapolationValue: number;
}

/** Where the cells of a crop lie: evenly from one side to the other, or in their middle. */
export const cropPlace = (
	cell: number,
	count: number,
	from: number,
	to: number,
	size: number,
): number =>
	count > 1
		? ((from * (count - 1 - cell) + to * cell) * (size - 1)) / (count - 1)
		: 0.5 * (from + to) * (size - 1);

/** Rows and columns of crops. */
function cropping(
	backend: unknown,
	shape: readonly number[],
	boxes: TensorInfo,
	boxInd: TensorInfo,
	{ cropSize, method }: CropAttributes,
) {
	const corners = valuesOf(backend, boxes);
	const sources = Int32Array.from(valuesOf(backend, boxInd));
	const batch = shape[0] as number;
	const row = sources.findIndex((index) => !(index >= 0 && index < batch));
	if (row >= 0)
		throw new UsageError(
			`CropAndResize: the index ${sources[row]} at row ${row} lies outside of axis 0, which has the size ${batch}`,
		);
	const along = (axis: 0 | 1) => {
		const [count, size] = [cropSize[axis], shape[axis + 1] as number];
		const places = new Places(sources.length * count);
		for (let box = 0; box < sources.length; box++)
			for (let cell = 0; cell < count; cell++) {
				const from = corners[4 * box + axis] as number;
				const to = corners[4 * box + axis + 2] as number;
				const place = cropPlace(cell, count, from, to, size);
				if (!(place >= 0 && place <= size - 1)) places.addOutside();
				else if (method === "nearest") places.add(Math.round(place));
				else {
					const first = Math.floor(place);
					places.add(first, Math.ceil(place), place - first);
				}
			}
		return places.table;
	};
	return {
		sources,
		size: cropSize,
		rows: along(0),
		columns: along(1),
		isApart: true,
	};
}

/** Parts of images, of one size. The original traps at a corner that is no number. */
const cropAndResize: KernelFunction = ({ inputs, attrs, backend }) => {
	const { image, boxes, boxInd } = inputs as Record<
		"image" | "boxes" | "boxInd",
		TensorInfo
	>;
	const given = attrs as unknown as CropAttributes;
	checkSizes("CropAndResize", image, given.cropSize);
	return read(backend, {
		images: image,
		...cropping(backend, image.shape, boxes, boxInd, given),
		outside: given.extrapolationValue,
		keepsWhole: false,
	});
};

/** The gradient of crops with respect to the images, whose shape is an attribute. */
const cropAndResizeGradImage: KernelFunction = ({ inputs, attrs, backend }) => {
	const { dy, boxes, boxInd } = inputs as Record<
		"dy" | "boxes" | "boxInd",
		TensorInfo
	>;
	const given = attrs as unknown as CropAttributes & {
		readonly imageShape: readonly number[];
	};
	return readGrad(
		backend,
		dy,
		given.imageShape,
		cropping(backend, given.imageShape, boxes, boxInd, given),
	);
};

/** Kernels that read images at the crossings of rows and columns. */
export const resamplingKernels: readonly KernelConfig[] = [
	...onBoth("ResizeBilinear", resize("ResizeBilinear", "bilinear")),
	...onBoth("ResizeBilinearGrad", resizeGrad("bilinear")),
	...onBoth(
		"ResizeNearestNeighbor",
		resize("ResizeNearestNeighbor", "nearest"),
	),
	...onBoth("ResizeNearestNeighborGrad", resizeGrad("nearest")),
	...onBoth("CropAndResize", cropAndResize),
	...onAll("CropAndResizeGradImage", cropAndResizeGradImage),
];

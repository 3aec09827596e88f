import {
	backend_util,
	type KernelConfig,
	type TensorInfo,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { strictFunctions } from "../../../experiment/strict-math/functions.ts";
import { computeOn, onAll, onBoth, valuesOf } from "./on-any-backend.ts";

/** assembly/sampling.ts, which documents them. */
interface SamplingLibrary {
	gatherPixels(
		images: number,
		y: number,
		first: number,
		end: number,
		cells: number,
		outCells: number,
		channels: number,
		parts: number,
		table: number,
		apart: number,
		filling: number,
	): void;
	scatterPixels(
		dy: number,
		dx: number,
		first: number,
		end: number,
		cells: number,
		outCells: number,
		channels: number,
		parts: number,
		table: number,
		apart: number,
	): void;
}

type KernelFunction = KernelConfig["kernelFunc"];
type Shape = readonly [
	batch: number,
	height: number,
	width: number,
	channels: number,
];

/** In the place of a cell: what fills the outside, and nothing at all. */
const FILLING = -1;
const NOTHING = -2;

/** Entries of the kernels: which cells make one of the result. */
class Parts {
	readonly table: Int32Array;
	readonly #weights: Float32Array;
	#at = 0;
	constructor(count: number) {
		this.table = new Int32Array(2 * count);
		this.#weights = new Float32Array(this.table.buffer);
	}
	add(cell: number, weight: number): void {
		this.table[this.#at] = weight === 0 ? NOTHING : cell;
		this.#weights[this.#at + 1] = weight;
		this.#at += 2;
	}
}

/** How the cells of an image are read. */
interface Warp {
	readonly size: readonly [height: number, width: number];
	/** Cells that make one of the result. */
	readonly parts: number;
	readonly table: Int32Array;
	/** Each image has a table of its own. */
	readonly isApart: boolean;
}

function gather(
	backend: unknown,
	image: TensorInfo,
	{ size, parts, table, isApart }: Warp,
	filling: Float32Array,
): TensorInfo {
	const [batch, height, width, channels] = image.shape as unknown as Shape;
	const [outHeight, outWidth] = size;
	const [y] = computeOn<SamplingLibrary>(backend, {
		inputs: [image],
		tables: [table, filling],
		outputs: [
			{ shape: [batch, outHeight, outWidth, channels], dtype: "float32" },
		],
		compute(library, { inputs, tables, outputs }) {
			const [byCell, outside] = tables as [number, number];
			const outCells = outHeight * outWidth;
			library.gatherPixels(
				inputs[0] as number,
				outputs[0] as number,
				0,
				batch,
				height * width,
				outCells,
				channels,
				parts,
				byCell,
				isApart ? outCells : 0,
				outside,
			);
		},
	});
	return y as TensorInfo;
}

/** The gradient of `gather` with respect to images of this shape. */
function scatter(
	backend: unknown,
	dy: TensorInfo,
	shape: Shape,
	{ size, parts, table, isApart }: Warp,
): TensorInfo {
	const [batch, height, width, channels] = shape;
	const [dx] = computeOn<SamplingLibrary>(backend, {
		inputs: [dy],
		tables: [table],
		outputs: [{ shape, dtype: "float32" }],
		compute(library, { inputs, tables, outputs }) {
			const outCells = size[0] * size[1];
			library.scatterPixels(
				inputs[0] as number,
				outputs[0] as number,
				0,
				batch,
				height * width,
				outCells,
				channels,
				parts,
				tables[0] as number,
				isApart ? outCells : 0,
			);
		},
	});
	return dx as TensorInfo;
}

const FILL_MODES = ["constant", "reflect", "wrap", "nearest"] as const;
type FillMode = (typeof FILL_MODES)[number];

interface TransformAttributes {
	readonly interpolation: string;
	readonly fillMode: string;
	readonly fillValue: number;
	readonly outputShape?: readonly [number, number] | null;
}

/** A place beyond an axis of `size` cells, as one inside: by the rules of TensorFlow's ImageProjectiveTransformV3. */
function mapped(place: number, size: number, mode: FillMode): number {
	if (mode === "constant") return place;
	let at = place;
	const isOutside = at < 0 || at > size - 1;
	if (isOutside && mode !== "nearest") {
		if (size <= 1) at = 0;
		else if (mode === "reflect") {
			const period = 2 * size;
			if (at < 0) {
				at += period * Math.trunc(-at / period);
				at = at < -size ? at + period : -at - 1;
			} else {
				at -= period * Math.trunc(at / period);
				if (at >= size) at = period - at - 1;
			}
		} else if (at < 0) at += size * (Math.trunc(-at / (size - 1)) + 1);
		else at -= size * Math.trunc(at / (size - 1));
	}
	return Math.min(size - 1, Math.max(0, at));
}

/** Halves away from 0, as TensorFlow rounds. */
const rounded = (value: number) =>
	value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);

/** Which cells make those of images that a matrix moves. */
function transformed(
	backend: unknown,
	[, height, width]: Shape,
	transforms: TensorInfo,
	{ interpolation, fillMode, outputShape }: TransformAttributes,
): Warp {
	if (interpolation !== "nearest" && interpolation !== "bilinear")
		throw new UsageError(
			`transform interpolates by "nearest" or "bilinear", not ${JSON.stringify(interpolation)}`,
		);
	const mode = FILL_MODES.find((one) => one === fillMode);
	if (!mode)
		throw new UsageError(
			`transform fills what is outside by "constant", "reflect", "wrap" or "nearest", not ${JSON.stringify(fillMode)}`,
		);
	const size = outputShape ?? [height, width];
	// Without pixels, the images may be as small.
	if (
		!size.every(
			(side) => Number.isInteger(side) && (side > 0 || height * width === 0),
		)
	)
		throw new UsageError(
			`transform: the size of the result is [height, width], two whole numbers above 0, not [${size}]`,
		);
	const matrices = valuesOf(backend, transforms) as Float32Array;
	const count = transforms.shape[0] as number;
	const [outHeight, outWidth] = size;
	const isBilinear = interpolation === "bilinear";
	const parts = isBilinear ? 4 : 1;
	const entries = new Parts(count * outHeight * outWidth * parts);
	const add = (row: number, column: number, weight: number) => {
		const isInside = row >= 0 && row < height && column >= 0 && column < width;
		entries.add(isInside ? row * width + column : FILLING, weight);
	};
	for (let n = 0; n < count; n++) {
		const [a0, a1, a2, b0, b1, b2, c0, c1] = Array.from(
			matrices.subarray(8 * n, 8 * n + 8),
		) as [number, number, number, number, number, number, number, number];
		for (let i = 0; i < outHeight; i++)
			for (let j = 0; j < outWidth; j++) {
				const by = c0 * j + c1 * i + 1;
				const x = mapped((a0 * j + a1 * i + a2) / by, width, mode);
				const y = mapped((b0 * j + b1 * i + b2) / by, height, mode);
				// Infinitely far, or nowhere.
				if (by === 0 || !Number.isFinite(x) || !Number.isFinite(y)) {
					for (let k = 0; k < parts; k++) entries.add(FILLING, k === 0 ? 1 : 0);
				} else if (isBilinear) {
					const top = Math.floor(y);
					const left = Math.floor(x);
					const down = y - top;
					const across = x - left;
					add(top, left, (1 - down) * (1 - across));
					add(top, left + 1, (1 - down) * across);
					add(top + 1, left, down * (1 - across));
					add(top + 1, left + 1, down * across);
				} else add(rounded(y), rounded(x), 1);
			}
	}
	return { size, parts, table: entries.table, isApart: count > 1 };
}

/** Images moved by matrices. The original reads beside rows, and takes other pixels where it reflects. */
const transform: KernelFunction = ({ inputs, attrs, backend }) => {
	const { image, transforms } = inputs as Record<
		"image" | "transforms",
		TensorInfo
	>;
	const given = attrs as unknown as TransformAttributes;
	const shape = image.shape as unknown as Shape;
	return gather(
		backend,
		image,
		transformed(backend, shape, transforms, given),
		new Float32Array(shape[3]).fill(given.fillValue),
	);
};

/** The gradient of moved images with respect to them, whose shape is an attribute. */
const transformGrad: KernelFunction = ({ inputs, attrs, backend }) => {
	const { dy, transforms } = inputs as Record<"dy" | "transforms", TensorInfo>;
	const given = attrs as unknown as TransformAttributes & {
		readonly imageShape: Shape;
	};
	return scatter(
		backend,
		dy,
		given.imageShape,
		transformed(backend, given.imageShape, transforms, given),
	);
};

interface RotateAttributes {
	readonly radians: number;
	readonly fillValue: number | readonly number[];
	readonly center: number | [number, number];
}

/** Which cell is where, in images that are turned. */
function rotated(
	[, height, width]: Shape,
	{ radians, center }: RotateAttributes,
): Warp {
	const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
	if (![radians, centerX, centerY].every(Number.isFinite))
		throw new UsageError(
			`rotateWithOffset turns by radians about a center, which are numbers, not ${radians} about ${JSON.stringify(center)}`,
		);
	// The same bits in every engine.
	const functions = strictFunctions();
	const [sin, cos] = [functions.sin(radians), functions.cos(radians)];
	const entries = new Parts(height * width);
	for (let i = 0; i < height; i++)
		for (let j = 0; j < width; j++) {
			const [down, across] = [i - centerY, j - centerX];
			const x = Math.round(across * cos - down * sin + centerX);
			const y = Math.round(across * sin + down * cos + centerY);
			const isInside = x >= 0 && x < width && y >= 0 && y < height;
			entries.add(isInside ? y * width + x : FILLING, 1);
		}
	return {
		size: [height, width],
		parts: 1,
		table: entries.table,
		isApart: false,
	};
}

/** One number for each channel. Of colours, the fourth is opaque. */
function fillingOf(
	fillValue: RotateAttributes["fillValue"],
	channels: number,
): Float32Array {
	if (typeof fillValue === "number")
		return new Float32Array(channels).fill(fillValue);
	const all = [...fillValue.slice(0, 3), 255];
	if (channels > all.length || all.length < Math.min(4, channels + 1))
		throw new UsageError(
			`rotateWithOffset: fillValue is one number, or one for each of red, green and blue; [${fillValue}] does not fill ${channels} channels`,
		);
	return Float32Array.from(all).subarray(0, channels);
}

/** Images turned about a center. The original fills with whole numbers alone, of which it has four, and its fourth is opaque beside any grey but 0. */
const rotateWithOffset: KernelFunction = ({ inputs, attrs, backend }) => {
	const image = inputs.image as TensorInfo;
	const given = attrs as unknown as RotateAttributes;
	const shape = image.shape as unknown as Shape;
	return gather(
		backend,
		image,
		rotated(shape, given),
		fillingOf(given.fillValue, shape[3]),
	);
};

/** The gradient of turned images. */
const rotateWithOffsetGrad: KernelFunction = ({ inputs, attrs, backend }) => {
	const dy = inputs.dy as TensorInfo;
	const shape = dy.shape as unknown as Shape;
	return scatter(
		backend,
		dy,
		shape,
		rotated(shape, attrs as unknown as RotateAttributes),
	);
};

/** Kernels that move and turn images. */
export const warpingKernels: readonly KernelConfig[] = [
	...onBoth("Transform", transform),
	...onAll("TransformGrad", transformGrad),
	...onBoth("RotateWithOffset", rotateWithOffset),
	...onAll("RotateWithOffsetGrad", rotateWithOffsetGrad),
];

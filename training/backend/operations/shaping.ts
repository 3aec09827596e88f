import {
	clone,
	type DataType,
	engine,
	eye as eyeOfOne,
	type NumericDataType,
	oneHot as oneHotOfTwo,
	op,
	type Rank,
	reshape,
	type ShapeMap,
	Tensor,
	type Tensor2D,
	type TensorLike,
	tensor,
	tile,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { sizes as aShape, checkLists } from "./list-arguments.ts";
import { tensorOf } from "./tensor-of.ts";

/** The tensor, repeated along axes of 1 until it has the shape. tfjs's forgets axes of 0. */
export const broadcastTo = op({
	broadcastTo_<R extends Rank>(
		given: Tensor | TensorLike,
		shape: ShapeMap[R],
	): Tensor<R> {
		checkLists("broadcastTo", [undefined, aShape], [given, shape]);
		const x = tensorOf(given);
		const sizes = shape as readonly number[];
		const own = [
			...Array<number>(Math.max(0, sizes.length - x.rank)).fill(1),
			...x.shape,
		];
		const fits = own.every((size, at) => size === 1 || size === sizes[at]);
		const isShape = sizes.every((size) => Number.isInteger(size) && size >= 0);
		if (own.length > sizes.length || !fits || !isShape)
			throw new UsageError(
				`broadcastTo: a tensor of the shape [${x.shape}] cannot be broadcast to [${sizes}]: counted from the last, each of its axes has the size that is asked for, or 1`,
			);
		const reps = own.map((size, at) =>
			size === sizes[at] ? 1 : (sizes[at] as number),
		);
		const whole = reshape(x, own);
		return (
			reps.every((times) => times === 1) ? clone(whole) : tile(whole, reps)
		) as Tensor<R>;
	},
});

/** The unit matrix, once for each place of `batchShape`, which has any rank. */
export const eye = op({
	eye_(
		numRows: number,
		numColumns = numRows,
		batchShape: readonly number[] = [],
		dtype: DataType = "float32",
	): Tensor2D {
		if (!Array.isArray(batchShape))
			throw new UsageError(
				`eye: batchShape is a list of sizes: write [${String(batchShape)}]`,
			);
		const one = eyeOfOne(numRows, numColumns, undefined, dtype);
		if (batchShape.length === 0) return one;
		const whole = reshape(one, [
			...batchShape.map(() => 1),
			numRows,
			numColumns,
		]);
		return tile(whole, [...batchShape, 1, 1]) as Tensor2D;
	},
});

/** tfjs's, of one class, too. */
export const oneHot = op({
	oneHot_(
		indices: Tensor | TensorLike,
		depth: number,
		onValue = 1,
		offValue = 0,
		dtype: NumericDataType = "int32",
	): Tensor {
		if (!(Number.isInteger(depth) && depth > 0))
			throw new UsageError(
				`oneHot: the depth ${depth} is no count of classes: give a whole number above 0`,
			);
		if (depth > 1) return oneHotOfTwo(indices, depth, onValue, offValue, dtype);
		const places =
			indices instanceof Tensor ? indices : tensor(indices, undefined, "int32");
		if (places.dtype !== "int32")
			throw new UsageError(
				`oneHot takes whole numbers, and the tensor has ${places.dtype}: give tensor.toInt()`,
			);
		return engine().runKernel(
			"OneHot",
			{ indices: places },
			{ depth, onValue, offValue, dtype },
		) as Tensor;
	},
});

/** Coordinates of a grid. tfjs multiplies matrices for it, which whole numbers have no way to. */
export const meshgrid = op({
	meshgrid_<T extends Tensor>(
		x?: T | TensorLike,
		y?: T | TensorLike,
		{ indexing = "xy" }: { indexing?: string } = {},
	): T[] {
		if (indexing !== "xy" && indexing !== "ij")
			throw new UsageError(
				`meshgrid: the indexing is "xy" or "ij", not ${JSON.stringify(indexing)}`,
			);
		if (x === undefined) return [];
		const a = tensorOf(x);
		if (y === undefined) return [a as T];
		const b = tensorOf(y);
		const [w, h] = [a.size, b.size];
		return (
			indexing === "xy"
				? [tile(reshape(a, [1, w]), [h, 1]), tile(reshape(b, [h, 1]), [1, w])]
				: [tile(reshape(a, [w, 1]), [1, h]), tile(reshape(b, [1, h]), [w, 1])]
		) as T[];
	},
});

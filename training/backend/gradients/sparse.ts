import {
	cast,
	div,
	equal,
	expandDims,
	type GradConfig,
	gather,
	gatherND,
	mul,
	ones,
	range,
	reshape,
	scatterND,
	sparseToDense,
	sum,
	type Tensor,
	type Tensor1D,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { float } from "./sum-to.ts";

/** Values go to their places, and the default to every other. Of values for one place the last is there, and has the gradient. */
const toDense: GradConfig = {
	kernelName: "SparseToDense",
	inputsToSave: ["sparseIndices", "sparseValues", "defaultValue"],
	gradFunc: (given, saved, { outputShape }) => {
		const dy = given as Tensor;
		const [places, values, standard] = saved as [Tensor, Tensor, Tensor];
		// Single places are a list of lists of one for what gathers.
		const rows =
			places.rank > 1
				? places
				: reshape(places, places.rank === 1 ? [-1, 1] : [1, 1]);
		const count = rows.shape[0] as number;
		const owner = () =>
			sparseToDense(
				rows,
				range(0, count, 1, "int32"),
				outputShape as number[],
				cast(-1, "int32") as never,
			);
		return {
			sparseIndices: () => zerosLike(float(places)),
			sparseValues: () => {
				const isThere = equal(
					gatherND(owner(), rows),
					range(0, count, 1, "int32"),
				);
				const arrived = mul(gatherND(dy, rows), cast(isThere, "float32"));
				return values.rank === 0
					? sum(arrived)
					: reshape(arrived, values.shape);
			},
			defaultValue: () =>
				reshape(
					sum(where(equal(owner(), cast(-1, "int32")), dy, zerosLike(dy))),
					standard.shape,
				),
		};
	},
};

/** Rows that were taken by their indices and summed by segment. */
const segments = (
	kernelName: string,
	/** What each row of a segment counts for. */
	share: (dy: Tensor, segmentIds: Tensor1D) => Tensor,
): GradConfig => ({
	kernelName,
	inputsToSave: ["data", "indices", "segmentIds"],
	gradFunc: (dy, saved) => {
		const [data, indices, segmentIds] = saved as [Tensor, Tensor1D, Tensor1D];
		return {
			data: () =>
				scatterND(
					expandDims(indices, 1),
					gather(share(dy as Tensor, segmentIds), segmentIds),
					data.shape as [number],
				),
			indices: () => zerosLike(float(indices)),
			segmentIds: () => zerosLike(float(segmentIds)),
		};
	},
});

function shareOfMean(dy: Tensor, segmentIds: Tensor1D): Tensor {
	const [count = 0] = dy.shape;
	const sizes = scatterND(expandDims(segmentIds, 1), ones(segmentIds.shape), [
		count,
	]);
	return div(dy, reshape(sizes, [count, ...dy.shape.slice(1).map(() => 1)]));
}

/** Gradients of operations on sparse tensors. tfjs has none. */
export const sparseGradients: readonly GradConfig[] = [
	toDense,
	segments("SparseSegmentSum", (dy) => dy),
	segments("SparseSegmentMean", shareOfMean),
];

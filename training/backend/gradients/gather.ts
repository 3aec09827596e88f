import {
	add,
	cast,
	type DenseBincountAttrs,
	equal,
	expandDims,
	type GatherV2Attrs,
	type GradConfig,
	gather,
	gatherND,
	minimum,
	mul,
	pad,
	range,
	reshape,
	scalar,
	scatterND,
	type Tensor,
	type Tensor2D,
	type TopKAttrs,
	tensorScatterUpdate,
	transpose,
	util,
	zeros,
	zerosLike,
} from "@tensorflow/tfjs-core";

const { sizeFromShape: sizeOf } = util;

/** Numbers of rows, `[count, 1]`, counted through `batches` that have `size` each. */
const throughBatches = (
	indices: Tensor,
	batches: number,
	count: number,
	size: number,
): Tensor => {
	const rows = reshape(indices, [batches, count]);
	const numbers =
		batches > 1
			? add(
					rows,
					reshape(range(0, batches * size, size, "int32"), [batches, 1]),
				)
			: rows;
	return reshape(numbers, [batches * count, 1]);
};

/**
 * Values that were gathered several times get the sum of what their copies are
 * worth. tfjs's gives an axis that is counted from the end another meaning, knows one
 * batch dimension only, and hands out the indices as their own gradient.
 */
const gatherV2: GradConfig = {
	kernelName: "GatherV2",
	inputsToSave: ["x", "indices"],
	gradFunc: (dy, saved, attrs) => {
		const [{ shape }, indices] = saved as [Tensor, Tensor];
		const { axis, batchDims } = attrs as unknown as GatherV2Attrs;
		const [at = 0] = util.parseAxisParam(axis, shape);
		const lead = batchDims < 0 ? batchDims + indices.rank : batchDims;
		const batches = sizeOf(shape.slice(0, lead));
		const outer = sizeOf(shape.slice(lead, at));
		const inner = sizeOf(shape.slice(at + 1));
		const size = shape[at] as number;
		const count = sizeOf(indices.shape.slice(lead));
		return {
			x: () => {
				const parts = reshape(dy as Tensor, [batches, outer, count, inner]);
				const rows = reshape(transpose(parts, [0, 2, 1, 3]), [
					batches * count,
					outer * inner,
				]);
				const numbers = throughBatches(indices, batches, count, size);
				const sums = scatterND(numbers, rows, [batches * size, outer * inner]);
				const back = reshape(sums, [batches, size, outer, inner]);
				return reshape(transpose(back, [0, 2, 1, 3]), shape);
			},
		};
	},
};

/** tfjs has none. */
const gatherNd: GradConfig = {
	kernelName: "GatherNd",
	inputsToSave: ["params", "indices"],
	gradFunc: (dy, saved) => {
		const [params, indices] = saved as [Tensor, Tensor];
		const columns = indices.shape.at(-1) as number;
		const inner = params.shape.slice(columns);
		// As a list of rows: that is how they are scattered, whatever their shape.
		const rows = () => sizeOf(indices.shape.slice(0, -1));
		return {
			params: () =>
				scatterND(
					reshape(indices, [rows(), columns]),
					reshape(dy as Tensor, [rows(), ...inner]),
					params.shape,
				),
		};
	},
};

/** Of a list without rows, each number is a place of its own when it is scattered, but the place of one value when it is gathered. */
const asRows = (indices: Tensor): Tensor =>
	indices.rank === 1 ? expandDims(indices, 1) : indices;

/** tfjs has none. */
const scatterNd: GradConfig = {
	kernelName: "ScatterNd",
	inputsToSave: ["indices"],
	gradFunc: (dy, saved) => {
		const [indices] = saved as [Tensor];
		return { updates: () => gatherND(dy as Tensor, asRows(indices)) };
	},
};

/** tfjs has none. What is written over by a later row is worth nothing. */
const tensorScatterUpdate_: GradConfig = {
	kernelName: "TensorScatterUpdate",
	inputsToSave: ["tensor", "indices", "updates"],
	gradFunc: (dy, saved) => {
		const [tensor, indices, updates] = saved as [Tensor, Tensor, Tensor];
		const stays = () => {
			const own = reshape(range(0, updates.size, 1, "int32"), updates.shape);
			const last = tensorScatterUpdate(
				zeros(tensor.shape, "int32"),
				indices as Tensor2D,
				own,
			);
			return cast(equal(gatherND(last, asRows(indices)), own), "float32");
		};
		return {
			tensor: () =>
				tensorScatterUpdate(
					dy as Tensor,
					indices as Tensor2D,
					zerosLike(updates),
				),
			updates: () => mul(gatherND(dy as Tensor, asRows(indices)), stays()),
		};
	},
};

/** tfjs has none: each of the largest values goes back to its place. */
const topK: GradConfig = {
	kernelName: "TopK",
	inputsToSave: ["x"],
	outputsToSave: [false, true],
	gradFunc: (dys, saved, attrs) => {
		const [{ shape }, indices] = saved as [Tensor, Tensor];
		const { k } = attrs as unknown as TopKAttrs;
		const [dy] = [dys].flat() as [Tensor];
		const size = shape.at(-1) as number;
		const rows = sizeOf(shape.slice(0, -1));
		return {
			x: () =>
				reshape(
					scatterND(
						throughBatches(indices, rows, k, size),
						reshape(dy, [rows * k]),
						[rows * size],
					),
					shape,
				),
		};
	},
};

/** tfjs has none. Each weight counts for its number; those beyond the size, and those that only note a number, for none. */
const counting = (kernelName: "Bincount" | "DenseBincount"): GradConfig => ({
	kernelName,
	inputsToSave: ["x", "weights"],
	gradFunc: (dy, saved, attrs) => {
		const [x, weights] = saved as [Tensor, Tensor];
		const { size, binaryOutput } = attrs as unknown as DenseBincountAttrs;
		return {
			weights: () => {
				if (binaryOutput || weights.size === 0) return zerosLike(weights);
				const isRows = x.rank > 1;
				const counts = dy as Tensor;
				const wider = pad(
					counts,
					isRows
						? [
								[0, 0],
								[0, 1],
							]
						: [[0, 1]],
				);
				const numbers = minimum(x, scalar(size, "int32"));
				const own = isRows
					? gather(wider, numbers as Tensor2D, 1, 1)
					: gather(wider, numbers as never);
				return reshape(own, weights.shape);
			},
		};
	},
});

export const gatherGradients: readonly GradConfig[] = [
	gatherV2,
	gatherNd,
	scatterNd,
	tensorScatterUpdate_,
	topK,
	counting("Bincount"),
	counting("DenseBincount"),
];

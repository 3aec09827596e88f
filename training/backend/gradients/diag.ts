import {
	concat,
	type GradConfig,
	reshape,
	slice,
	type Tensor,
	util,
	zeros,
} from "@tensorflow/tfjs-core";

/** The numbers on the diagonal of the last two axes. In rows that are one longer, they are the first column. */
export function diagonal(x: Tensor): Tensor {
	const batch = x.shape.slice(0, -2);
	const size = x.shape.at(-1) as number;
	const count = util.sizeFromShape(batch);
	const dtype = x.dtype as "float32";
	if (count * size === 0) return zeros([...batch, size], dtype);
	const flat = reshape(x, [count, size * size]);
	const longer = concat([flat, zeros([count, size], dtype)], 1);
	const rows = reshape(longer, [count, size, size + 1]);
	return reshape(slice(rows, [0, 0, 0], [count, size, 1]), [...batch, size]);
}

/** tfjs has none. */
const diag: GradConfig = {
	kernelName: "Diag",
	gradFunc: (dy) => ({
		x: () => {
			const { shape } = dy as Tensor;
			const own = shape.slice(0, shape.length / 2);
			const size = util.sizeFromShape(own);
			return reshape(diagonal(reshape(dy as Tensor, [size, size])), own);
		},
	}),
};

export const diagGradients: readonly GradConfig[] = [diag];

import {
	type BatchMatMulAttrs,
	type GradConfig,
	matMul,
	reshape,
	type Tensor,
	util,
} from "@tensorflow/tfjs-core";
import { sumTo } from "./sum-to.ts";

const rowsOf = (x: Tensor): Tensor =>
	reshape(x, [
		util.sizeFromShape(x.shape.slice(0, -1)),
		x.shape.at(-1) as number,
	]);

/** The gradient with respect to one matrix that multiplies each of a batch: all their rows are rows of one. */
const ofOneMatrix = (a: Tensor, b: Tensor): boolean =>
	b.rank === 2 && a.rank > 2;

/** tfjs forgets that a batch was broadcast, and throws: the gradient has the shape of the product. */
const batchMatMul: GradConfig = {
	kernelName: "BatchMatMul",
	inputsToSave: ["a", "b"],
	gradFunc: (gradient, saved, attrs) => {
		const dy = gradient as Tensor;
		const [a, b] = saved as [Tensor, Tensor];
		const { transposeA, transposeB } = attrs as Partial<BatchMatMulAttrs>;
		return {
			a: () =>
				sumTo(
					transposeA
						? matMul(b, dy, transposeB, true)
						: matMul(dy, b, false, !transposeB),
					a.shape,
				),
			b: () => {
				if (!transposeA && ofOneMatrix(a, b))
					return transposeB
						? matMul(rowsOf(dy), rowsOf(a), true)
						: matMul(rowsOf(a), rowsOf(dy), true);
				return sumTo(
					transposeB
						? matMul(dy, a, true, transposeA)
						: matMul(a, dy, !transposeA),
					b.shape,
				);
			},
		};
	},
};

export const matMulGradients: readonly GradConfig[] = [batchMatMul];

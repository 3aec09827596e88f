import {
	backend_util,
	cast,
	div,
	equal,
	type GradConfig,
	type MaxAttrs,
	type MinAttrs,
	mul,
	reshape,
	sum,
	type Tensor,
	util,
} from "@tensorflow/tfjs-core";

/**
 * The gradient of a maximum or minimum over axes. Values that share it share its
 * gradient evenly, as in TensorFlow's `reduce_max` and PyTorch's `amax`; tfjs
 * gives each of them the whole.
 */
const extremum = (kernelName: "Max" | "Min"): GradConfig => ({
	kernelName,
	inputsToSave: ["x"],
	outputsToSave: [true],
	gradFunc: (dy, saved, attrs) => {
		const [x, y] = saved as [Tensor, Tensor];
		const { axis, reductionIndices } = attrs as Partial<MinAttrs & MaxAttrs>;
		// Null stands for every axis.
		const given = (axis ?? reductionIndices) as number | number[];
		const axes = util.parseAxisParam(given, x.shape);
		const shape = backend_util.expandShapeToKeepDim(
			x.shape.filter((_, axis) => !axes.includes(axis)),
			axes,
		);
		return {
			x: () => {
				const isExtreme = cast(equal(x, reshape(y, shape)), "float32");
				const share = div(
					reshape(dy as Tensor, shape),
					sum(isExtreme, axes, true),
				);
				return mul(isExtreme, share);
			},
		};
	},
});

export const extremumGradients: readonly GradConfig[] = [
	extremum("Max"),
	extremum("Min"),
];

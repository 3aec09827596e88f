import {
	backend_util,
	cast,
	div,
	engine,
	equal,
	type GradConfig,
	type MaxAttrs,
	type MaxPoolAttrs,
	type MinAttrs,
	mul,
	type NamedAttrMap,
	registerGradient,
	reshape,
	sum,
	type Tensor,
	unregisterGradient,
	util,
} from "@tensorflow/tfjs-core";

/** tfjs forgets `dimRoundingMode`, so the gradient is that of a pooling of another size. */
const maxPool: GradConfig = {
	kernelName: "MaxPool",
	inputsToSave: ["x"],
	outputsToSave: [true],
	gradFunc: (dy, saved, attrs) => {
		const [x, y] = saved as [Tensor, Tensor];
		return {
			x: () =>
				engine().runKernel(
					"MaxPoolGrad",
					{ dy: dy as Tensor, input: x, output: y },
					attrs as unknown as MaxPoolAttrs & NamedAttrMap,
				) as Tensor,
		};
	},
};

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

/** Puts right what tfjs computes wrongly on every backend. */
export function registerGradients(): void {
	for (const gradient of [maxPool, extremum("Max"), extremum("Min")]) {
		unregisterGradient(gradient.kernelName);
		registerGradient(gradient);
	}
}

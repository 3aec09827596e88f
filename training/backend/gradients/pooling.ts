import {
	engine,
	type GradConfig,
	type MaxPoolAttrs,
	type NamedAttrMap,
	type Tensor,
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

export const poolingGradients: readonly GradConfig[] = [maxPool];

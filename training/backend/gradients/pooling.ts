import { type GradConfig, type Tensor, zerosLike } from "@tensorflow/tfjs-core";
import { run } from "./run.ts";

/**
 * A kernel that pools by the maximum, its gradient, and the gradient of that: what
 * is linear in the gradient is differentiated by reading where the maxima are.
 * tfjs forgets `dimRoundingMode` in the gradient of images, which is then that of a
 * pooling of another size, and does not differentiate gradients of poolings.
 */
function maxPooling(kernel: "MaxPool" | "MaxPool3D"): GradConfig[] {
	const grad = `${kernel}Grad`;
	const others = `${kernel}Others`;
	return [
		{
			kernelName: kernel,
			inputsToSave: ["x"],
			outputsToSave: [true],
			gradFunc: (dy, saved, attrs) => {
				const [input, output] = saved as [Tensor, Tensor];
				return {
					x: () => run(grad, { dy: dy as Tensor, input, output }, attrs),
				};
			},
		},
		{
			kernelName: grad,
			inputsToSave: ["input", "output"],
			gradFunc: (ddx, saved, attrs) => {
				const [input, output] = saved as [Tensor, Tensor];
				return {
					dy: () => run(others, { others: ddx as Tensor, input }, attrs),
					// Where the maxima are changes at ties alone.
					input: () => zerosLike(input),
					output: () => zerosLike(output),
				};
			},
		},
		{
			kernelName: others,
			inputsToSave: ["input"],
			gradFunc: (dy, saved, attrs) => {
				const [input] = saved as [Tensor];
				return {
					others: () => {
						const output = run(kernel, { x: input }, attrs);
						return run(grad, { dy: dy as Tensor, input, output }, attrs);
					},
					input: () => zerosLike(input),
				};
			},
		},
	];
}

/** The same of averages, which are linear: the gradient of the gradient is the average again. */
function averagePooling(kernel: "AvgPool" | "AvgPool3D"): GradConfig[] {
	const grad = `${kernel}Grad`;
	return [
		{
			kernelName: kernel,
			inputsToSave: ["x"],
			gradFunc: (dy, saved, attrs) => {
				const [input] = saved as [Tensor];
				return { x: () => run(grad, { dy: dy as Tensor, input }, attrs) };
			},
		},
		{
			kernelName: grad,
			inputsToSave: ["input"],
			gradFunc: (ddx, saved, attrs) => {
				const [input] = saved as [Tensor];
				return {
					dy: () => run(kernel, { x: ddx as Tensor }, attrs),
					input: () => zerosLike(input),
				};
			},
		},
	];
}

/** The indexes are whole numbers, which have no gradient. */
const maxPoolWithArgmax: GradConfig = {
	kernelName: "MaxPoolWithArgmax",
	inputsToSave: ["x"],
	outputsToSave: [true, false],
	gradFunc: (dys, saved, attrs) => {
		const [input, output] = saved as [Tensor, Tensor];
		const [dy] = dys as Tensor[];
		return {
			x: () => run("MaxPoolGrad", { dy: dy as Tensor, input, output }, attrs),
		};
	},
};

export const poolingGradients: readonly GradConfig[] = [
	...maxPooling("MaxPool"),
	...maxPooling("MaxPool3D"),
	...averagePooling("AvgPool"),
	...averagePooling("AvgPool3D"),
	maxPoolWithArgmax,
];

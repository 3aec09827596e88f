import {
	add,
	type FusedBatchNormAttrs,
	type GradConfig,
	type LRNAttrs,
	matMul,
	mul,
	neg,
	pow,
	reshape,
	rsqrt,
	square,
	sub,
	type Tensor,
	tensor2d,
} from "@tensorflow/tfjs-core";
import { sumTo } from "./sum-to.ts";

const cubed = (x: Tensor) => mul(square(x), x);

/** tfjs knows one number per channel, or one for each number; here whatever broadcasts. */
const batchNorm: GradConfig = {
	kernelName: "FusedBatchNorm",
	inputsToSave: ["x", "mean", "variance", "scale", "offset"],
	gradFunc: (gradient, saved, attrs) => {
		const dy = gradient as Tensor;
		const [x, mean, variance, scale, offset] = saved as Tensor[] as [
			Tensor,
			Tensor,
			Tensor,
			Tensor | undefined,
			Tensor | undefined,
		];
		const { varianceEpsilon } = attrs as unknown as FusedBatchNormAttrs;
		const slope = () => rsqrt(add(variance, varianceEpsilon));
		const centred = () => sub(x, mean);
		const scaled = () => (scale ? mul(dy, scale) : dy);
		return {
			x: () => sumTo(mul(scaled(), slope()), x.shape),
			mean: () => sumTo(neg(mul(scaled(), slope())), mean.shape),
			variance: () =>
				sumTo(
					mul(mul(scaled(), centred()), mul(cubed(slope()), -0.5)),
					variance.shape,
				),
			scale: () =>
				sumTo(mul(dy, mul(centred(), slope())), (scale ?? mean).shape),
			offset: () => sumTo(dy, (offset ?? mean).shape),
		};
	},
};

/** For each channel, 1 at those within `radius` of it. */
function neighbours(channels: number, radius: number): Tensor {
	const values = Float32Array.from({ length: channels * channels }, (_, at) =>
		Number(Math.abs(Math.floor(at / channels) - (at % channels)) <= radius),
	);
	return tensor2d(values, [channels, channels]);
}

/**
 * The gradient of x (bias + alpha Σ x²)^-beta, where the sum is that of neighbouring
 * channels. That of tfjs is a kernel without a gradient of its own.
 */
const localResponse: GradConfig = {
	kernelName: "LRN",
	inputsToSave: ["x"],
	gradFunc: (gradient, saved, attrs) => {
		const dy = gradient as Tensor;
		const [x] = saved as [Tensor];
		const { depthRadius, bias, alpha, beta } = attrs as unknown as LRNAttrs;
		return {
			x: () => {
				const channels = x.shape.at(-1) as number;
				const near = neighbours(channels, depthRadius);
				const summed = (values: Tensor) =>
					reshape(matMul(reshape(values, [-1, channels]), near), x.shape);
				const norm = add(mul(summed(square(x)), alpha), bias);
				const share = summed(mul(mul(dy, x), pow(norm, -beta - 1)));
				return sub(
					mul(dy, pow(norm, -beta)),
					mul(mul(x, share), 2 * alpha * beta),
				);
			},
		};
	},
};

export const normalisationGradients: readonly GradConfig[] = [
	batchNorm,
	localResponse,
];

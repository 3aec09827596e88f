/** Activations of fused operations. Loaded with convolutions.ts, before any module takes operations by name. */

import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { requirePackage } from "../../../host/modules.ts";

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

export interface ActivationOptions {
	readonly activation?: string | null;
	readonly preluActivationWeights?: Core.Tensor | null;
	readonly leakyreluAlpha?: number;
	readonly dataFormat?: "NHWC" | "NCHW";
}

/** What activations are called. */
const ACTIVATIONS: Readonly<
	Record<string, (y: Core.Tensor, options: ActivationOptions) => Core.Tensor>
> = {
	linear: (y) => y,
	relu: core.relu,
	relu6: core.relu6,
	elu: core.elu,
	sigmoid: core.sigmoid,
	leakyrelu: (y, { leakyreluAlpha }) => core.leakyRelu(y, leakyreluAlpha),
	prelu: (y, { preluActivationWeights, dataFormat }) =>
		core.prelu(
			y,
			alongChannels(preluActivationWeights as Core.Tensor, dataFormat),
		),
};

/** One value for each channel, so that it meets the channels of images. */
export const alongChannels = (
	values: Core.Tensor,
	dataFormat: string | undefined,
): Core.Tensor =>
	dataFormat === "NCHW" && values.rank === 1
		? core.reshape(values, [values.size, 1, 1])
		: values;

/** @throws UsageError where there is no such activation, or where it lacks its slopes */
export function checkActivation(
	operation: string,
	activation: string | null = "linear",
	slopes?: Core.Tensor | null,
): void {
	if (!Object.hasOwn(ACTIVATIONS, String(activation)))
		throw new UsageError(
			`fused.${operation} has no activation "${activation}": give one of ${Object.keys(ACTIVATIONS).join(", ")}, or apply it to the result, such as tf.${activation}(…)`,
		);
	if (activation === "prelu" && !slopes)
		throw new UsageError(
			`fused.${operation}: the activation "prelu" needs its slopes: give preluActivationWeights`,
		);
}

/** The activation of `y`, once it is checked. */
export function activated(
	y: Core.Tensor,
	options: ActivationOptions,
): Core.Tensor {
	const activate = ACTIVATIONS[options.activation ?? "linear"];
	return activate ? activate(y, options) : y;
}
